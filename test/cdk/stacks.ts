import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { resourcesIn, type TemplateResource } from './resources.ts';

// Loading CloudFormation's own rules takes five seconds; app.test.ts applies them, once.
process.env.CDK_VALIDATION = 'false';

/** Context that synthesises without bundling any function. */
export const unbundled = { 'aws:cdk:bundling-stacks': [] };

export function stackIn(app: App): Stack {
  const [stack] = app.node.children.filter(Stack.isStack);
  if (!stack) throw new Error('the app has no stack');
  return stack;
}

export const resourcesOf = (stack: Stack): Record<string, TemplateResource> =>
  resourcesIn(Template.fromStack(stack).toJSON());
