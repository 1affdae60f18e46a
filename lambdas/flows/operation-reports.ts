import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { pspStatuses, refusalWord } from '../klarna/inbound/statuses.ts';
import type { Facts } from '../payment/facts.ts';
import type { Operation } from '../payment/claims.ts';
import type { Finished, Meaning, Report } from '../payment/payment.ts';
import type { Stage } from '../payment/stages.ts';

type Told = { heardAt: string; facts?: Facts };

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
  return finished(done, { ...told, pspStatus, means: { state, code, final } });
};

/** Klarna refused an operation: its word, normalised, and its name for the request. */
export const refused = (operation: Operation, { error, ...told }: Told & { error: KlarnaError }): Report =>
  finished({ ...operation, correlation_id: error.correlationId }, { ...told, ...refusalWord(error.code) });

/** It was never heard what became of an operation, and it is no longer asked. */
export const givenUp = (operation: Operation, told: Told): Report =>
  finished(operation, { ...told, ...refusalWord(undefined) });

/** Klarna may hold an order of this payment, and nobody can name it: somebody has to look. */
export const unnamed = ({ id, heardAt }: Report): Report => ({
  id: `${id} unnamed`,
  source: 'operation',
  verifiedBy: 'read_back',
  at: heardAt,
  heardAt,
  facts: {},
  doubt: 'order_id',
  follows: id,
});

function finished(operation: Operation, told: Told & { pspStatus: string; means: Meaning }): Report {
  const { pspStatus, means, heardAt, facts = {} } = told;
  return {
    id: `operation ${operation.id}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: heardAt,
    heardAt,
    word: pspStatus,
    says: { pspStatus, means, register: 'stage' },
    facts,
    operation: published(operation),
  };
}

/** The part of an operation that subscribers see. */
export const published = ({ fingerprint, askedAt, takenUpAt, result, ...operation }: Operation): Finished => operation;

/** What an operation's refusal means for the whole payment: no order will come of it. */
export const ends = (stage: Stage, { says, heardAt, ...report }: Report): Report => {
  const { pspStatus, means } = says ?? { pspStatus: 'UNKNOWN_RESPONSE', means: pspStatuses.UNKNOWN_RESPONSE };
  return {
    id: `${report.id} ends`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: heardAt,
    heardAt,
    word: pspStatus,
    says: { pspStatus, means: { ...means, stage }, register: 'stage' },
    facts: {},
    follows: report.id, // somebody slower, who was refused what another had been granted, ends nothing
  };
};
