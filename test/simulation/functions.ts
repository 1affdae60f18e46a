import type { APIGatewayProxyEventV2, Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { acknowledgements } from '../../lambdas/aws/acknowledgements.ts';
import { customerTokens } from '../../lambdas/aws/customer-tokens.ts';
import { duePayments } from '../../lambdas/aws/due-index.ts';
import { requestForgetter, requestKeeper, requestOpener } from '../../lambdas/aws/kept-requests.ts';
import { outbox } from '../../lambdas/aws/outbox.ts';
import { republish } from '../../lambdas/aws/republish.ts';
import { sealTo } from '../../lambdas/aws/seal.ts';
import { callbackKeys } from '../../lambdas/aws/secrets.ts';
import { paymentStore } from '../../lambdas/aws/store.ts';
import { opener } from '../../lambdas/aws/unseal.ts';
import { typedOpener } from '../../lambdas/dependencies/run-due-tasks.ts';
import { loggedOpener } from '../../lambdas/dependencies/token-opener.ts';
import { chargeToken } from '../../lambdas/handlers/charge-token.ts';
import { createPayment } from '../../lambdas/handlers/create-payment.ts';
import type { Answer } from '../../lambdas/handlers/http/endpoint.ts';
import { operatePayment } from '../../lambdas/handlers/operate-payment.ts';
import { publishChanges } from '../../lambdas/handlers/publish-changes.ts';
import { readPayment } from '../../lambdas/handlers/read-payment.ts';
import { receiveCallback } from '../../lambdas/handlers/receive-callback.ts';
import { runDueTasks } from '../../lambdas/handlers/run-due-tasks.ts';
import { klarnaClient } from '../../lambdas/klarna/client/client.ts';
import { callbackUrls, statusUrl } from '../../lambdas/klarna/inbound/callback-url.ts';
import { jsonLogger } from '../../lambdas/logging/logger.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

import { dbClient, kms, type Patience, patient, publicKeyOf, quick } from './aws.ts';
import { lambda, type Process, type Stage } from './lambda.ts';
import { base, type Surroundings, tables } from './surroundings.ts';

const retentionDays = 3 * 365;

/** How long each function may run, milliseconds, as the template has it (compared in test/simulation/wiring.test.ts). */
export const timeouts = {
  'receive-callback': 5000,
  'create-payment': 29_000,
  'operate-payment': 29_000,
  'charge-token': 29_000,
  'read-payment': 29_000,
  'publish-changes': 60_000,
  'run-due-tasks': 120_000,
};
type Name = keyof typeof timeouts;

/** The functions of the relay, each as its template has it: the real handler in a house of simulated clients. */
export function functions(stage: Stage, around: Surroundings) {
  const { clock, chance } = stage;
  const now = clock.date;
  const pause = () => clock.sleep(chance.between(0, 50));

  /** What every process has. */
  const ground = (process: Process, patience: Patience) => {
    const db = dbClient(stage, around.db, process, patience);
    const store = paymentStore({ db, table: tables.payments, retentionDays, now, pause });
    const logger = jsonLogger({ relay: 'relay', now, write: (line) => process.isAlive() && around.written(line) });
    return { db, store, now, logger };
  };
  const keysOf = (process: Process) =>
    callbackKeys({ client: around.secret.client(process), secretArn: 'callback-secret', now });

  const paying = async (process: Process) => {
    const grounded = ground(process, patient);
    const klarna = klarnaClient({
      accounts: { default: around.klarna.account },
      fetch: around.klarna.fetch(process),
      now,
      pause: clock.sleep,
      random: chance.next,
      onCall: (call) => grounded.logger({ message: 'klarna', fields: call }),
    });
    const hasAccount = (name: string) => name === 'default';
    return { ...grounded, klarna, hasAccount, kms: kms(process), random: chance.next };
  };
  const minted = async (process: Process) => {
    const keys = await keysOf(process);
    const key = () => keys.held[0] ?? '';
    return {
      urls: (payment: PaymentId) => callbackUrls({ base, payment, key: key() }),
      statusUrl: (payment: PaymentId) => statusUrl({ base, payment, key: key() }),
    };
  };
  type Paying = Awaited<ReturnType<typeof paying>>;
  const requests = (house: Paying) => ({ ...house, table: tables.requests, key: publicKeyOf('sealing') });
  const tokensOf = (house: Paying) => customerTokens({ db: house.db, table: tables.tokens });
  const acknowledged = ({ db }: Pick<Paying, 'db'>) => acknowledgements({ db, table: tables.progress, now });
  const openerOf = (house: Paying, keyArn: 'sealing' | 'tokens', caller: string) =>
    loggedOpener(house, { keyArn, caller });

  const http = (
    name: Name,
    build: (process: Process) => Promise<(event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>>,
  ) =>
    lambda<APIGatewayProxyEventV2, Answer>(stage, {
      name,
      timeout: timeouts[name],
      build: async (process) => {
        const handler = await build(process);
        return (event) => handler(event, Object.create(null));
      },
    });

  return {
    receive: http('receive-callback', async (process) => {
      const keys = await keysOf(process);
      return receiveCallback({ ...ground(process, quick), keys, seal: sealTo(publicKeyOf('sealing')) });
    }),
    create: http('create-payment', async (process) => {
      const house = await paying(process);
      return createPayment({ ...house, ...(await minted(process)), keepRequest: requestKeeper(requests(house)) });
    }),
    operate: http('operate-payment', async (process) => {
      const house = await paying(process);
      const kept = requests(house);
      return operatePayment({ ...house, keepRequest: requestKeeper(kept), forgetRequest: requestForgetter(kept) });
    }),
    charge: http('charge-token', async (process) => {
      const house = await paying(process);
      const kept = requests(house);
      return chargeToken({
        ...house,
        ...(await minted(process)),
        tokens: tokensOf(house),
        keepRequest: requestKeeper(kept),
        forgetRequest: requestForgetter(kept),
        openCustomerToken: openerOf(house, 'tokens', 'charge-token'),
      });
    }),
    read: http('read-payment', async (process) => {
      const { store, logger } = ground(process, patient);
      return readPayment({ find: store.find, keys: await keysOf(process), logger });
    }),
    publish: lambda<Pick<DynamoDBStreamEvent, 'Records'>, DynamoDBBatchResponse>(stage, {
      name: 'publish-changes',
      timeout: timeouts['publish-changes'],
      build: async (process) => {
        const { db, logger } = ground(process, patient);
        const publish = outbox({ client: around.bus.client(process), bus: 'bus' });
        return publishChanges({ publish, acknowledge: acknowledged({ db }).note, logger });
      },
    }),
    runDueTasks: lambda<Parameters<ReturnType<typeof runDueTasks>>[0], DynamoDBBatchResponse>(stage, {
      name: 'run-due-tasks',
      timeout: timeouts['run-due-tasks'],
      build: async (process) => {
        const house = await paying(process);
        const kept = { ...requests(house), open: opener({ client: house.kms, keyArn: 'sealing' }) };
        const handler = runDueTasks({
          ...house,
          ...(await minted(process)),
          due: duePayments({ db: house.db, table: tables.payments, index: 'due' }),
          acknowledged: acknowledged(house).last,
          republish: republish({ client: around.bus.client(process), bus: 'bus' }),
          tokens: tokensOf(house),
          sealToken: sealTo(publicKeyOf('sealing')),
          sealCustomerToken: sealTo(publicKeyOf('tokens')),
          openToken: openerOf(house, 'sealing', 'run-due-tasks'),
          openCustomerToken: openerOf(house, 'tokens', 'run-due-tasks'),
          keepRequest: requestKeeper(kept),
          openRequest: typedOpener(requestOpener(kept)),
          forgetRequest: requestForgetter(kept),
        });
        return (wake, endsAt) => handler(wake, { getRemainingTimeInMillis: () => endsAt - clock.now() });
      },
    }),
  };
}

export type Functions = ReturnType<typeof functions>;
