import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { jsonSchemas, type PaymentChange, paymentEvent } from '../../events/contract.ts';
import { toEntry } from '../../lambdas/aws/bus.ts';
import type { Change } from '../../lambdas/payment/change.ts';
import { applyAll, sessionUpdate, stageReport } from '../support/builders/reports.ts';
import { documentText } from '../support/checks/documents.ts';

const docs = documentText('docs/events.md');
const examples = [...docs.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? ''));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const fileOf = (detailType: string) => `${detailType.toLowerCase().replaceAll(' ', '-')}.schema.json`;

/** The events of one payment, in EventBridge's envelope. */
const published = applyAll(
  sessionUpdate('IN_PROGRESS', 1, { hpp_session_id: 'hpp' }),
  sessionUpdate('FAILED', 2),
  stageReport('authorized', 3),
).payment;
const events = published.changes.map((change) => {
  const entry = toEntry({ payment: published, change, bus: 'bus' });
  return {
    version: '0',
    id: 'delivery',
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: '123456789012',
    time: '2026-11-22T10:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: JSON.parse(entry.Detail ?? ''),
  };
});

/** The law's change has the contract's shape; the type checker proves it. */
const asContract = (change: Change): Omit<PaymentChange, 'references' | 'firstSequence'> => change;

test('the JSON Schemas in the package are those of the contract', () => {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const written = readFileSync(new URL(`../../events/schemas/${name}`, import.meta.url), 'utf8');
    expect(JSON.parse(written)).toEqual(schema);
  }
});

test('docs/events.md has one example per detail type', () => {
  expect(examples.map((example) => fileOf(example['detail-type'])).toSorted()).toEqual(
    Object.keys(jsonSchemas()).toSorted(),
  );
});

describe.each([...examples, ...events])('$detail-type $detail.id', (event) => {
  test('matches its JSON Schema', () => {
    const valid = ajv.compile(jsonSchemas()[fileOf(event['detail-type'])] ?? false);
    expect(valid(event), JSON.stringify(valid.errors)).toBe(true);
  });

  test('is parsed by the schema that a subscriber imports', () => {
    expect(paymentEvent.parse(event)).toEqual(event);
  });
});

test('a move of the stage and a move of the session word have different detail types', () => {
  expect(events.map((event) => `${event['detail-type']} ${event.detail.pspStatus}`)).toEqual([
    'Payment Stage Changed IN_PROGRESS',
    'Payment Status Changed FAILED',
    'Payment Stage Changed SUCCESS',
  ]);
});

test("the law's change is the contract's, field for field", () => {
  const [change] = published.changes;
  const fields = Object.keys(change ? asContract(change) : {});
  expect([...fields, 'references', 'firstSequence'].toSorted()).toEqual(Object.keys(events[0]?.detail).toSorted());
});

test('an event with a missing field or an unknown state does not match its JSON Schema', () => {
  const valid = ajv.compile(jsonSchemas()['payment-stage-changed.schema.json'] ?? false);
  const [event] = events;
  expect(valid({ ...event, detail: { ...event?.detail, sequence: undefined } })).toBe(false);
  expect(valid({ ...event, detail: { ...event?.detail, state: 'PERHAPS' } })).toBe(false);
});

test('a subscriber who imports the contract bundles nothing of Node', async () => {
  const entryPoints = [new URL('../../events/contract.ts', import.meta.url).pathname];
  const { metafile } = await build({ entryPoints, bundle: true, write: false, metafile: true, platform: 'node' });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(imported.length).toBeGreaterThan(5);
  expect(imported.filter((path) => path.startsWith('node:'))).toEqual([]);
});
