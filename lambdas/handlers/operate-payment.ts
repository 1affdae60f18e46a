import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type OperateCommand, type OperateResult, operate } from '../flows/operate.ts';
import { readOperation } from '../klarna/bodies/operations.ts';
import { lambdaHandler } from './lambda-handler.ts';
import { http, json, Refusal } from './http/endpoint.ts';
import type { Logger } from '../logging/logger.ts';
import {
  bodyOf,
  fingerprintOf,
  locationOf,
  requireIdempotencyKey,
  operationAnswer,
  paymentOf,
  klarnaRefusal,
  fieldRefusal,
  keyReused,
} from './http/merchant.ts';
import { type OperatePaymentDependencies, operatePaymentDependencies } from '../dependencies/operate-payment.ts';

/** The last part of the path names the operation. */
const kinds = {
  captures: 'capture',
  refunds: 'refund',
  cancellation: 'cancellation',
  release: 'release',
  extension: 'extension',
} as const satisfies Record<string, OperateCommand['kind']>;

const isPlural = (text: string): text is keyof typeof kinds => Object.keys(kinds).includes(text);

/** POST /payments/{payment}/captures and the like: one operation on the order, once per Idempotency-Key. */
export const operatePayment = (house: OperatePaymentDependencies) =>
  http(
    house.journal,
    async (event: APIGatewayProxyEventV2) => {
      const payment = paymentOf(event);
      const key = requireIdempotencyKey(event);
      const named = event.rawPath.split('/').at(-1) ?? '';
      if (!isPlural(named)) throw new Refusal(404, 'no such operation', { payment });
      const body = bodyOf(event);
      const read = readOperation(named, body);
      if ('problems' in read) throw fieldRefusal(read.problems);
      const asked: OperateCommand = { payment, kind: kinds[named], key, request: read.asked, fingerprint: fingerprintOf(body) };
      return answerTo(await operate(house, asked), asked, house.journal);
    },
    'merchant',
  );

export const handler = await lambdaHandler(operatePaymentDependencies, operatePayment);

function answerTo(operated: OperateResult, { payment: id, kind }: OperateCommand, journal: Logger) {
  if (operated.outcome !== 'finished' && operated.outcome !== 'under_way') throw refusalOf(operated, id);
  const { payment, operation, outcome } = operated;
  const { result } = operation;
  const failed = result?.state === 'ERROR';
  journal({
    level: failed ? 'warn' : 'info',
    message: 'operation',
    fields: { payment: id, kind, outcome, pspStatus: result?.pspStatus, correlation_id: operation.correlation_id },
    metrics: { Operations: 1, ...(failed && { OperationsFailed: 1 }) },
  });
  const answer = operationAnswer(payment, operation);
  const headers = { location: locationOf(id) };
  if (outcome === 'under_way' || !result) return json(202, answer, headers);
  if (failed) throw klarnaRefusal(operated.error, { operation, tells: answer, payment: id });
  return json(201, answer, headers);
}

type Refused = Exclude<OperateResult, { outcome: 'finished' | 'under_way' }>;

function refusalOf(operated: Refused, payment: string): Refusal {
  if (operated.outcome === 'different') return keyReused();
  if (operated.outcome === 'too much') {
    const problems = [{ field: 'amount', reason: `Klarna says that ${operated.left} is left` }];
    return new Refusal(422, 'amount: more than is left', { payment, details: { problems } });
  }
  if (operated.outcome === 'doubtful')
    return new Refusal(409, `Klarna's order differs from what was asked in ${operated.field}`, {
      payment,
      metric: 'AmountMismatch',
    });
  if (operated.outcome === 'unknown payment') return new Refusal(404, 'payment: unknown', { payment });
  if (operated.outcome === 'full') return new Refusal(409, 'this payment has had too many operations', { payment });
  return new Refusal(409, 'no Klarna order stands for this payment yet', { payment });
}
