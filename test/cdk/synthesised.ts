import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { relayApp } from '../../cdk/app.ts';

type Properties = Record<string, unknown>;

export type Resource = {
  Type: string;
  Properties: Properties;
  Metadata?: Record<string, unknown>;
  DeletionPolicy?: string;
};

// Loading CloudFormation's own rules takes five seconds; app.test.ts applies them, once.
process.env.CDK_VALIDATION = 'false';

// Where an App of the tests writes, unless it is told otherwise; CDK itself would leave a folder behind for each.
const outdir = mkdtempSync(join(tmpdir(), 'klarna-relay-cdk-'));
process.env.CDK_OUTDIR = outdir;
afterAll(() => rmSync(outdir, { recursive: true }));

export const unbundled = { 'aws:cdk:bundling-stacks': [] };

export const stackIn = (app: App) => app.node.children.filter(Stack.isStack)[0] ?? raise('the app has no stack');

/** The template of a stack as its resources, by logical id without the hash. */
export function resourcesOf(stack: Stack): Record<string, Resource> {
  const { Resources } = Template.fromStack(stack).toJSON();
  return Object.fromEntries(Object.entries<Resource>(Resources).map(([id, found]) => [plain(id), found]));
}

/** The app of cdk/app.ts, synthesised once for the tests of a file; nothing is bundled. */
export const resources = resourcesOf(stackIn(relayApp({ context: unbundled })));

export const ofType = (type: string, from = resources) =>
  Object.entries(from).filter(([, { Type }]) => Type === type) as [string, Resource][];

/** What a resource of the app says under a path of property names; undefined where it says nothing. */
export const told = (id: string, ...path: string[]) =>
  path.reduce<unknown>((value, name) => (value as Properties | undefined)?.[name], resources[id]?.Properties);

/** A reference as a person reads it: `Relay/Payments.Arn` for { 'Fn::GetAtt': ['RelayPaymentsB8ECEC35', 'Arn'] }. */
export function said(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': joined } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return plain(Ref);
  if (Array.isArray(attribute)) return `${plain(attribute[0])}.${attribute[1]}`;
  if (Array.isArray(joined)) return joined[1].map(said).join(joined[0]);
  return JSON.stringify(value);
}

function plain(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function raise(message: string): never {
  throw new Error(message);
}
