import { synthesisedOnce } from '../support/engines/template.ts';

export type TemplateResource = {
  Type: string;
  Properties: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
  DeletionPolicy?: string;
};

/** The resources of a template, by logical id without the hash. */
export function resourcesIn(template: unknown): Record<string, TemplateResource> {
  const { Resources } = template as { Resources: Record<string, TemplateResource> };
  return Object.fromEntries(Object.entries(Resources).map(([id, resource]) => [withoutHash(id), resource]));
}

/** The resources of the app in cdk/app.ts. */
export const resources = resourcesIn(await synthesisedOnce());

export const ofType = (type: string, from = resources) => Object.entries(from).filter(([, { Type }]) => Type === type);

/** A property of a resource of the app, by the path of its name; undefined where the template leaves it out. */
export const propertyOf = (id: string, ...path: string[]) =>
  path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    resources[id]?.Properties,
  );

/** A value of a template as text: `RelayPayments.Arn` for { 'Fn::GetAtt': ['RelayPaymentsB8ECEC35', 'Arn'] }. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': joined } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return withoutHash(Ref);
  if (Array.isArray(attribute)) return `${withoutHash(attribute[0])}.${attribute[1]}`;
  if (Array.isArray(joined)) return joined[1].map(textOf).join(joined[0]);
  return JSON.stringify(value);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
