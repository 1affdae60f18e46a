import { constants, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';
import { ConditionalCheckFailedException, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientOf, type MemoryDb } from './dynamodb.ts';
import type { FaultKind } from './faults.ts';
import { outcomeOf, type Process, type Stage } from './lambda.ts';

/** Which of our AWS clients' settings a function has (lambdas/aws/timeouts.ts); `timeout` in milliseconds. */
export type Patience = { attempts: number; timeout: number };
export const quick: Patience = { attempts: 2, timeout: 400 };
export const patient: Patience = { attempts: 3, timeout: 2000 };

/** An error after which the SDK asks again. */
class Transient extends Error {
  constructor(name: string) {
    super(`${name} (simulated)`);
    this.name = name;
  }
}

const isTransient = (error: unknown) =>
  error instanceof Transient || error instanceof ProvisionedThroughputExceededException;

type Service = {
  fails: readonly [FaultKind, () => Error][];
  answerLost: FaultKind;
  down: 'DynamoDB down' | 'bus down';
};

const dynamoDb: Service = {
  fails: [
    ['DynamoDB throttles', () => new ProvisionedThroughputExceededException({ message: 'throttled', $metadata: {} })],
    ['DynamoDB fails', () => new Transient('InternalServerError')],
  ],
  answerLost: 'DynamoDB answer lost',
  down: 'DynamoDB down',
};
const eventBridge: Service = {
  fails: [['bus fails', () => new Transient('InternalException')]],
  answerLost: 'bus answer lost',
  down: 'bus down',
};

type Call<Value> = { service: Service; step: string; payment?: string | undefined; act: () => Value };

/** Asks as the SDK does: again after a pause where that may help. An answer that is lost was given all the same. */
async function asked<Value>(stage: Stage, process: Process, patience: Patience, call: Call<Value>): Promise<Value> {
  const { step, payment } = call;
  const about = `${step} of ${process.name}`;
  const once = attempt(stage, patience, { ...call, payment: payment ?? process.about, about });
  for (let tried = 1; ; tried++) {
    const outcome = await outcomeOf(() => process.reach(step, once, payment));
    if ('value' in outcome) return outcome.value;
    const { error } = outcome;
    if (tried === 1 && isRace(error)) stage.faults.happened('write race', about, payment);
    if (!isTransient(error) || tried >= patience.attempts) throw error;
    await stage.clock.sleep(stage.chance.between(20, 100 * tried));
  }
}

const isRace = (error: unknown) => error instanceof ConditionalCheckFailedException;

const attempt =
  <Value>({ clock, faults }: Stage, { timeout }: Patience, call: Call<Value> & { about: string }) =>
  async (): Promise<Value> => {
    const { service, payment, about, act } = call;
    if (faults.isDown(service.down)) throw new Transient('ServiceUnavailable');
    const failure = service.fails.find(([kind]) => faults.strikes(kind, about, payment));
    if (failure) throw failure[1]();
    const lost = faults.strikes(service.answerLost, about, payment);
    const value = act();
    if (!lost) return value;
    await clock.sleep(timeout);
    throw new Transient('TimeoutError');
  };

type Named = { input?: { Key?: { id?: unknown }; Item?: { id?: unknown } } };

/** The payment that a command is about: items of payments are named by it, requests begin with it. */
function paymentIn({ input }: Named): string | undefined {
  const id = input?.Key?.id ?? input?.Item?.id;
  return typeof id === 'string' ? id.split('/')[0] : undefined;
}

const nameOf = (command: object) => command.constructor.name.replace('Command', '');

export const dbClient = (stage: Stage, db: MemoryDb, process: Process, patience: Patience): DynamoDBDocumentClient =>
  clientOf((command) => {
    const named = Object(command);
    return asked(stage, process, patience, {
      service: dynamoDb,
      step: `DynamoDB ${nameOf(named)}`,
      payment: paymentIn(named),
      act: () => db.does(command),
    });
  });

const standIn = (send: (command: never) => Promise<object>) => Object.assign(Object.create(null), { send });

export type Event = { at: number; entry: PutEventsRequestEntry };

/** A bus that takes each entry or refuses it, and keeps what it took. */
export function bus(stage: Stage) {
  const { clock, chance, faults } = stage;
  const events: Event[] = [];
  const take = (entry: PutEventsRequestEntry) => {
    const { paymentId } = JSON.parse(entry.Detail ?? '{}');
    if (faults.strikes('event refused', `${entry.DetailType}`, paymentId))
      return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    events.push({ at: clock.now(), entry });
    return { EventId: chance.uuid() };
  };
  const put = (entries: PutEventsRequestEntry[]) => {
    const Entries = entries.map(take);
    return { FailedEntryCount: Entries.filter((each) => 'ErrorCode' in each).length, Entries };
  };
  const client = (process: Process): EventBridgeClient =>
    standIn((command: { input: { Entries: PutEventsRequestEntry[] } }) =>
      asked(
        stage,
        process,
        { attempts: 3, timeout: 3000 },
        {
          service: eventBridge,
          step: 'PutEvents',
          act: () => put(command.input.Entries),
        },
      ),
    );
  return { events, client };
}

/** The callback secret, which may be rotated. */
export function secret(stage: Stage, first: object) {
  let value = first;
  const client = (process: Process): SecretsManagerClient =>
    standIn(() =>
      process.reach('GetSecretValue', () => {
        if (stage.faults.strikes('secret unreadable', process.name)) throw new Transient('InternalServiceError');
        return { SecretString: JSON.stringify(value) };
      }),
    );
  return {
    client,
    rotate: (next: object) => {
      value = next;
    },
  };
}

/** The two keys of KMS: of requests and authorizations, and of customer tokens. Made once per thread. */
const pairs = () => {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { sealing: pair(), tokens: pair() };
};
export type KeyName = keyof ReturnType<typeof pairs>;
let made: ReturnType<typeof pairs> | undefined;
const keys = () => {
  made ??= pairs();
  return made;
};

export const publicKeyOf = (name: KeyName): KeyObject => keys()[name].publicKey;

export const kms = (process: Process): KMSClient =>
  standIn(({ input }: { input: { KeyId: KeyName; CiphertextBlob: Uint8Array } }) =>
    process.reach('kms:Decrypt', () => {
      const key = {
        key: keys()[input.KeyId].privateKey,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256',
      };
      return { Plaintext: privateDecrypt(key, input.CiphertextBlob) };
    }),
  );
