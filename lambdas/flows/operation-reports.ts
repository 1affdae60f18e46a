import type { Operation, FinishedOperation } from '../payment/operation.ts';
import type { Meaning } from '../payment/meaning.ts';
import type { Report } from '../payment/report.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { pspStatuses, refusalMeaning } from '../klarna/inbound/statuses.ts';
import type { Facts } from '../payment/facts.ts';


import type { Stage } from '../payment/stages.ts';

type Told = { observedAt: string; facts?: Facts };

/** Klarna did what an operation asked; `CREATE` where it made something that is used later. */
export const succeeded = (
  operation: Operation,
  told: Told & {
    created?: boolean;
    capture_id?: string | undefined;
    refund_id?: string | undefined;
    correlation_id?: string | undefined;
  },
): Report => {
  const pspStatus = told.created ? 'CREATE' : 'SUCCESS';
  const { state, code, final } = pspStatuses[pspStatus];
  const { capture_id = operation.capture_id, refund_id, correlation_id = operation.correlation_id } = told;
  const done = { ...operation, capture_id, refund_id, correlation_id };
  return finished(done, { ...told, pspStatus, meaning: { state, code, final } });
};

/** Klarna refused an operation: its word, normalised, and its name for the request. */
export const refused = (operation: Operation, { error, ...told }: Told & { error: KlarnaError }): Report =>
  finished({ ...operation, correlation_id: error.correlationId }, { ...told, ...refusalMeaning(error.code) });

/** It was never heard what became of an operation, and it is no longer asked. */
export const abandoned = (operation: Operation, told: Told): Report =>
  finished(operation, { ...told, ...refusalMeaning(undefined) });

/** Klarna may hold an order of this payment, and nobody can name it: somebody has to look. */
export const orderUnidentified = ({ id, observedAt }: Report): Report => ({
  id: `${id} unnamed`,
  source: 'operation',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  facts: {},
  doubt: 'order_id',
  follows: id,
});

function finished(operation: Operation, told: Told & { pspStatus: string; meaning: Meaning }): Report {
  const { pspStatus, meaning, observedAt, facts = {} } = told;
  return {
    id: `operation ${operation.id}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    word: pspStatus,
    statement: { pspStatus, meaning, about: 'stage' },
    facts,
    operation: publicOperation(operation),
  };
}

/** The part of an operation that subscribers see. */
export const publicOperation = ({ fingerprint, askedAt, resumedAt, result, ...operation }: Operation): FinishedOperation => operation;

/** What an operation's refusal meaning for the whole payment: no order will come of it. */
export const endsPayment = (stage: Stage, { statement, observedAt, ...report }: Report): Report => {
  const { pspStatus, meaning } = statement ?? { pspStatus: 'UNKNOWN_RESPONSE', meaning: pspStatuses.UNKNOWN_RESPONSE };
  return {
    id: `${report.id} ends`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    word: pspStatus,
    statement: { pspStatus, meaning: { ...meaning, stage }, about: 'stage' },
    facts: {},
    follows: report.id, // somebody slower, who was refused what another had been granted, ends nothing
  };
};
