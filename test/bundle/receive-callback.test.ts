import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud/cloud.ts';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { streamRecords } from '../../local/cloud/dynamodb/records.ts';
import { type Mint, minter } from '../../local/mint.ts';
import { paymentIdOf } from '../support/builders/reports.ts';
import { hasRuntimeClient, type Runtime, startRuntime } from '../support/harness/runtime-api.ts';
import { askedOf } from './asked-of.ts';
import { synthesised } from './deployed.ts';
import { posted } from './posted.ts';

const subject = 'the deployed bundles under AWS’s own runtime client';
const missing = `${subject} (aws-lambda-ric is not in .tools: .ci/run installs it)`;

describe.skipIf(!hasRuntimeClient)(hasRuntimeClient ? subject : missing, () => {
  const closers: (() => unknown)[] = [];
  const deployment = () => readDeployment(template);
  let template: unknown;
  let cloud: Cloud;
  let mint: Mint;
  let receive: Runtime;
  let publish: Runtime;
  let atInit: string[];

  beforeAll(async () => {
    const relay = synthesised();
    closers.push(relay.remove);
    template = relay.template;
    cloud = await startCloud({
      deployment: deployment(),
      folder: undefined,
      startEngine: undefined,
      onStop: (closing) => closers.push(closing),
    });
    mint = minter({ base: 'https://relay.example', functions: deployment().functions, vault: cloud.vault });
    const asked = askedOf(cloud.url);
    const start = async (entry: string) => {
      const { env, ...code } = relay.functionOf(entry);
      const runtime = await startRuntime({ ...code, env: { ...env, AWS_ENDPOINT_URL: cloud.url } });
      closers.push(runtime.stop);
      return runtime;
    };
    receive = await start('lambdas/handlers/receive-callback.ts');
    publish = await start('lambdas/handlers/publish-changes.ts');
    asked.stop();
    atInit = asked.operations.toSorted();
  });

  afterAll(async () => {
    for (const closing of closers.toReversed()) await closing();
  });

  const completed = { session: { session_id: 's-1', status: 'COMPLETED', updated_at: '2026-11-22T10:00:00.000Z' } };
  const token = 'a1a8f727-2756-6058-bd3c-40069be0994b';

  const tell = async (payment: string, session: object, url = mint('status_update', paymentIdOf(payment))) => {
    const asked = askedOf(cloud.url);
    const answer = await receive.invoke(posted(url, { session: { ...completed.session, ...session } }));
    asked.stop();
    return { answer, asked: asked.operations };
  };

  const items = async () => (await Promise.all(deployment().tables.map(cloud.itemsOf))).flat();

  test('their init reads the secret and the public key, once each', () => {
    expect(atInit).toEqual(['GetPublicKey', 'GetSecretValue']);
  });

  test('a callback is answered 200 after one read and one write, and its payment is in the table', async () => {
    const { answer, asked } = await tell('order-1', {});
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(asked).toEqual(['GetItem', 'PutItem']);
    expect(await items()).toContainEqual(expect.objectContaining({ id: { S: 'order-1' }, stage: { S: 'authorized' } }));
  });

  test('a forged callback is answered 401 and asks nothing of AWS', async () => {
    const url = mint('status_update', paymentIdOf('another-order')).replace('another-order', 'order-2');
    const { answer, asked } = await tell('order-2', {}, url);
    expect(answer).toMatchObject({ statusCode: 401 });
    expect(asked).toEqual([]);
  });

  test('a token is kept, but in clear neither in the table nor in what the function logs', async () => {
    await tell('order-3', { authorization_token: token });
    const kept = JSON.stringify(await items());
    expect(kept).toContain('fingerprint');
    await vi.waitFor(() => expect(receive.output()).toContain('order-3'));
    expect(kept + receive.output()).not.toContain(token);
  });

  test('a row of the table’s stream comes out on the bus', async () => {
    await tell('order-4', {});
    const after = (await items()).find(({ id }) => JSON.stringify(id) === '{"S":"order-4"}');
    const write = streamRecords(() => new Date());
    const Records = deployment().tables.map((table) => write(table, { after }));
    expect(await publish.invoke({ Records })).toEqual({ batchItemFailures: [] });
    const published = { 'detail-type': 'Payment Stage Changed', detail: expect.objectContaining({ id: 'order-4.1' }) };
    expect(cloud.bus.events()).toContainEqual(expect.objectContaining(published));
  });
});
