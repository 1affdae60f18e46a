import { expect, test } from 'vitest';
import { fieldTable } from '../../events/detail.ts';
import { page } from '../support/markdown.ts';

test('docs/events.md has the fields of the contract', () => {
  expect(page('docs/events.md')).toContain(fieldTable());
});
