import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'floors-'));
cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = z.object({
  overrides: z.array(z.object({ includes: z.array(z.string()), linter: z.optional(z.object({ rules: z.unknown() })) })),
});
const { overrides } = settings.parse(JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')));
const floors = overrides.flatMap(({ includes, linter }) =>
  JSON.stringify(linter ?? {}).includes('noRestrictedImports') ? includes : [],
);

/** Nothing stands on these: they may import everything. */
const top = /^(test|bench)(\/|$)|^\.$/;

const sources = globSync('**/*.ts', {
  cwd: root,
  exclude: (name) => /(^|\/)(node_modules|dist|cdk\.out|\.[^/]+)$/.test(name),
});
const folders = [...new Set(sources.map((file) => dirname(file)))].filter((each) => !top.test(each));

test.each(folders)('%s has a floor', (each) => {
  expect(floors).toContain(`${each}/*.ts`);
});

test('every floor belongs to a folder', () => {
  expect(floors.filter((each) => !folders.includes(dirname(each)))).toEqual([]);
});

test.each(folders.filter((each) => !each.startsWith('.')))(
  '%s holds more than one file and at most about fifteen',
  (each) => {
    const files = globSync(`${each}/*`, { cwd: root, withFileTypes: true }).filter(
      (entry) => entry.isFile() || entry.isDirectory(),
    );
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(16);
  },
);

test('no file is longer than 150 lines where people read every day', () => {
  const rooms = /^(lambdas|cdk|cli|emulator|local|stories|events|api|pop-in)\//;
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
  expect(sources.filter((file) => rooms.test(file) && lines(file) > 150)).toEqual([]);
});

test('an exported name is declared in one place', () => {
  const checked = /^(lambdas|cdk|cli|emulator|local|stories|events|api|pop-in|examples|test\/support)\//;
  const declaration = /^export (?:async )?(?:const|function|type|class) (\w+)/gm;
  const declared = sources
    .filter((file) => checked.test(file))
    .flatMap((file) =>
      [...new Set(Array.from(readFileSync(join(root, file), 'utf8').matchAll(declaration), ([, name]) => name))].map(
        (name) => ({ name, file }),
      ),
    );
  const twice = Map.groupBy(declared, ({ name }) => name);
  // Lambda's entry points, and what a folder that may not import it has to declare again.
  for (const name of ['handler', 'Environment', 'hours', 'days']) twice.delete(name);
  expect(
    [...twice].flatMap(([name, places]) => (places.length > 1 ? [[name, places.map(({ file }) => file)]] : [])),
  ).toEqual([]);
});

const imports: readonly [place: string, imported: string, allowed: boolean][] = [
  ['lambdas/payment', './apply.ts', true],
  ['lambdas/payment', 'zod/mini', false],
  ['lambdas/payment/tasks', '../facts.ts', true],
  ['lambdas/payment/tasks', '../../json.ts', false],
  ['lambdas/payment', 'node:crypto', false],
  ['lambdas/payment', '../klarna/inbound/callback-url.ts', false],
  ['lambdas/klarna/inbound', '../../payment/payment.ts', true],
  ['lambdas/klarna/inbound', 'zod/mini', true],
  ['lambdas/klarna/inbound', '../../merchant/requests.ts', false],
  ['lambdas/klarna/inbound', '../../aws/seal.ts', false],
  ['lambdas/klarna/client', '../inbound/statuses.ts', false],
  ['lambdas/klarna/bodies', '../../merchant/requests.ts', true],
  ['lambdas/merchant', '../klarna/bodies/orders.ts', false],
  ['lambdas/aws', '../payment/payment.ts', true],
  ['lambdas/aws', '@aws-sdk/client-dynamodb', true],
  ['lambdas/aws', '../klarna/inbound/callbacks.ts', false],
  ['lambdas/flows', '../aws/store.ts', false],
  ['lambdas/flows', './tasks/run-tasks.ts', false],
  ['lambdas/flows/tasks', '../charge.ts', true],
  ['lambdas/dependencies', '../handlers/lambda-handler.ts', false],
  ['lambdas/handlers', '../dependencies/read-payment.ts', true],
  ['lambdas/handlers', '../aws/store.ts', false],
  ['lambdas/handlers', './receive-callback.ts', false],
  ['lambdas/handlers', 'zod', false],
  ['pop-in', './overlay.ts', true],
  ['pop-in', 'zod/mini', false],
  ['cdk', 'aws-cdk-lib/aws-sqs', true],
  ['cdk', '../lambdas/aws/store.ts', false],
  ['emulator', 'node:crypto', true],
  ['emulator/api', '../state.ts', true],
  ['emulator/api', '../../lambdas/payment/stages.ts', false],
  ['emulator/api/payments', '../../../stories/story.ts', false],
  ['stories/scenes', '../story.ts', true],
  ['stories/scenes', '../../lambdas/klarna/inbound/callback-url.ts', true],
  ['stories/scenes', '../../local/relay.ts', false],
  ['stories', '../emulator/state.ts', false],
  ['local', '../stories/story.ts', true],
  ['local', '../lambdas/flows/operate.ts', false],
  ['cli/commands', '../../lambdas/flows/operate.ts', false],
  ['examples/subscriber', 'klarna-relay/events', true],
  ['examples/subscriber', '../../events/contract.ts', false],
  ['examples/merchant-backend', 'zod', false],
];
const neighbours = imports.map(([place], index) => `${place}/neighbour-${index}.ts`);

const report = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

/** What biome finds in files each of which has one of the imports: its rules by the name of the file. */
function findings(): Map<string, string[]> {
  for (const [index, [, imported]] of imports.entries()) {
    const file = join(folder, neighbours[index] ?? '');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `import { x } from '${imported}';\n\nconsole.log(x);\n`);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  const options = ['lint', '--reporter=json', '--max-diagnostics=none', '--diagnostic-level=error'];
  const { stdout } = spawnSync(biome, [...options, ...neighbours], { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = report.parse(JSON.parse(stdout));
  const found = Map.groupBy(diagnostics, ({ location }) => location.path);
  return new Map([...found].map(([path, each]) => [path, each.map(({ category }) => category)]));
}

describe('biome', () => {
  let found: Map<string, string[]>;
  beforeAll(() => {
    found = findings();
  });

  test.each(
    imports.map(([place, imported, allowed], index) => ({ place, imported, allowed, file: neighbours[index] })),
  )('lets a file in $place import $imported: $allowed', ({ file = '', allowed }) => {
    expect(found.get(file)).toEqual(allowed ? undefined : ['lint/style/noRestrictedImports']);
  });
});
