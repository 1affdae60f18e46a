import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { startRelay } from '../../local/relay.ts';
import { synthesise } from '../../local/synthesise.ts';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';
import { runNode } from '../support/harness/node-process.ts';

let dataDir = '';
const stops: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'klarna-relay-test-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(dataDir, { recursive: true });
});

async function start(): Promise<Journey> {
  const relay = await startJourney({ dataDir });
  stops.push(relay.stop);
  return relay;
}

const arrival = statusUpdateBody('IN_PROGRESS', 0);
const decline = statusUpdateBody('FAILED', 1);
const changeIds = (relay: Journey) =>
  relay
    .events()
    .map(({ detail }) => detail as { paymentId: string; sequence: number })
    .map(({ paymentId, sequence }) => `${paymentId}.${sequence}`);

/** Runs a relay that kills itself at a moment of its first callback. */
async function killedAt(moment: 'record' | 'event', payment: PaymentId): Promise<void> {
  const child = runNode('test/support/harness/killed-relay.ts', [dataDir, moment]);
  const [url = ''] = await child.prints(/http:\S+/);
  const answer = await fetch(`${url}/local/url`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'status_update', payment }),
  });
  const minted = (await answer.json()) as { url: string };
  await fetch(minted.url, { method: 'POST', body: JSON.stringify(arrival) }).catch(() => undefined);
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
}

test('payments, events and URLs survive a restart, and the sequence of changes continues', async () => {
  const first = await start();
  const payment = first.newPayment('restarted');
  const url = first.mint('status_update', payment);
  await first.post({ kind: 'status_update', payment, body: arrival });
  await first.idle();
  await first.stop();

  const second = await start();
  const path = new URL(url).pathname;
  expect(await second.post({ kind: 'status_update', payment, body: arrival, url: `${second.url}${path}` })).toBe(200);
  expect(await second.post({ kind: 'status_update', payment, body: decline, url: `${second.url}${path}` })).toBe(200);
  await second.idle();
  expect(changeIds(second)).toEqual([`${payment}.1`, `${payment}.2`]);
});

test('a restart does not publish a change again', async () => {
  const first = await start();
  const payment = first.newPayment('once');
  await first.post({ kind: 'status_update', payment, body: arrival });
  await first.idle();
  await first.stop();

  const second = await start();
  await second.idle();
  expect(changeIds(second)).toEqual([`${payment}.1`]);
});

test('a change that was saved but not published when the process was killed is published after the restart', async () => {
  const payment = 'killed-early' as PaymentId;
  await killedAt('record', payment);

  const relay = await start();
  await relay.idle();
  expect(changeIds(relay)).toEqual([`${payment}.1`]);
  await relay.post({ kind: 'status_update', payment, body: decline });
  await relay.idle();
  expect(changeIds(relay)).toEqual([`${payment}.1`, `${payment}.2`]);
});

test('a change whose publication was not recorded when the process was killed comes again as the same change', async () => {
  const payment = 'killed-late' as PaymentId;
  await killedAt('event', payment);

  const relay = await start();
  await relay.idle();
  const details = relay.events().map(({ detail }) => detail as { id: string });
  expect(details.length).toBeGreaterThan(0);
  expect(details).toEqual(details.map(() => expect.objectContaining({ paymentId: payment, sequence: 1 })));
  expect(new Set(details.map(({ id }) => id)).size).toBe(1);
});

test('a second run cannot use the same folder', async () => {
  const child = runNode('test/support/harness/killed-relay.ts', [dataDir]);
  stops.push(() => {
    child.process.kill('SIGKILL');
    return child.ended;
  });
  await child.prints(/http:/);
  await expect(startRelay({ dataDir })).rejects.toThrow(`process ${child.process.pid} uses it`);
});

test('only the owner can read the keys', async () => {
  await start();
  expect(statSync(join(dataDir, 'keys.json')).mode & 0o077).toBe(0);
});

const synthesised = (await synthesise()) as {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
};

test('a function without its environment does not start, as on Lambda', async () => {
  const template = structuredClone(synthesised);
  const lambda = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  if (!lambda) throw new Error('the template has no function');
  lambda.Properties.Environment = { Variables: {} };
  await expect(startRelay({ template })).rejects.toThrow(/receive-callback\.ts: .*is missing/);
});

test('a publisher of an unknown bus publishes nothing, and its discarded records go to the failure destination', async () => {
  const wrong = structuredClone(synthesised);
  for (const { Type, Properties } of Object.values(wrong.Resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping') Properties.MaximumRetryAttempts = 0;
    const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (Variables?.BUS_NAME) Variables.BUS_NAME = 'another';
  }
  const relay = await startJourney({ template: wrong });
  await relay.post({
    kind: 'status_update',
    payment: relay.newPayment('discarded'),
    body: statusUpdateBody('IN_PROGRESS', 0),
  });
  await relay.idle();
  await relay.stop();

  expect(relay.events()).toEqual([]);
  const destination = readDeployment(synthesised).mappings[0]?.DestinationConfig?.OnFailure.Destination;
  expect(relay.discardedRows().filter((message) => JSON.stringify(message).includes(String(destination)))).toEqual([
    expect.objectContaining({
      destination,
      requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted' }),
      DDBStreamBatchInfo: expect.objectContaining({ batchSize: 1 }),
    }),
  ]);
});
