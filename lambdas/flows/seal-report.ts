import type { PaymentId } from '../payment/payment-id.ts';
import type { Report } from '../payment/report.ts';
import type { SealToken } from './ports.ts';

/** The report with the authorization token that came with it, sealed among its facts; the report itself where none came. */
export async function withSealedToken(
  report: Report,
  { payment, token, seal }: { payment: PaymentId; token: string | undefined; seal: SealToken },
): Promise<Report> {
  if (!token) return report;
  const authorizations = [await seal({ payment, token, at: report.at })];
  return { ...report, facts: { ...report.facts, authorizations } };
}
