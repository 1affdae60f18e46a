import { expect, test } from 'vitest';
import { checkChanges } from '../../cli/saved-changes.ts';

const change = {
  paymentId: 'p',
  sequence: 1,
  pspStatus: 'FAILED',
  state: 'ERROR',
  code: 'FAILED',
  final: false,
  stage: { from: 'created', to: 'in_progress' },
};
const documented = [['Payment Stage Changed', '#1', 'FAILED', 'ERROR/FAILED', 'created → in_progress']];

const checked = async (status: number, body: object) => {
  const target = { url: 'https://r.example', merchant: async () => Response.json(body, { status }) };
  return (await checkChanges({ target, payment: 'p', documented, patience: 0 })).problems;
};

test('a deployment that keeps the documented changes has no problem', async () => {
  expect(await checked(200, { changes: [change] })).toEqual([]);
});

test.each([
  {
    it: 'keeps another change',
    status: 200,
    body: { changes: [{ ...change, pspStatus: 'BACK' }] },
    says: /^kept: .*BACK/,
  },
  { it: 'keeps one change more', status: 200, body: { changes: [change, { ...change, sequence: 2 }] }, says: /#2/ },
  { it: 'knows no such payment', status: 404, body: {}, says: /^kept: ; expected: Payment Stage Changed #1/ },
  { it: 'lets us ask nothing', status: 403, body: {}, says: /answers 403: .*execute-api:Invoke/ },
])('a deployment that $it is told', async ({ status, body, says }) => {
  expect(await checked(status, body)).toEqual([expect.stringMatching(says)]);
});
