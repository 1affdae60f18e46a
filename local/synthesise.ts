import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The installed package contains the template, made by its build: trying the relay does not need the CDK. */
const builtTemplate = join(import.meta.dirname, 'template.json');

/** The template of a deployment, without its bundles. */
export const synthesise = async (): Promise<unknown> =>
  existsSync(builtTemplate) ? JSON.parse(readFileSync(builtTemplate, 'utf8')) : runCdk();

async function runCdk(): Promise<unknown> {
  const { relayApp } = await import('../cdk/app.ts');
  const outdir = mkdtempSync(join(tmpdir(), 'klarna-relay-'));
  const { CDK_VALIDATION } = process.env;
  process.env.CDK_VALIDATION = 'false'; // CloudFormation's rules take longer than everything else; the tests check them
  try {
    const [stack] = relayApp({ context: { 'aws:cdk:bundling-stacks': [] }, outdir }).synth().stacks;
    return stack?.template;
  } finally {
    if (CDK_VALIDATION === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = CDK_VALIDATION;
    rmSync(outdir, { recursive: true });
  }
}

if (import.meta.main) writeFileSync(builtTemplate, JSON.stringify(await runCdk())); // npm run build, in dist/
