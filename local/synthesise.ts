import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An installed package brings the template along, made while it was built: nobody needs the CDK to try the relay. */
const built = join(import.meta.dirname, 'template.json');

/** The template that a deployment would get, without its bundles. */
export const synthesise = async (): Promise<unknown> =>
  existsSync(built) ? JSON.parse(readFileSync(built, 'utf8')) : synthesised();

async function synthesised(): Promise<unknown> {
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

if (import.meta.main) writeFileSync(built, JSON.stringify(await synthesised())); // npm run build, in dist/
