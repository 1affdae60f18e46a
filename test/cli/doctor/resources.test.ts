import { expect, test } from 'vitest';
import { type Part, parts, partsIn } from '../../../cli/doctor/resources.ts';
import { synthesisedOnce } from '../../support/engines/template.ts';

test('every part that doctor checks is in the template, under the name of its construct', async () => {
  const { Resources } = (await synthesisedOnce()) as { Resources: Record<string, { Type: string }> };
  const resources = Object.entries(Resources).map(([id, { Type: type }]) => ({ id, type, name: id }));
  const counts = Object.keys(parts).map((part) => [part, partsIn(resources, part as Part).length]);
  expect(Object.fromEntries(counts)).toEqual({
    callbackSecret: 1,
    accountsSecret: 1,
    api: 1,
    bus: 1,
    deadLetters: 3,
    streams: 2,
    schedule: 1,
  });
});
