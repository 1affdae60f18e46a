import * as z from 'zod/mini';
import { AwsError } from './aws.ts';
import { type Resource, read, type Template } from './template.ts';

/** One call of a function to AWS: an action on a resource. */
export type AwsCall = { caller: string; action: string; resource: string };

const oneOrMore = z.union([
  z.array(z.string()),
  z.pipe(
    z.string(),
    z.transform((one) => [one]),
  ),
]);
const statement = z.object({ Effect: z.literal('Allow'), Action: oneOrMore, Resource: oneOrMore });
const policy = z.object({ Roles: z.array(z.string()), PolicyDocument: z.object({ Statement: z.array(statement) }) });
const role = z.object({ Role: z.string() });

/** The grants of each function's role, each as `action resource`, by the function's id. */
export type Permissions = Map<string, ReadonlySet<string>>;

/**
 * Reads the roles of the template's functions, without conditions: ours narrow how KMS decrypts, not for which role.
 */
export function permissionsIn(template: Template): Permissions {
  const policies = read(template, ({ properties }) => policy.parse(properties), 'AWS::IAM::Policy');
  const roleName = (arn: string) => arn.split(':').at(-1) ?? '';
  const grantsOf = ({ properties }: Resource): ReadonlySet<string> => {
    const name = roleName(role.parse(properties).Role);
    const statements = policies
      .filter(({ Roles }) => Roles.includes(name))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    return new Set(
      statements.flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((on) => `${action} ${on}`))),
    );
  };
  return new Map(read(template, (resource) => [resource.id, grantsOf(resource)] as const, 'AWS::Lambda::Function'));
}

/** @throws AwsError with AWS's text when the function's role does not allow the call */
export function authorise(permissions: Permissions, { caller, action, resource }: AwsCall): void {
  if (permissions.get(caller)?.has(`${action} ${resource}`)) return;
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  throw new AwsError('AccessDeniedException', message);
}
