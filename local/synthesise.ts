import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The template that a deployment would get, without its bundles. */
export async function synthesise(): Promise<unknown> {
  const { relayApp } = await import('../cdk/app.ts');
  const outdir = mkdtempSync(join(tmpdir(), 'klarna-relay-'));
  const { CDK_VALIDATION } = process.env;
  process.env.CDK_VALIDATION = 'false'; // CloudFormation's rules take longer than all the rest, and the tests check them
  try {
    const [stack] = relayApp({ context: { 'aws:cdk:bundling-stacks': [] }, outdir }).synth().stacks;
    return stack?.template;
  } finally {
    if (CDK_VALIDATION === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = CDK_VALIDATION;
    rmSync(outdir, { recursive: true });
  }
}
