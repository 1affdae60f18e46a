import { expect, test } from 'vitest';
import { matches, parsePattern } from '../../../../local/cloud/dynamodb/filter.ts';

const due = parsePattern('{"dynamodb":{"NewImage":{"due":{"BOOL":[true]}}}}');

test('a filter lets a record through that has one of its values, and no other', () => {
  expect(matches(due, { dynamodb: { NewImage: { due: { BOOL: true }, id: { S: 'x' } } } })).toBe(true);
  for (const record of [
    {},
    { dynamodb: {} },
    { dynamodb: { NewImage: { due: { BOOL: false } } } },
    { dynamodb: { NewImage: { due: 'true' } } },
  ])
    expect(matches(due, record)).toBe(false);
});

test.each(['{"a":[{"prefix":"x"}]}', '{"a":"x"}', '[]x', '{"a":{"b":null}}'])(
  'the filter %s is not supported',
  (pattern) => {
    expect(() => parsePattern(pattern)).toThrow();
  },
);
