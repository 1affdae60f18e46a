import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Misuse } from '../../../cli/misuse.ts';
import { findRelayResources } from '../../../cli/replay/relay-resources.ts';
import { synthesisedOnce } from '../../support/engines/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (content: unknown) => {
  const file = join(folder, 'outputs.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const relay = { TableName: 'payments', BusName: 'relay', DiscardedUrl: 'https://sqs/1/discarded', Other: 'x' };
const found = { table: 'payments', bus: 'relay', queues: { Discarded: 'https://sqs/1/discarded' }, aws: {} };

test('the file that "cdk deploy --outputs-file" writes names a deployment', async () => {
  const outputs = fileOf({ Shop: { Url: 'https://shop' }, KlarnaRelay: relay });
  expect(await findRelayResources({ outputs }, {})).toEqual(found);
  expect(await findRelayResources({}, { KLARNA_RELAY_OUTPUTS: outputs })).toEqual(found);
});

test('the stack has every output that the commands read', async () => {
  const { Outputs } = (await synthesisedOnce()) as { Outputs: object };
  const values = Object.fromEntries(Object.keys(Outputs).map((name) => [name, name]));
  expect(await findRelayResources({ outputs: fileOf({ KlarnaRelay: values }) }, {})).toEqual({
    table: 'TableName',
    bus: 'BusName',
    queues: { Discarded: 'DiscardedUrl', Undeliverable: 'UndeliverableUrl', MissedWakeUps: 'MissedWakeUpsUrl' },
    aws: {},
  });
});

test('of several relays --stack selects one', async () => {
  const outputs = fileOf({ A: relay, B: { ...relay, TableName: 'other' } });
  await expect(findRelayResources({ outputs }, {})).rejects.toThrow('--stack: one of A, B');
  expect(await findRelayResources({ outputs, stack: 'B' }, {})).toMatchObject({ table: 'other' });
});

test('options win over the environment, and the environment over the file', async () => {
  const outputs = fileOf({ KlarnaRelay: relay });
  const env = { KLARNA_RELAY_TABLE: 'from-env', KLARNA_RELAY_BUS: 'bus-from-env' };
  expect(await findRelayResources({ outputs, table: 'from-flag' }, env)).toMatchObject({
    table: 'from-flag',
    bus: 'bus-from-env',
  });
});

test.each([
  [{ table: 't' }, '--bus is needed'],
  [{ bus: 'b' }, '--table is needed'],
  [{ outputs: '/no/such/file' }, 'no such file'],
])('%j is refused by name', async (options, message) => {
  const refused = await findRelayResources(options, {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(message) });
});

test.each(['{', '[]', '{"Stack":{"TableName":1}}', '{"Stack":{"TableName":"t"}}'])(
  'a file that holds %s is refused',
  async (content) => {
    await expect(findRelayResources({ outputs: fileOf(content) }, {})).rejects.toThrow(Misuse);
  },
);

test('without options and a local run the error names a way out', async () => {
  await expect(findRelayResources({}, { PORT: '1' })).rejects.toThrow('npm start, or name a deployment');
});
