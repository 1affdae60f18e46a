import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentText } from './support/checks/documents.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const shop = mkdtempSync(join(tmpdir(), 'a-shop-'));
const installed = join(shop, 'node_modules/klarna-relay');

const run = (cwd: string, command: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', command), words, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PORT: '0' },
  });
  return { status, text: stdout + stderr };
};

/** A shop that has installed the package: the files that npm would publish, and the dependencies of this checkout. */
beforeAll(() => {
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  cpSync(join(root, 'events/schemas'), join(installed, 'events/schemas'), { recursive: true });
  expect(run(root, 'tsc', '-p', 'tsconfig.build.json', '--outDir', join(installed, 'dist'))).toMatchObject({
    status: 0,
  });
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
  expect(run(root, 'node', join(installed, 'dist/local/synthesise.js'))).toEqual({ status: 0, text: '' });
  expect(run(root, 'node', join(installed, 'dist/emulator/page/assets.js'), 'emulator', 'local')).toEqual({
    status: 0,
    text: '',
  });
  symlinkSync(join(root, 'node_modules/@types'), join(shop, 'node_modules/@types'));
  writeFileSync(join(shop, 'package.json'), '{ "type": "module" }');
}, 60_000);

afterAll(() => rmSync(shop, { recursive: true }));

const subscriber = `
import { paymentEvent, type PaymentEvent } from 'klarna-relay/events';
import { callbackUrl, paymentId } from 'klarna-relay/callback-url';
import schema from 'klarna-relay/events/schemas/payment-stage-changed.schema.json' with { type: 'json' };

const sequence = (event: PaymentEvent): number => event.detail.sequence;
const payment = paymentId('order-1');
if (!payment) throw new Error('no payment id');
const url = callbackUrl({ base: 'https://r.example', kind: 'push', payment, key: 'k'.repeat(43) });
console.log(JSON.stringify([typeof sequence, paymentEvent.safeParse({}).success, url.slice(0, 41), schema.type]));
`;

const strict = [
  '--strict',
  '--module',
  'nodenext',
  '--target',
  'es2022',
  '--noEmit',
  '--resolveJsonModule',
  '--types',
  'node',
];

/** A code block of a document, between lines that declare what it takes for granted. */
function snippetOf(document: string, word: string, before: string, after = ''): string {
  const blocks = documentText(document).matchAll(/```ts\n([^`]*)```/g);
  const [snippet = ''] = Array.from(blocks, ([, code = '']) => code).filter((code) => code.includes(word));
  return `${before}\n${snippet}\n${after}\n`;
}

const consumed = `type SQSEvent = { Records: { body: string; messageId: string }[] };
declare const lastHandled: (payment: string) => Promise<{ incarnation: string; sequence: number } | undefined>;
declare const handle: (event: PaymentEvent, condition: { onlyAfter: unknown }) => Promise<boolean>;`;

const shopPage = `
import { apply, init, type PopInResult } from 'klarna-relay/pop-in';

init({ mode: 'popup', words: { title: 'Mit Klarna zahlen' } });
export const paid = async (redirectUrl: string, statusUrl: string): Promise<PopInResult['status']> =>
  (await apply({ redirectUrl, statusUrl })).status;
