import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import * as z from 'zod/mini';
import { relayApp } from '../../cdk/app.ts';
import { lambdaFunction } from '../../local/functions.ts';
import { parseTemplate, type Resource, read } from '../../local/template.ts';

/** A function as a deployment uploads it: the folder with its code, the handler's name in it, its environment. */
export type Deployed = { entry: string; folder: string; handler: string; env: Record<string, string> };

/** A template with the functions of ours that it deploys. */
export type DeployedStack = { template: unknown; functionOf: (entry: string) => Deployed };

/** Synthesises with bundles; `extend` may add stacks. `remove` deletes what synthesis wrote. */
export function synthesised(extend: (app: App) => void = () => {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'klarna-relay-'));
  const app = relayApp({ outdir });
  extend(app);
  const assembly = app.synth();
  const stack = (name: string) => stackIn(assembly, name);
  return { stack, remove: () => rmSync(outdir, { recursive: true }) };
}

function stackIn(assembly: CloudAssembly, name: string): DeployedStack {
  const { template } = assembly.getStackByName(name);
  const deployed = (resource: Resource) => deployedIn(assembly.directory, resource);
  const functions = read(parseTemplate(template), deployed, 'AWS::Lambda::Function');
  const functionOf = (entry: string) => {
    const found = functions.find((each) => each.entry === entry);
    if (!found) throw new Error(`the template deploys no ${entry}`);
    return found;
  };
  return { template, functionOf };
}

const code = z.object({ Handler: z.string(), Code: z.object({ S3Key: z.string() }) });

/** The assembly keeps an unpacked asset under its hash, which the template's key of the uploaded one is named after. */
function deployedIn(directory: string, resource: Resource): Deployed {
  const { entry, env } = lambdaFunction(resource);
  const { Handler: handler, Code } = code.parse(resource.properties);
  return { entry, folder: join(directory, `asset.${Code.S3Key.replace('.zip', '')}`), handler, env };
}
