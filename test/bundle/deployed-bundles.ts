import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { relayApp } from '../../cdk/app.ts';
import { lambdaFunction } from '../../local/cloud/functions.ts';
import { parseTemplate, type Resource, read } from '../../local/cloud/template.ts';
import type { DeployedFunction } from '../support/harness/runtime-api.ts';

/** A function as it is deployed: the folder with its code, the name of its handler, its environment. */
export type BundledFunction = DeployedFunction & { entry: string };

/** Synthesises the stack and bundles its functions into a folder, which `remove` deletes. */
export function synthesiseWithBundles() {
  const folder = mkdtempSync(join(tmpdir(), 'klarna-relay-'));
  const { template } = relayApp({ outdir: folder }).synth().getStackByName('KlarnaRelay');
  const deployed = (resource: Resource) => deployedIn(folder, resource);
  const functions = read(parseTemplate(template), deployed, 'AWS::Lambda::Function');
  const functionOf = (entry: string): BundledFunction => {
    const found = functions.find((each) => each.entry === entry);
    if (!found) throw new Error(`the template deploys no ${entry}`);
    return found;
  };
  return { template, functionOf, folder, remove: () => rmSync(folder, { recursive: true }) };
}

const code = z.object({ Handler: z.string(), Code: z.object({ S3Key: z.string() }) });

/** The assembly keeps an unpacked asset under its hash, which is also the template's name for the uploaded asset. */
function deployedIn(directory: string, resource: Resource): BundledFunction {
  const { entry, env } = lambdaFunction(resource);
  const { Handler: handler, Code } = code.parse(resource.properties);
  return { entry, folder: join(directory, `asset.${Code.S3Key.replace('.zip', '')}`), handler, env };
}