`;

const users = {
  'subscriber.ts': subscriber,
  'readme.ts': snippetOf(
    'README.md',
    'callbackUrl(',
    'declare const base: string, key: string;',
    "console.log(url('push'));",
  ),
  'consumer.ts': snippetOf('docs/events.md', 'inOrder(', consumed),
  'shop.ts': shopPage,
  'wrong.ts': subscriber.replace('event.detail.sequence', 'event.detail.sequence.length'),
};

describe('the type checker', () => {
  let lines: string[];
  beforeAll(() => {
    for (const [file, source] of Object.entries(users)) writeFileSync(join(shop, file), source);
    lines = run(shop, 'tsc', ...strict, ...Object.keys(users))
      .text.trim()
      .split('\n');
  });
  const about = (file: string) => lines.filter((line) => line.startsWith(`${file}(`));

  test.each([
    ['a subscriber that imports events, schemas and the minting of URLs', 'subscriber.ts', 'paymentEvent.safeParse('],
    ['the minting of URLs in README.md', 'readme.ts', 'callbackUrl('],
    ['the consumer in docs/events.md', 'consumer.ts', 'inOrder('],
    ['a shop that imports the pop-in', 'shop.ts', 'apply('],
  ] as const)('accepts %s', (_, file, call) => {
    expect(users[file]).toContain(call);
    expect(about(file)).toEqual([]);
  });

  test('refuses a sequence as text, and nothing else', () => {
    expect(lines).toEqual([expect.stringMatching(/^wrong.ts\(.*'length' does not exist on type 'number'/)]);
  });
});

test('a subscriber runs with the installed package', () => {
  writeFileSync(join(shop, 'subscriber.ts'), subscriber);
  const { text } = run(shop, 'node', 'subscriber.ts');
  expect(JSON.parse(text)).toEqual(['function', false, 'https://r.example/callbacks/push/order-1/', 'object']);
});

test('the examples pass the type checker with the installed package', () => {
  const examples = join(shop, 'examples');
  cpSync(join(root, 'examples'), examples, { recursive: true });
  mkdirSync(join(examples, 'node_modules'));
  for (const name of ['aws-cdk-lib', 'constructs', '@aws-sdk', '@smithy'])
    symlinkSync(join(root, 'node_modules', name), join(examples, 'node_modules', name));
  const started = ['cdk-app/app.ts', 'merchant-backend/main.ts', 'subscriber/handler.ts'];
  const options = [...strict, '--allowImportingTsExtensions', '--skipLibCheck'];
  expect(run(examples, 'tsc', ...options, ...started)).toEqual({ status: 0, text: '' });
});

const visitor = `
import { startRelay } from './node_modules/klarna-relay/dist/local/relay.js';

const relay = await startRelay();
const urls = [relay.url, ...['shop.js', 'shop.css', 'timeline.js', 'timeline.css', 'return.js', 'icon.svg'].map((name) => relay.url + '/page/' + name),
  ...['klarna.js', 'klarna.css', 'klarna.svg'].map((name) => relay.klarnaUrl + '/page/' + name)];
for (const url of urls) console.log((await fetch(url)).status);
await relay.stop();
`;

test('the installed package serves its pages', () => {
  writeFileSync(join(shop, 'visitor.js'), visitor);
  expect(run(shop, 'node', 'visitor.js').text.trim().split('\n')).toEqual(Array(10).fill('200'));
});

test('the installed package has the command line', () => {
  const { status, text } = run(shop, 'node', join(installed, 'dist/cli/klarna-relay.js'), 'url', '--help');
  expect({ status, text }).toMatchObject({
    status: 0,
    text: expect.stringContaining('klarna-relay url <kind> <payment>'),
  });
});

test('the installed package has the construct', () => {
  writeFileSync(
    join(shop, 'stack.js'),
    `import { KlarnaRelay } from 'klarna-relay';\nconsole.log(typeof KlarnaRelay);\n`,
  );
  expect(run(shop, 'node', 'stack.js')).toEqual({ status: 0, text: 'function\n' });
});

describe('klarna-relay start without the CDK', () => {
  const bare = join(shop, 'bare');
  const left = ['aws-cdk-lib', 'cdk-nag', 'constructs', 'dynalite', '.bin', '.cache'];
  beforeAll(() => {
    for (const part of ['package.json', 'dist']) cpSync(join(installed, part), join(bare, part), { recursive: true });
    mkdirSync(join(bare, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules')).filter((each) => !left.includes(each)))
      symlinkSync(join(root, 'node_modules', name), join(bare, 'node_modules', name));
  });
  const start = () => run(bare, 'node', 'dist/cli/klarna-relay.js', 'start', '--once');

  test('names the package to install if the embedded DynamoDB is missing', () => {
    expect(start()).toEqual({
      status: 1,
      text: expect.stringMatching(/\nthe embedded DynamoDB is not installed: npm install --save-dev dynalite@4\n$/),
    });
  });

  test('plays the whole demo with the template that comes with the package', () => {
    symlinkSync(join(root, 'node_modules/dynalite'), join(bare, 'node_modules/dynalite'));
    expect(existsSync(join(bare, 'dist/local/template.json'))).toBe(true);
    expect(start()).toMatchObject({
      status: 0,
      text: expect.stringContaining('Exactly the expected changes were published'),
    });
  });
});
