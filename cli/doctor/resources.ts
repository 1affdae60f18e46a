import { type AwsCalls, elementText } from './aws-calls.ts';

/** A resource of a stack: `id` is its logical id, `name` its physical one. */
export type StackResource = { id: string; type: string; name: string };

/** The parts of a relay that `doctor` checks, found by resource type and by the construct in the logical id. */
export const parts = {
  callbackSecret: { type: 'AWS::SecretsManager::Secret', id: /CallbackSecret/ },
  accountsSecret: { type: 'AWS::SecretsManager::Secret', id: /AccountsSecret/ },
  api: { type: 'AWS::ApiGatewayV2::Api', id: /Api/ },
  bus: { type: 'AWS::Events::EventBus', id: /Bus/ },
  deadLetters: { type: 'AWS::SQS::Queue', id: /Discarded|Undeliverable|MissedWakeUps/ },
  streams: { type: 'AWS::Lambda::EventSourceMapping', id: /Outbox|Due/ },
  schedule: { type: 'AWS::Scheduler::Schedule', id: /EveryMinute/ },
} as const;

export type Part = keyof typeof parts;

export const partsIn = (resources: StackResource[], part: Part): StackResource[] =>
  resources.filter(({ id, type }) => type === parts[part].type && parts[part].id.test(id));

/** Every resource of a stack. @throws AwsRefusal when there is no such stack */
export async function stackResources(aws: AwsCalls, StackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  let next: string | undefined;
  do {
    const query = { Action: 'ListStackResources', Version: '2010-05-15', StackName, ...(next && { NextToken: next }) };
    const xml = await aws.query('cloudformation', query);
    for (const [, member = ''] of xml.matchAll(/<member>([\s\S]*?)<\/member>/g))
      found.push({
        id: elementText(member, 'LogicalResourceId') ?? '',
        type: elementText(member, 'ResourceType') ?? '',
        name: unescaped(elementText(member, 'PhysicalResourceId') ?? ''),
      });
    next = elementText(xml, 'NextToken');
  } while (next);
  return found;
}

const unescaped = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
