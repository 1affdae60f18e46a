import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { resourcesIn, type TemplateResource } from './resources.ts';

// Loading CloudFormation's own rules takes five seconds; app.test.ts applies them, once.
process.env.CDK_VALIDATION = 'false';

// The default output directory of every App in the tests; CDK itself would leave a directory behind for each.
const outdir = mkdtempSync(join(tmpdir(), 'klarna-relay-cdk-'));
process.env.CDK_OUTDIR = outdir;
afterAll(() => rmSync(outdir, { recursive: true }));

/** Context that synthesises without bundling any function. */
export const unbundled = { 'aws:cdk:bundling-stacks': [] };

export function stackIn(app: App): Stack {
  const [stack] = app.node.children.filter(Stack.isStack);
  if (!stack) throw new Error('the app has no stack');
  return stack;
}

export const resourcesOf = (stack: Stack): Record<string, TemplateResource> =>
  resourcesIn(Template.fromStack(stack).toJSON());
