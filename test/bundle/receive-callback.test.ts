import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud/cloud.ts';
import { readDeployment } from '../../local/cloud/deployment.ts';
import { streamRecords } from '../../local/cloud/dynamodb/records.ts';
import { type Mint, minter } from '../../local/mint.ts';
import { paymentIdOf } from '../support/builders/reports.ts';
import { hasRuntimeClient, type Runtime, startRuntime } from '../support/harness/runtime-api.ts';
import { awsOperationsAt } from './aws-operations.ts';
import { invokedCallback } from './callback-event.ts';
import { synthesiseWithBundles } from './deployed-bundles.ts';

const subject = 'the deployed bundles, run by the Lambda runtime client of AWS';
const missing = `${subject} (aws-lambda-ric is not in .tools: .ci/run installs it)`;

describe.skipIf(!hasRuntimeClient)(hasRuntimeClient ? subject : missing, () => {
  const closers: (() => unknown)[] = [];
  const deployment = () => readDeployment(template);
  let template: unknown;
  let cloud: Cloud;
  let mint: Mint;
  let receive: Runtime;
  let publish: Runtime;
  let callsAtStart: string[];

  beforeAll(async () => {
    const relay = synthesiseWithBundles();
    closers.push(relay.remove);
    template = relay.template;
    cloud = await startCloud({
      deployment: deployment(),
      folder: undefined,
      startEngine: undefined,
      onStop: (closing) => closers.push(closing),
    });
    mint = minter({ base: 'https://relay.example', functions: deployment().functions, vault: cloud.vault });
    const calls = awsOperationsAt(cloud.url);
    const start = async (entry: string) => {
      const { env, ...code } = relay.functionOf(entry);
      const runtime = await startRuntime({ ...code, env: { ...env, AWS_ENDPOINT_URL: cloud.url } });
      closers.push(runtime.stop);
      return runtime;
    };
    receive = await start('lambdas/handlers/receive-callback.ts');
    publish = await start('lambdas/handlers/publish-changes.ts');
    calls.stop();
    callsAtStart = calls.operations.toSorted();
  });

  afterAll(async () => {
    for (const closing of closers.toReversed()) await closing();
  });

  const completed = { session: { session_id: 's-1', status: 'COMPLETED', updated_at: '2026-11-22T10:00:00.000Z' } };
  const token = 'a1a8f727-2756-6058-bd3c-40069be0994b';

  const deliver = async (payment: string, session: object, url = mint('status_update', paymentIdOf(payment))) => {
    const calls = awsOperationsAt(cloud.url);
    const answer = await receive.invoke(invokedCallback(url, { session: { ...completed.session, ...session } }));
    calls.stop();
    return { answer, calls: calls.operations };
  };

  const items = async () => (await Promise.all(deployment().tables.map(cloud.itemsOf))).flat();

  test('start with one read of the secret and one of the public key', () => {
    expect(callsAtStart).toEqual(['GetPublicKey', 'GetSecretValue']);
  });

  test('answer a callback 200 after one read and one write, which saves its payment', async () => {
    const { answer, calls } = await deliver('order-1', {});
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(calls).toEqual(['GetItem', 'PutItem']);
    expect(await items()).toContainEqual(expect.objectContaining({ id: { S: 'order-1' }, stage: { S: 'authorized' } }));
  });

  test('answer a forged callback 401 without any call to AWS', async () => {
    const url = mint('status_update', paymentIdOf('another-order')).replace('another-order', 'order-2');
    const { answer, calls } = await deliver('order-2', {}, url);
    expect(answer).toMatchObject({ statusCode: 401 });
    expect(calls).toEqual([]);
  });

  test('keep a token that appears in the clear neither in the table nor in the log', async () => {
    await deliver('order-3', { authorization_token: token });
    const kept = JSON.stringify(await items());
    expect(kept).toContain('fingerprint');
    await vi.waitFor(() => expect(receive.output()).toContain('order-3'));
    expect(kept + receive.output()).not.toContain(token);
  });

  test('publish a row of the table’s stream on the bus', async () => {
    await deliver('order-4', {});
    const after = (await items()).find(({ id }) => JSON.stringify(id) === '{"S":"order-4"}');
    const write = streamRecords(() => new Date());
    const Records = deployment().tables.map((table) => write(table, { after }));
    expect(await publish.invoke({ Records })).toEqual({ batchItemFailures: [] });
    const published = {
      'detail-type': 'Payment Stage Changed',
      detail: expect.objectContaining({ id: expect.stringMatching(/^order-4\.\w+\.1$/) }),
    };
    expect(cloud.bus.events()).toContainEqual(expect.objectContaining(published));
  });
});
