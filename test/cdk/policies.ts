import { ofType, resources, textOf } from './resources.ts';

export type Statement = {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, unknown>;
};

export const list = (value: unknown) => [value].flat();

export const statementsIn = (document: unknown) => (document as { Statement: Statement[] }).Statement;

/** What a role may do: one text per action and resource. */
export const grantsOf = (role: string) =>
  ofType('AWS::IAM::Policy')
    .filter(([, { Properties }]) => list(Properties.Roles).map(textOf).includes(role))
    .flatMap(([, { Properties }]) => statementsIn(Properties.PolicyDocument))
    .flatMap(({ Effect, Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((on) => `${Effect} ${action} on ${textOf(on)}`)),
    )
    .sort();

/** What the policy of a key allows: principal, actions, and the service that must use the key for it. */
export const keyPolicy = (key: string) =>
  statementsIn(resources[key]?.Properties.KeyPolicy).flatMap(({ Principal, Action, Condition }) =>
    list((Principal as { AWS: unknown }).AWS).map((principal) => ({
      principal: textOf(principal),
      actions: list(Action),
      through: Object.values(Condition?.StringEquals ?? {}).map(textOf),
    })),
  );

export const accountRoot = 'arn:AWS::Partition:iam::AWS::AccountId:root';
