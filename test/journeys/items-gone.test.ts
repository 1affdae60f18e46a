import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { inOrder, type LastHandled, paymentEvent } from '../../events/contract.ts';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { callEngine, type Engine } from '../../local/cloud/dynamodb/engine.ts';
import { parseTemplate } from '../../local/cloud/template.ts';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { onEveryEngine } from '../support/engines/engines.ts';
import { synthesisedOnce } from '../support/engines/template.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';

/** The template of a deployment after a restore at that time. */
async function restoredTemplate(at: string): Promise<unknown> {
  const { url, ...template } = parseTemplate(await synthesisedOnce());
  const environment = z.looseObject({ Variables: z.record(z.string(), z.unknown()) });
  for (const { Type, Properties } of Object.values(template.Resources)) {
    const { data } = environment.safeParse(Properties.Environment);
    if (Type === 'AWS::Lambda::Function' && data) data.Variables.RESTORED_AT = at;
    if (data) Properties.Environment = data;
  }
  return template;
}

const detailsOf = (relay: Journey, payment: string) =>
  relay
    .events()
    .map((event) => paymentEvent.parse(event).detail)
    .filter(({ paymentId }) => paymentId === payment);

/** What a subscriber handles of these events. */
function handled(details: ReturnType<typeof detailsOf>): string[] {
  let last: LastHandled | undefined;
  return details.flatMap((detail) => {
    if (inOrder(detail, last) !== 'handle') return [];
    last = detail;
    return [detail.pspStatus];
  });
}

onEveryEngine(({ start }) => {
  let engine: Engine;
  let dataDir = '';
  beforeEach(async () => {
    engine = await start();
    dataDir = mkdtempSync(join(tmpdir(), 'klarna-relay-test-'));
  });
  afterEach(async () => {
    await engine.stop();
    rmSync(dataDir, { recursive: true });
  });

  /** The relay on the engine of this test, which outlives it. */
  const startOn = (template?: unknown) =>
    startJourney({
      engine: async () => ({ ...engine, stop: async () => {} }),
      dataDir,
      ...(template !== undefined && { template }),
    });
  const payments = async () => {
    const { tables } = readDeployment(await synthesisedOnce());
    return tables.find(({ name }) => name.includes('Payments'))?.name ?? expect.fail();
  };
  const report = async (relay: Journey, payment: ReturnType<Journey['newPayment']>, word: string, minute: number) => {
    expect(await relay.post({ kind: 'status_update', payment, body: statusUpdateBody(word, minute) })).toBe(200);
    await relay.idle();
  };

  test('a payment whose item was deleted comes back as another incarnation, and subscribers handle it', async () => {
    const relay = await startOn();
    const payment = relay.newPayment('deleted');
    await report(relay, payment, 'IN_PROGRESS', 0);
    await report(relay, payment, 'FAILED', 1);
    await callEngine(engine.endpoint, 'DeleteItem', { TableName: await payments(), Key: { id: { S: payment } } });
    await report(relay, payment, 'CANCELLED', 2);
    const details = detailsOf(relay, payment);
    expect(details.map(({ sequence }) => sequence)).toEqual([1, 2, 1]);
    expect(new Set(details.map(({ id }) => id)).size).toBe(3);
    expect(handled(details)).toEqual(['IN_PROGRESS', 'FAILED', 'CANCELLED']);
    await relay.stop();
  });

  test('after a restore the true changes are published as another incarnation, and subscribers handle them', async () => {
    const before = await startOn();
    const payment = before.newPayment('restored');
    await report(before, payment, 'IN_PROGRESS', 0);
    const TableName = await payments();
    const Key = { id: { S: payment } };
    const { Item } = await callEngine(engine.endpoint, 'GetItem', { TableName, Key, ConsistentRead: true });
    await report(before, payment, 'FAILED', 1);
    await before.stop();
    await callEngine(engine.endpoint, 'PutItem', { TableName, Item });

    const relay = await startOn(await restoredTemplate(new Date().toISOString()));
    await report(relay, payment, 'BACK', 2);
    await report(relay, payment, 'CANCELLED', 3);
    const details = detailsOf(relay, payment);
    expect(new Set(details.map(({ id }) => id)).size).toBe(4);
    expect(handled(details)).toEqual(['IN_PROGRESS', 'FAILED', 'BACK', 'CANCELLED']);
    await relay.stop();
  });
});
