import * as z from 'zod/mini';
import type { AwsCalls } from './aws-calls.ts';
import { failed, ok, warning } from './finding.ts';
import type { StackResource } from './resources.ts';

const ruleList = z.object({
  Rules: z.array(z.object({ Name: z.string(), State: z.string(), ManagedBy: z.optional(z.string()) })),
});
const targetList = z.object({ Targets: z.array(z.object({ Id: z.string() })) });

/** Checks that the bus has a subscriber: an enabled rule with a target. The archive's own rule does not count. */
export async function checkSubscribers(aws: AwsCalls, { name: EventBusName }: StackResource) {
  const { Rules } = ruleList.parse(await aws.json('events', 'AWSEvents.ListRules', { EventBusName }));
  const enabled = Rules.filter(({ State, ManagedBy }) => State !== 'DISABLED' && !ManagedBy);
  const rules = await Promise.all(
    enabled.map(async ({ Name }) => {
      const found = await aws.json('events', 'AWSEvents.ListTargetsByRule', { EventBusName, Rule: Name });
      return { Name, targets: targetList.parse(found).Targets.length };
    }),
  );
  const withoutTarget = rules.filter(({ targets }) => targets === 0).map(({ Name }) => Name);
  if (rules.length === withoutTarget.length)
    return warning(`the bus ${EventBusName} has no subscriber: add a rule with a target (docs/events.md)`);
  if (withoutTarget.length > 0) return warning(`these rules have no target: ${withoutTarget.join(', ')}`);
  return ok(`${rules.length} rule${rules.length === 1 ? '' : 's'}: ${rules.map(({ Name }) => Name).join(', ')}`);
}

const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const queueAttributes = z.object({ Attributes: z.record(z.string(), z.string()) });

/** Checks that the dead-letter queues are empty. */
export async function checkDeadLetters(aws: AwsCalls, queues: StackResource[]) {
  const sizes = await Promise.all(
    queues.map(async ({ id, name: QueueUrl }) => {
      const input = { QueueUrl, AttributeNames: counts };
      const { Attributes } = queueAttributes.parse(await aws.json('sqs', 'AmazonSQS.GetQueueAttributes', input));
      return { id, count: counts.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0) };
    }),
  );
  const filled = sizes.filter(({ count }) => count > 0);
  if (filled.length === 0) return ok(`${queues.length} queues, all empty`);
  const contents = filled.map(({ id, count }) => `${id} holds ${count}`).join(', ');
  return failed(`${contents}: run klarna-relay redrive (docs/operations.md)`);
}

const mapping = z.object({ State: z.string(), LastProcessingResult: z.optional(z.string()) });

/** Checks both readers of the table's stream: the one that publishes changes, the one that runs due tasks at once. */
export async function checkStreams(aws: AwsCalls, mappings: StackResource[]) {
  const streams = await Promise.all(
    mappings.map(async ({ id, name }) => {
      const path = `/2015-03-31/event-source-mappings/${encodeURIComponent(name)}`;
      return { id, ...mapping.parse(await aws.get('lambda', path)) };
    }),
  );
  const off = streams.filter(({ State }) => State !== 'Enabled');
  if (off.length > 0) return failed(off.map(({ id, State }) => `${id} is ${State}`).join(', '));
  const failing = streams.filter(
    ({ LastProcessingResult = 'OK' }) => !/^(OK|No records processed)$/.test(LastProcessingResult),
  );
  if (failing.length > 0)
    return failed(failing.map((each) => `${each.id}: last result ${each.LastProcessingResult}`).join(', '));
  return ok(`${streams.length} event source mappings, enabled`);
}

const schedule = z.object({ State: z.string() });

/** Checks the schedule of due tasks; without it a payment whose callbacks are lost is never read. */
export async function checkSchedule(aws: AwsCalls, { name }: StackResource) {
  const { State } = schedule.parse(await aws.get('scheduler', `/schedules/${encodeURIComponent(name)}`));
  return State === 'ENABLED' ? ok(`${name}, enabled`) : failed(`${name} is ${State}`);
}
