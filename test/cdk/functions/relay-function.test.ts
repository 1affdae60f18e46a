import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofType, propertyOf, textOf } from '../resources.ts';

const root = new URL('../../../', import.meta.url);
const functions = ofType('AWS::Lambda::Function');

test.each(functions)('%s names the source file of its handler', (_, { Metadata }) => {
  expect(existsSync(new URL(String(Metadata?.entry), root))).toBe(true);
});

test.each(functions)('%s runs on arm64 and Node 24 and logs JSON to a group of its own', (id, { Properties }) => {
  expect(Properties).toMatchObject({
    Architectures: ['arm64'],
    Runtime: 'nodejs24.x',
    LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
  });
  expect(textOf(propertyOf(id, 'LoggingConfig', 'LogGroup'))).toBe(id.replace('Function', 'Log'));
});

test.each(ofType('AWS::Logs::LogGroup'))('%s deletes its entries after three months', (_, { Properties }) => {
  expect(Properties.RetentionInDays).toBe(90);
});
