import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const house = mkdtempSync(join(tmpdir(), 'floors-'));
cpSync(join(root, 'biome.json'), join(house, 'biome.json'));
afterAll(() => rmSync(house, { recursive: true }));

/** What biome says of a file at this place that imports this. */
function isAllowed(place: string, imported: string): boolean {
  const file = join(house, place, 'neighbour.ts');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import { x } from '${imported}';\n\nconsole.log(x);\n`);
  const biome = join(root, 'node_modules/.bin/biome');
  const { status, stdout, stderr } = spawnSync(biome, ['lint', file], { cwd: house, encoding: 'utf8' });
  expect(status === 0 || stderr.includes('noRestrictedImports'), stdout + stderr).toBe(true);
  return status === 0;
}

test.each([
  ['lambdas/payment', './hear.ts', true],
  ['lambdas/payment', 'zod/mini', false],
  ['lambdas/payment', 'node:crypto', false],
  ['lambdas/payment', '../klarna/genuine.ts', false],
  ['lambdas/klarna', '../payment/payment.ts', true],
  ['lambdas/klarna', 'zod/mini', true],
  ['lambdas/klarna', '../aws/seal.ts', false],
  ['lambdas/klarna', '@aws-sdk/client-dynamodb', false],
  ['lambdas/aws', '../payment/payment.ts', true],
  ['lambdas/aws', '@aws-sdk/client-dynamodb', true],
  ['lambdas/aws', '../klarna/callbacks.ts', false],
  ['lambdas/handlers', '../aws/store.ts', true],
  ['lambdas/handlers', './house.ts', true],
  ['lambdas/handlers', './receive-callback.ts', false],
  ['lambdas/handlers', 'zod', false],
  ['pop-in', './overlay.ts', true],
  ['pop-in', 'zod/mini', false],
  ['cdk', 'aws-cdk-lib/aws-sqs', true],
  ['cdk', '../lambdas/aws/store.ts', false],
])('a file in %s may import %s: %s', (place, imported, allowed) => {
  expect(isAllowed(place, imported)).toBe(allowed);
});
