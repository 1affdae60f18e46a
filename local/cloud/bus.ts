import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { BusEvent } from '../../stories/bus-event.ts';
import { AwsError, type Service, unknownOperation } from './aws.ts';
import { localAccount, region } from './template.ts';

export type LocalBus = {
  service: Service;
  /** All events so far, oldest first. */
  events: () => readonly BusEvent[];
  /** Calls the listener for every event from now on, until the returned function is called. */
  subscribe: (listener: (event: BusEvent) => void) => () => void;
};

const entry = z.object({
  Source: z.optional(z.string()),
  DetailType: z.optional(z.string()),
  Detail: z.optional(z.string()),
  EventBusName: z.optional(z.string()),
  Time: z.optional(z.number()),
  Resources: z.optional(z.array(z.string())),
});
type PutEventsEntry = z.infer<typeof entry>;
const putEvents = z.object({ Entries: z.array(entry) });

const mostEntries = 10;
const mostBytes = 1024 * 1024;

/**
 * PutEvents of EventBridge, with its limits and its refusals per entry. One difference: an unknown bus is refused,
 * where EventBridge answers success and drops the event. `save` is called with each event before the caller gets its
 * answer.
 */
export function localBus({
  names,
  earlier,
  save,
}: {
  names: string[];
  /** The events of earlier runs. */
  earlier: BusEvent[];
  save: (event: BusEvent) => void;
}): LocalBus {
  const events = [...earlier];
  const listeners = new Set<(event: BusEvent) => void>();

  const put = (request: PutEventsEntry) => {
    const refusal = refusalOf(request, names);
    if (refusal) return { ErrorCode: refusal[0], ErrorMessage: refusal[1] };
    const event = envelope(request);
    save(event);
    events.push(event);
    for (const listener of listeners) listener(event);
    return { EventId: event.id };
  };

  const service: Service = async (operation, input) => {
    if (operation !== 'PutEvents') throw unknownOperation(`AWSEvents.${operation}`);
    const call = putEvents.safeParse(input);
    if (!call.success) throw new AwsError('SerializationException', z.prettifyError(call.error));
    checkLimits(call.data.Entries);
    const Entries = call.data.Entries.map(put);
    return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode).length, Entries };
  };

  const subscribe: LocalBus['subscribe'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { service, events: () => events, subscribe };
}

/** @throws AwsError where EventBridge refuses the whole call */
function checkLimits(entries: PutEventsEntry[]) {
  const refuse = (constraint: string) =>
    new AwsError('ValidationException', `1 validation error detected: ${constraint}`);
  if (entries.length < 1) throw refuse("'entries' must have length greater than or equal to 1");
  if (entries.length > mostEntries) throw refuse(`'entries' must have length less than or equal to ${mostEntries}`);
  const bytes = entries.reduce((sum, each) => sum + sizeOf(each), 0);
  if (bytes > mostBytes)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
}

/** How EventBridge counts an entry: 14 bytes for a time, and the text of everything else. */
const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry) =>
  (Time === undefined ? 0 : 14) + Buffer.byteLength([Source, DetailType, Detail, ...Resources].join(''));

function refusalOf(request: PutEventsEntry, names: string[]): [code: string, message: string] | undefined {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !request[name]);
  if (missing)
    return ['InvalidArgument', `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`];
  if (!isJsonObject(request.Detail ?? '')) return ['MalformedDetail', 'Detail is malformed.'];
  const bus = request.EventBusName?.split('event-bus/').at(-1) ?? 'default';
  if (!names.includes(bus)) return ['ResourceNotFoundException', `Event bus ${bus} does not exist.`];
  return undefined;
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const envelope = ({ Source = '', DetailType = '', Detail = '', Time, Resources = [] }: PutEventsEntry): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': DetailType,
  source: Source,
  account: localAccount,
  time: new Date(Time === undefined ? Date.now() : Time * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
  region,
  resources: Resources,
  detail: JSON.parse(Detail),
});
