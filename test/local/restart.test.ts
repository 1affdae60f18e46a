import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

import { startRelay } from '../../local/relay.ts';
import { statusUpdate } from '../support/callbacks.ts';
import { runNode } from '../support/child.ts';
import { type Journey, startJourney } from '../support/journey.ts';

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

const arrives = statusUpdate('IN_PROGRESS', 0);
const declined = statusUpdate('FAILED', 1);
const told = (relay: Journey) => relay.events().map(({ detail }) => (detail as { id: string }).id);

/** A relay that kills itself at a moment of its first callback; gives the payment that was told of. */
async function killedAt(moment: 'record' | 'event', payment: PaymentId): Promise<void> {
  const child = runNode('test/support/killed-relay.ts', [dataDir, moment]);
  const [url = ''] = await child.prints(/http:\S+/);
  const ask = await fetch(`${url}/local/url`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'status_update', payment }),
  });
  const minted = (await ask.json()) as { url: string };
  await fetch(minted.url, { method: 'POST', body: JSON.stringify(arrives) }).catch(() => undefined);
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
}

test('payments, events and URLs survive a restart, and the numbering of changes goes on', async () => {
  const first = await start();
  const payment = first.named('restarted');
  const url = first.mint('status_update', payment);
  await first.post({ kind: 'status_update', payment, body: arrives });
  await first.settled();
  await first.stop();

  const second = await start();
  const path = new URL(url).pathname;
  expect(await second.post({ kind: 'status_update', payment, body: arrives, url: `${second.url}${path}` })).toBe(200);
  expect(await second.post({ kind: 'status_update', payment, body: declined, url: `${second.url}${path}` })).toBe(200);
  await second.settled();
  expect(told(second)).toEqual([`${payment}.1`, `${payment}.2`]);
});

test('what was published is not published again by a restart', async () => {
  const first = await start();
  const payment = first.named('once');
  await first.post({ kind: 'status_update', payment, body: arrives });
  await first.settled();
  await first.stop();

  const second = await start();
  await second.settled();
  expect(told(second)).toEqual([`${payment}.1`]);
});

test('a change that was saved when the process was killed, and not yet published, is published after the restart', async () => {
  const payment = 'killed-early' as PaymentId;
  await killedAt('record', payment);

  const relay = await start();
  await relay.settled();
  expect(told(relay)).toEqual([`${payment}.1`]);
  await relay.post({ kind: 'status_update', payment, body: declined });
  await relay.settled();
  expect(told(relay)).toEqual([`${payment}.1`, `${payment}.2`]);
});

test('a change that was published when the process was killed, and not yet known to be, comes again as the same change', async () => {
  const payment = 'killed-late' as PaymentId;
  await killedAt('event', payment);

  const relay = await start();
  await relay.settled();
  const details = relay.events().map(({ detail }) => detail);
  expect(details.length).toBeGreaterThan(0);
  expect(details).toEqual(details.map(() => expect.objectContaining({ id: `${payment}.1`, sequence: 1 })));
});

test('a folder that a run uses is refused to a second', async () => {
  const child = runNode('test/support/killed-relay.ts', [dataDir]);
  stops.push(() => {
    child.process.kill('SIGKILL');
    return child.ended;
  });
  await child.prints(/http:/);
  await expect(startRelay({ dataDir })).rejects.toThrow(`process ${child.process.pid} uses it`);
});

test('the keys are readable by their owner only', async () => {
  await start();
  expect(statSync(join(dataDir, 'keys.json')).mode & 0o077).toBe(0);
});
