import { discardToken } from '../../payment/facts.ts';
import type { Operation } from '../../payment/operation.ts';
import type { Payment } from '../../payment/payment.ts';
import { nothingRecorded, type RecordResult } from '../../payment/record.ts';
import type { Report } from '../../payment/report.ts';
import { orderRequestKey } from '../ask-klarna.ts';
import { endsPayment, orderUnidentified, resultReport, unknownReport } from '../operation-reports.ts';
import type { DeleteRequest } from '../ports.ts';
import { type ReadPorts, readPlacement, saveReports } from './read-back.ts';

/** A session that was never made: the payment ends as Klarna refused it, or expires when its creation was interrupted. */
export async function abandonSession(
  ports: ReadPorts & { deleteRequest: DeleteRequest },
  payment: Payment,
): Promise<RecordResult> {
  const operation = payment.operations.find(({ kind }) => kind === 'session');
  if (!operation) return nothingRecorded(payment);
  const observedAt = ports.now().toISOString();
  const unknown = unknownReport(operation, { observedAt });
  const reports: [Report, ...Report[]] = operation.result
    ? [endsPayment('rejected', resultReport(operation, observedAt))]
    : [unknown, endsPayment('expired', unknown)];
  const recorded = await saveReports(ports, payment, ...reports);
  await ports.deleteRequest(orderRequestKey(payment));
  return recorded;
}

/**
 * An authorization ran out unused. The payment expires, unless Klarna's session shows an order after all, or cannot show
 * any longer what became of a request of ours whose result is unknown: then a human has to look.
 * @throws KlarnaError where Klarna does not answer
 */
export async function concludeAuthorization(ports: ReadPorts, payment: Payment): Promise<RecordResult> {
  const placement = await readPlacement(ports, payment);
  const observedAt = ports.now().toISOString();
  const conclusion: Report = { ...conclusionAt(observedAt), id: `authorization concluded ${observedAt}` };
  const mayBePlaced = placement === 'placed' || (placement === 'unknown' && payment.operations.some(isUnknownOrder));
  return saveReports(ports, payment, mayBePlaced ? orderUnidentified(conclusion) : endsPayment('expired', conclusion));
}

const conclusionAt = (observedAt: string): Omit<Report, 'id'> => ({
  source: 'operation',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  facts: {},
});

const isUnknownOrder = ({ kind, result }: Operation) => kind === 'order' && result?.pspStatus === 'UNKNOWN_RESPONSE';

/** Discards a token that has expired. */
export function discardExpired(ports: ReadPorts, payment: Payment, fingerprint: string): Promise<RecordResult> {
  const expired = payment.facts.authorizations?.filter((token) => token.fingerprint === fingerprint);
  const report = { ...conclusionAt(ports.now().toISOString()), id: `discard ${fingerprint}` };
  return saveReports(ports, payment, { ...report, facts: { authorizations: expired?.map(discardToken) } });
}
