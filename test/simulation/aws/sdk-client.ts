import { ConditionalCheckFailedException, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import type { timeouts } from '../../../lambdas/aws/timeouts.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { FaultKind, Outage } from '../trouble/fault-kinds.ts';
import { outcomeOf, type Process } from './process.ts';

/** The settings of an AWS client that its behaviour under faults depends on. */
export type ClientSettings = Pick<typeof timeouts.callback, 'maxAttempts'> & {
  requestHandler: Pick<typeof timeouts.callback.requestHandler, 'requestTimeout'>;
};

/** An error after which the SDK sends its request again. */
export class TransientAwsError extends Error {
  constructor(name: string) {
    super(`${name} (simulated)`);
    this.name = name;
  }
}

const isTransient = (error: unknown) =>
  error instanceof TransientAwsError || error instanceof ProvisionedThroughputExceededException;

type Service = {
  errors: readonly [FaultKind, () => Error][];
  answerLost: FaultKind;
  down: Outage;
};

export const dynamoDbService: Service = {
  errors: [
    ['DynamoDB throttles', () => new ProvisionedThroughputExceededException({ message: 'throttled', $metadata: {} })],
    ['DynamoDB fails', () => new TransientAwsError('InternalServerError')],
  ],
  answerLost: 'DynamoDB answer lost',
  down: 'DynamoDB down',
};

export const eventBridgeService: Service = {
  errors: [['bus fails', () => new TransientAwsError('InternalException')]],
  answerLost: 'bus answer lost',
  down: 'bus down',
};

type Command<Value> = { service: Service; step: string; payment?: string | undefined; act: () => Value };

/** Sends a command as the SDK does: transient errors are retried after a pause. A lost answer does not undo its command. */
export async function sendCommand<Value>(
  run: RunContext,
  process: Process,
  { settings, ...command }: Command<Value> & { settings: ClientSettings },
): Promise<Value> {
  const { step, payment } = command;
  const about = `${step} of ${process.name}`;
  const once = attempt(run, settings, { ...command, payment: payment ?? process.payment, about });
  for (let tried = 1; ; tried++) {
    const outcome = await outcomeOf(() => process.reach(step, once, payment));
    if ('value' in outcome) return outcome.value;
    const { error } = outcome;
    if (tried === 1 && isRace(error)) run.faults.note('write race', about, payment);
    if (!isTransient(error) || tried >= settings.maxAttempts) throw error;
    await run.clock.sleep(run.chance.between(20, 100 * tried));
  }
}

const isRace = (error: unknown) => error instanceof ConditionalCheckFailedException;

const attempt =
  <Value>(
    { clock, faults }: RunContext,
    { requestHandler }: ClientSettings,
    { service, payment, about, act }: Command<Value> & { about: string },
  ) =>
  async (): Promise<Value> => {
    if (faults.isDown(service.down)) throw new TransientAwsError('ServiceUnavailable');
    const failure = service.errors.find(([kind]) => faults.strikes(kind, about, payment));
    if (failure) throw failure[1]();
    const isAnswerLost = faults.strikes(service.answerLost, about, payment);
    const value = act();
    if (!isAnswerLost) return value;
    await clock.sleep(requestHandler.requestTimeout);
    throw new TransientAwsError('TimeoutError');
  };

/** A client of the SDK of which the product uses `send` alone. */
export const clientWith = (send: (command: never) => Promise<object>) => Object.assign(Object.create(null), { send });
