import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { endpoint, json, Refusal } from '../../../../lambdas/handlers/http/endpoint.ts';
import type { LogEntry } from '../../../../lambdas/logging/logger.ts';

/** The timeouts that were started. A test decides when one of them is over. */
const timeouts = vi.hoisted(() => [] as { ms: number; end: () => void }[]);
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise<void>((end) => timeouts.push({ ms, end })),
}));

let entries: LogEntry[];
const log = (entry: LogEntry) => void entries.push(entry);
const event = {} as APIGatewayProxyEventV2;
beforeEach(() => {
  entries = [];
  timeouts.length = 0;
});

describe('a slow answer becomes 503, so that the caller tries again', () => {
  test.each([
    ['klarna', 1700], // Klarna waits for 2 s
    ['shopper', 8000],
    ['merchant', 28_000], // an HTTP API waits for 30 s
  ] as const)('for %s after %i ms', async (caller, ms) => {
    const answer = endpoint(log, caller, () => new Promise(() => undefined))(event, {} as Context);
    await vi.waitFor(() => expect(timeouts.map((each) => each.ms)).toEqual([ms]));
    timeouts[0]?.end();
    expect(await answer).toMatchObject({ statusCode: 503 });
    expect(entries).toMatchObject([{ level: 'error', fields: { reason: `no answer within ${ms} ms` } }]);
  });
});

test('an answer in time is returned as it is', async () => {
  const answer = json(200, { stage: 'created' });
  expect(await endpoint(log, 'merchant', async () => answer)(event, {} as Context)).toEqual(answer);
  expect(entries).toEqual([]);
});

test('a refusal becomes its status with the reason and the details, and is logged without the details', async () => {
  const refuse = async () => {
    throw new Refusal(422, 'amount: more than is left', { payment: 'p', details: { left: 7 }, metric: 'Forged' });
  };
  const { statusCode, headers, body } = await endpoint(log, 'merchant', refuse)(event, {} as Context);
  expect({ statusCode, headers, body: JSON.parse(body ?? '') }).toEqual({
    statusCode: 422,
    headers: { 'content-type': 'application/problem+json' },
    body: { status: 422, title: 'Unprocessable Content', detail: 'amount: more than is left', left: 7 },
  });
  expect(entries).toEqual([
    {
      level: 'warn',
      message: 'refused',
      fields: { status: 422, reason: 'amount: more than is left', payment: 'p' },
      metrics: { Forged: 1 },
    },
  ]);
});

test('any other error becomes 503, and only the log says why', async () => {
  const fail = async () => {
    throw Object.assign(new Error('table on fire'), { name: 'InternalServerError' });
  };
  expect(await endpoint(log, 'merchant', fail)(event, {} as Context)).toMatchObject({
    statusCode: 503,
    body: '{"status":503,"title":"Service Unavailable","detail":"try again"}',
  });
  expect(entries).toMatchObject([
    { level: 'error', fields: { error: 'InternalServerError', reason: 'table on fire' } },
  ]);
});
