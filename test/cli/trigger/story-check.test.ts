import { expect, test } from 'vitest';
import { checkChanges } from '../../../cli/trigger/story-check.ts';

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

const problems = async (status: number, body: object) => {
  const target = { url: 'https://r.example', merchant: async () => Response.json(body, { status }) };
  return (await checkChanges({ target, payment: 'p', documented, timeoutMs: 0 })).problems;
};

test('a deployment that saved the documented changes has no problem', async () => {
  expect(await problems(200, { changes: [change] })).toEqual([]);
});

test.each([
  {
    deployment: 'saved another change',
    status: 200,
    body: { changes: [{ ...change, pspStatus: 'BACK' }] },
    problem: /^saved: .*BACK/,
  },
  {
    deployment: 'saved one change more',
    status: 200,
    body: { changes: [change, { ...change, sequence: 2 }] },
    problem: /#2/,
  },
  {
    deployment: 'has no such payment',
    status: 404,
    body: {},
    problem: /^saved: ; expected: Payment Stage Changed #1/,
  },
  { deployment: 'refuses the request', status: 403, body: {}, problem: /answers 403: .*execute-api:Invoke/ },
])('a deployment that $deployment is reported', async ({ status, body, problem }) => {
  expect(await problems(status, body)).toEqual([expect.stringMatching(problem)]);
});
