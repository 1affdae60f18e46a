import { type OperatePaymentDependencies, operatePaymentDependencies } from '../dependencies/operate-payment.ts';
import { type OperateCommand, type OperateRefusal, operate } from '../flows/operate.ts';
import { parseOperation } from '../merchant/operation-requests.ts';
import { endpoint, Refusal } from './http/endpoint.ts';
import { operationAnswer } from './http/merchant-answers.ts';
import {
  bodyOf,
  fieldRefusal,
  fingerprintOf,
  keyReused,
  paymentOf,
  requireIdempotencyKey,
  tooLarge,
} from './http/merchant-requests.ts';
import { lambdaHandler } from './lambda-handler.ts';

/** The operation's kind, by the last part of the path. */
const kinds = {
  captures: 'capture',
  refunds: 'refund',
  cancellation: 'cancellation',
  release: 'release',
  extension: 'extension',
} as const satisfies Record<string, OperateCommand['kind']>;

const isOperationPath = (text: string): text is keyof typeof kinds => Object.keys(kinds).includes(text);

/** POST /payments/{payment}/captures and the like: one operation on the order, once per Idempotency-Key. */
export const operatePayment = (dependencies: OperatePaymentDependencies) =>
  endpoint(dependencies.logger, 'merchant', async (event) => {
    const payment = paymentOf(event);
    const key = requireIdempotencyKey(event);
    const path = event.rawPath.split('/').at(-1) ?? '';
    if (!isOperationPath(path)) throw new Refusal(404, 'no such operation', { payment });
    const body = bodyOf(event);
    const read = parseOperation(path, body);
    if ('problems' in read) throw fieldRefusal(read.problems);
    const command = { payment, kind: kinds[path], key, request: read.request, fingerprint: fingerprintOf(body) };
    const result = await operate(dependencies, command);
    if (result.outcome === 'finished' || result.outcome === 'under_way')
      return operationAnswer(dependencies.logger, { message: 'operation', result });
    throw refusalOf(result, payment);
  });

export const handler = await lambdaHandler(operatePaymentDependencies, operatePayment);

function refusalOf(result: OperateRefusal, payment: string): Refusal {
  if (result.outcome === 'different') return keyReused();
  if (result.outcome === 'too large') return tooLarge('item_lines');
  if (result.outcome === 'too much') {
    const problems = [{ field: 'amount', reason: `Klarna says that ${result.left} is left` }];
    return new Refusal(422, 'amount: more than is left', { payment, details: { problems } });
  }
  if (result.outcome === 'doubtful')
    return new Refusal(409, `Klarna's order differs from the payment's request in ${result.field}`, {
      payment,
      metric: 'OrderMismatch',
    });
  if (result.outcome === 'left unknown') {
    const problems = [{ field: 'amount', reason: 'is needed: Klarna does not show how much is left' }];
    return new Refusal(422, 'amount: is needed', { payment, details: { problems } });
  }
  const [status, reason] = plainRefusals[result.outcome];
  return new Refusal(status, reason, { payment });
}

const plainRefusals = {
  'unknown payment': [404, 'payment: unknown'],
  'no order': [409, 'this payment has no Klarna order yet'],
  'nothing left': [409, 'nothing of the order is left for this'],
  full: [409, 'this payment has had too many operations'],
} as const satisfies Record<string, [404 | 409, string]>;
