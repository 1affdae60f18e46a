import { expect, test } from 'vitest';
import { columns, wrap } from '../../cli/wrap.ts';

test('a short text stays in one line', () => {
  expect(wrap('✓ accounts  ', 'default')).toBe('✓ accounts  default');
});

test('a long text breaks at its spaces, indented to where it starts', () => {
  const lines = wrap('label  ', 'word '.repeat(30).trim()).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  expect(lines[1]).toMatch(/^ {7}word/);
  expect(lines.join(' ').replace(/\s+/g, ' ')).toBe(`label ${'word '.repeat(30).trim()}`);
});

test('a list breaks between its entries only', () => {
  expect(wrap('', ['a b'.padEnd(70, '.'), 'c d'.padEnd(20, '.')]).split('\n')).toEqual([
    'a b'.padEnd(70, '.'),
    'c d'.padEnd(20, '.'),
  ]);
});

test('a word that is too long stays whole', () => {
  expect(wrap('url  ', `see ${'x'.repeat(90)}`)).toBe(`url  see\n     ${'x'.repeat(90)}`);
});

test('colours take no columns', () => {
  const painted = `\u001b[32m${'x'.repeat(columns - 2)}\u001b[39m`;
  expect(wrap('', `${painted} y`)).toBe(`${painted} y`);
});
