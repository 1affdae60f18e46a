import * as z from 'zod/mini';
import type { AwsCalls } from './aws-calls.ts';
import { failed, ok, warning } from './finding.ts';
import type { StackResource } from './resources.ts';

/** The wires of a deployment: who listens, what was given up, what runs. */

const rules = z.object({
  Rules: z.array(z.object({ Name: z.string(), State: z.string(), ManagedBy: z.optional(z.string()) })),
});
const targets = z.object({ Targets: z.array(z.object({ Id: z.string() })) });

/** Somebody has to listen to the bus: a rule that is on and has a target; the archive's own does not count. */
export async function subscribers(aws: AwsCalls, { name: EventBusName }: StackResource) {
  const { Rules } = rules.parse(await aws.json('events', 'AWSEvents.ListRules', { EventBusName }));
  const listening = Rules.filter(({ State, ManagedBy }) => State !== 'DISABLED' && !ManagedBy);
  const heard = await Promise.all(
    listening.map(async ({ Name }) => {
      const found = await aws.json('events', 'AWSEvents.ListTargetsByRule', { EventBusName, Rule: Name });
      return { Name, targets: targets.parse(found).Targets.length };
    }),
  );
  const deaf = heard.filter((rule) => rule.targets === 0).map(({ Name }) => Name);
  if (heard.length === deaf.length)
    return warning(`nobody listens to the bus ${EventBusName}: add a rule with a target (docs/events.md)`);
  if (deaf.length > 0) return warning(`these rules have no target: ${deaf.join(', ')}`);
  return ok(`${heard.length} rule${heard.length === 1 ? '' : 's'}: ${heard.map(({ Name }) => Name).join(', ')}`);
}

const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const attributes = z.object({ Attributes: z.record(z.string(), z.string()) });

/** A message in a dead-letter queue is something that somebody must look at. */
export async function deadLetters(aws: AwsCalls, queues: StackResource[]) {
  const held = await Promise.all(
    queues.map(async ({ id, name: QueueUrl }) => {
      const asked = { QueueUrl, AttributeNames: counts };
      const { Attributes } = attributes.parse(await aws.json('sqs', 'AmazonSQS.GetQueueAttributes', asked));
      return { id, count: counts.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0) };
    }),
  );
  const full = held.filter(({ count }) => count > 0);
  if (full.length === 0) return ok(`${queues.length} queues, all empty`);
  return failed(
    `${full.map(({ id, count }) => `${id} holds ${count}`).join(', ')}: docs/operations.md tells what to do`,
  );
}

const mapping = z.object({ State: z.string(), LastProcessingResult: z.optional(z.string()) });

/** Both streams have to run: the one that publishes, the one that does at once what is owed. */
export async function streams(aws: AwsCalls, mappings: StackResource[]) {
  const found = await Promise.all(
    mappings.map(async ({ id, name }) => {
      const path = `/2015-03-31/event-source-mappings/${encodeURIComponent(name)}`;
      return { id, ...mapping.parse(await aws.get('lambda', path)) };
    }),
  );
  const still = found.filter(({ State }) => State !== 'Enabled');
  if (still.length > 0) return failed(still.map(({ id, State }) => `${id} is ${State}`).join(', '));
  const ailing = found.filter(
    ({ LastProcessingResult = 'OK' }) => !/^(OK|No records processed)$/.test(LastProcessingResult),
  );
  if (ailing.length > 0)
    return failed(ailing.map((each) => `${each.id}: last result ${each.LastProcessingResult}`).join(', '));
  return ok(`${found.length} event source mappings, enabled`);
}

const scheduled = z.object({ State: z.string() });

/** Without the schedule a payment whose callbacks are lost is never looked at. */
export async function schedule(aws: AwsCalls, { name }: StackResource) {
  const { State } = scheduled.parse(await aws.get('scheduler', `/schedules/${encodeURIComponent(name)}`));
  return State === 'ENABLED' ? ok(`${name}, enabled`) : failed(`${name} is ${State}`);
}
