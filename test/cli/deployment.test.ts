import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deploymentOf } from '../../cli/deployment.ts';
import { Misuse } from '../../cli/misuse.ts';
import { synthesisedOnce } from '../support/template.ts';

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
  expect(await deploymentOf({ outputs }, {})).toEqual(found);
  expect(await deploymentOf({}, { KLARNA_RELAY_OUTPUTS: outputs })).toEqual(found);
});

test('the stack has every output that the commands look for', async () => {
  const { Outputs } = (await synthesisedOnce()) as { Outputs: object };
  const values = Object.fromEntries(Object.keys(Outputs).map((name) => [name, name]));
  expect(await deploymentOf({ outputs: fileOf({ KlarnaRelay: values }) }, {})).toEqual({
    table: 'TableName',
    bus: 'BusName',
    queues: { Discarded: 'DiscardedUrl', Undeliverable: 'UndeliverableUrl', MissedWakeUps: 'MissedWakeUpsUrl' },
    aws: {},
  });
});

test('of several relays one is named', async () => {
  const outputs = fileOf({ A: relay, B: { ...relay, TableName: 'other' } });
  await expect(deploymentOf({ outputs }, {})).rejects.toThrow('--stack: one of A, B');
  expect(await deploymentOf({ outputs, stack: 'B' }, {})).toMatchObject({ table: 'other' });
});

test('names count more than the environment, and the environment more than the file', async () => {
  const outputs = fileOf({ KlarnaRelay: relay });
  const env = { KLARNA_RELAY_TABLE: 'from-env', KLARNA_RELAY_BUS: 'bus-from-env' };
  expect(await deploymentOf({ outputs, table: 'from-flag' }, env)).toMatchObject({
    table: 'from-flag',
    bus: 'bus-from-env',
  });
});

test.each([
  [{ table: 't' }, '--bus is needed'],
  [{ bus: 'b' }, '--table is needed'],
  [{ outputs: '/no/such/file' }, 'no such file'],
])('%j is refused by name', async (flags, named) => {
  const refused = await deploymentOf(flags, {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Misuse);
  expect(refused).toMatchObject({ message: expect.stringContaining(named) });
});

test.each(['{', '[]', '{"Stack":{"TableName":1}}', '{"Stack":{"TableName":"t"}}'])(
  'a file that holds %s is refused',
  async (content) => {
    await expect(deploymentOf({ outputs: fileOf(content) }, {})).rejects.toThrow(Misuse);
  },
);

test('where nothing is named and nothing runs, the way out is named', async () => {
  await expect(deploymentOf({}, { PORT: '1' })).rejects.toThrow('npm start, or name a deployment');
});
