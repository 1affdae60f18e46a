import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { orderWords, pspStatuses, refusalMeaning } from '../klarna/inbound/statuses.ts';
import type { Facts } from '../payment/facts.ts';
import type { FinishedOperation, Operation } from '../payment/operation.ts';
import type { Report } from '../payment/report.ts';
import type { Meaning } from '../payment/stages.ts';

type Observation = { observedAt: string; facts?: Facts };

/** Klarna executed an operation; `CREATE` where it made something that is used later. */
export const successReport = (
  operation: Operation,
  observation: Observation & {
    created?: boolean;
    capture_id?: string | undefined;
    refund_id?: string | undefined;
    correlation_id?: string | undefined;
  },
): Report => {
  const pspStatus = observation.created ? 'CREATE' : 'SUCCESS';
  const { state, code, final } = pspStatuses[pspStatus];
  const { capture_id = operation.capture_id, refund_id, correlation_id = operation.correlation_id } = observation;
  const finished = { ...operation, capture_id, refund_id, correlation_id };
  return operationReport(finished, { ...observation, pspStatus, meaning: { state, code, final } });
};

/** Klarna refused an operation: its word, normalised, and its id of the request. */
export const refusalReport = (
  operation: Operation,
  { error, ...observation }: Observation & { error: KlarnaError },
): Report =>
  operationReport(
    { ...operation, correlation_id: error.correlationId },
    { ...observation, ...refusalMeaning(error.code) },
  );

/** The result of an operation as it was kept. */
export const resultReport = (operation: Operation, observedAt: string): Report =>
  operationReport(operation, { observedAt, ...refusalMeaning(operation.result?.pspStatus) });

/** The result of an operation never became known, and it is not requested again. */
export const unknownReport = (operation: Operation, observation: Observation): Report =>
  operationReport(operation, { ...observation, ...refusalMeaning(undefined) });

/** Klarna may hold an order of this payment whose id is unknown: a human has to look. */
export const orderUnidentified = ({ id, observedAt }: Report): Report => ({
  id: `${id} unidentified`,
  source: 'operation',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  facts: {},
  doubt: 'order_id',
  follows: id,
});

/**
 * No order will follow: the whole payment ends in `stage`, with the word of the refused operation. Without an operation
 * it is that of an order that expired.
 */
export const endsPayment = (
  stage: 'rejected' | 'expired',
  { statement, observedAt, ...report }: Pick<Report, 'id' | 'statement' | 'observedAt'>,
): Report => {
  const { pspStatus, meaning } = statement ?? { pspStatus: 'EXPIRED', meaning: orderWords.EXPIRED };
  return {
    id: `${report.id} ends`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    word: pspStatus,
    statement: { pspStatus, meaning: { ...meaning, stage }, about: 'stage' },
    facts: {},
    follows: report.id, // a slower process that was refused, where another was granted, must end nothing
  };
};

function operationReport(operation: Operation, result: Observation & { pspStatus: string; meaning: Meaning }): Report {
  const { pspStatus, meaning, observedAt, facts = {} } = result;
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
export const publicOperation = ({
  fingerprint,
  askedAt,
  resumedAt,
  result,
  ...operation
}: Operation): FinishedOperation => operation;
