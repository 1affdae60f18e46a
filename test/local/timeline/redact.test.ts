import { expect, test } from 'vitest';
import { redact } from '../../../local/timeline/redact.ts';

test('a body keeps its shape and loses every value that may be a token or personal data', () => {
  const body = {
    session: { status: 'COMPLETED', authorization_token: 't', customer: { given_name: 'G' } },
    more: [7, true],
  };
  expect(redact(JSON.stringify(body))).toEqual({
    session: { status: 'COMPLETED', authorization_token: '•••', customer: '•••' },
    more: ['•••', true],
  });
  expect(redact('')).toBe('empty');
  expect(redact('{"token"')).toBe('not readable: 8 characters');
});
