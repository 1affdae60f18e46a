import { expect, test } from 'vitest';
import { fieldTable } from '../../events/detail.ts';
import { documentText } from '../support/checks/documents.ts';

test('docs/events.md has the fields of the contract', () => {
  expect(documentText('docs/events.md')).toContain(fieldTable());
});
