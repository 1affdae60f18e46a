import { acknowledgements } from '../../../lambdas/aws/acknowledgements.ts';
import { customerTokens } from '../../../lambdas/aws/customer-tokens.ts';
import { duePayments } from '../../../lambdas/aws/due-index.ts';
import { requestKeeper, requestOpener } from '../../../lambdas/aws/kept-requests.ts';
import { republish } from '../../../lambdas/aws/republish.ts';
import { sealTo } from '../../../lambdas/aws/seal.ts';
import { callbackKeys } from '../../../lambdas/aws/secrets.ts';
import { paymentStore } from '../../../lambdas/aws/store.ts';
import { timeouts as clientTimeouts } from '../../../lambdas/aws/timeouts.ts';
import { opener } from '../../../lambdas/aws/unseal.ts';
import { lenientDeleter } from '../../../lambdas/dependencies/klarna.ts';
import { type RunDueTasksDependencies, typedOpener } from '../../../lambdas/dependencies/run-due-tasks.ts';
import { loggedOpener } from '../../../lambdas/dependencies/token-opener.ts';
import { klarnaClient } from '../../../lambdas/klarna/client/client.ts';
import { callbackUrls, statusUrl } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { logKlarnaCalls } from '../../../lambdas/logging/klarna-call-entry.ts';
import { jsonLogger } from '../../../lambdas/logging/logger.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import { simulatedDocumentClient } from '../aws/document-client.ts';
import { type KmsKeyName, kmsClient, publicKeyOf } from '../aws/kms.ts';
import type { Process } from '../aws/process.ts';
import type { ClientSettings } from '../aws/sdk-client.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import { publicUrl, type Surroundings } from './surroundings.ts';
import { tables } from './template-settings.ts';

/** The dependencies of the handlers, made of the product's own parts over simulated clients, for one process at a time. */
export function newDependencies(run: RunContext, surroundings: Surroundings) {
  const { clock, chance, plan } = run;
  const { retentionDays } = plan;
  const pause = (attempt: number) => clock.sleep(chance.between(0, 20 * attempt));

  const stored = (process: Process, settings: ClientSettings) => {
    const now = process.date;
    const db = simulatedDocumentClient(run, { db: surroundings.db, process, settings });
    const restoredAt = surroundings.restoredAt();
    const store = paymentStore({
      db,
      table: tables.payments,
      retentionDays,
      now,
      pause,
      ...(restoredAt && { restoredAt: new Date(restoredAt) }),
    });
    const write = (text: string) => process.isAlive() && surroundings.keepText(text);
    return { db, store, now, logger: jsonLogger({ relay: 'relay', now, write }) };
  };
  const keysOf = (process: Process) =>
    callbackKeys({ client: surroundings.secret.client(process), secretArn: 'callback-secret', now: process.date });

  const klarna = (process: Process) => {
    const parts = stored(process, clientTimeouts.merchant);
    const client = klarnaClient({
      accounts: surroundings.klarna.accounts,
      fetch: surroundings.klarna.fetch(process),
      now: process.date,
      pause: clock.sleep,
      random: chance.next,
      onCall: logKlarnaCalls(parts.logger),
    });
    const hasAccount = (name: string) => name in surroundings.klarna.accounts;
    return { ...parts, klarna: client, hasAccount, kms: kmsClient(process), random: chance.next };
  };
  type KlarnaParts = ReturnType<typeof klarna>;

  const urls = async (process: Process) => {
    const keys = await keysOf(process);
    const key = () => keys.held[0] ?? '';
    return {
      urls: (payment: PaymentId) => callbackUrls({ base: publicUrl, payment, key: key() }),
      statusUrl: (payment: PaymentId) => statusUrl({ base: publicUrl, payment, key: key() }),
    };
  };
  const requests = ({ db, logger, now }: KlarnaParts) => {
    const table = { db, table: tables.requests };
    const keepRequest = requestKeeper({ ...table, key: publicKeyOf('sealing'), now });
    return { keepRequest, deleteRequest: lenientDeleter({ logger }, table) };
  };
  const openRequest = ({ db, kms }: KlarnaParts) =>
    typedOpener(requestOpener({ db, table: tables.requests, open: opener({ client: kms, keyArn: 'sealing' }) }));
  const tokens = ({ db }: KlarnaParts) => customerTokens({ db, table: tables.tokens });
  const acknowledgementsIn = ({ db, now }: Pick<KlarnaParts, 'db' | 'now'>) =>
    acknowledgements({ db, table: tables.progress, now });
  const openToken = (parts: KlarnaParts, options: { keyArn: KmsKeyName; caller: string }) =>
    loggedOpener(parts, options);

  const runDueTasks = async (process: Process): Promise<RunDueTasksDependencies> => {
    const parts = klarna(process);
    const caller = 'run-due-tasks';
    return {
      ...parts,
      ...(await urls(process)),
      ...requests(parts),
      openRequest: openRequest(parts),
      due: duePayments({ db: parts.db, table: tables.payments, index: 'due' }),
      acknowledged: acknowledgementsIn(parts).last,
      republish: republish({ client: surroundings.bus.client(process), bus: 'bus' }),
      tokens: tokens(parts),
      sealToken: sealTo(publicKeyOf('sealing')),
      sealCustomerToken: sealTo(publicKeyOf('tokens')),
      openToken: openToken(parts, { keyArn: 'sealing', caller }),
      openCustomerToken: openToken(parts, { keyArn: 'tokens', caller }),
    };
  };
  return {
    stored,
    callbackKeys: keysOf,
    klarna,
    urls,
    requests,
    tokens,
    acknowledgements: acknowledgementsIn,
    openToken,
    runDueTasks,
  };
}
