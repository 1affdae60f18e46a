import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { DeliveredEvent } from '../consumer/event-rule.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { Process } from './process.ts';
import { clientWith, eventBridgeService, sendCommand } from './sdk-client.ts';

type PublishedEvent = { at: number; entry: PutEventsRequestEntry };

/** As in lambdas/dependencies/publish-changes.ts, with the SDK's usual time to wait. */
const settings = { maxAttempts: 3, requestHandler: { requestTimeout: 3000 } };

/** A bus that accepts or refuses each entry, and keeps the accepted ones. */
export function simulatedBus(run: RunContext) {
  const { clock, chance, faults } = run;
  const events: PublishedEvent[] = [];
  const rules: ((event: DeliveredEvent) => void)[] = [];
  const putOne = (entry: PutEventsRequestEntry) => {
    const { paymentId } = JSON.parse(entry.Detail ?? '{}');
    if (faults.strikes('event refused', `${entry.DetailType}`, paymentId))
      return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    const EventId = chance.uuid();
    events.push({ at: clock.now(), entry });
    for (const deliver of rules) deliver(deliveredEvent(entry, EventId));
    return { EventId };
  };
  const put = (entries: PutEventsRequestEntry[]) => {
    const Entries = entries.map(putOne);
    return { FailedEntryCount: Entries.filter((each) => 'ErrorCode' in each).length, Entries };
  };
  const client = (process: Process): EventBridgeClient =>
    clientWith(({ input }: { input: { Entries: PutEventsRequestEntry[] } }) =>
      sendCommand(run, process, {
        service: eventBridgeService,
        settings,
        step: 'PutEvents',
        act: () => put(input.Entries),
      }),
    );
  return { events, rules, client };
}

/** The event that EventBridge makes of an entry. */
const deliveredEvent = ({ Source, DetailType = '', Detail = '{}', Time }: PutEventsRequestEntry, id: string) => ({
  version: '0',
  id,
  'detail-type': DetailType,
  source: Source,
  account: '123456789012',
  time: Time?.toISOString(),
  region: 'eu-central-1',
  resources: [],
  detail: JSON.parse(Detail),
});
