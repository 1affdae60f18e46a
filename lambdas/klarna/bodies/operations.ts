import type { OperationRequest } from '../../merchant/operation-requests.ts';
import { operationLines } from './order-lines.ts';

type Operation = { amount: number; operation: string };

/**
 * The body of POST …/captures. Without a reference of the merchant's, the operation's id is the reference, so that it
 * can be found again.
 */
export const toCapture = (request: OperationRequest, { amount, operation }: Operation): object => ({
  captured_amount: amount,
  ...commonFields(request, operation),
  ...(request.shipping_info && { shipping_info: request.shipping_info }),
  ...(request.shipping_delay !== undefined && { shipping_delay: request.shipping_delay }),
});

/** The body of POST …/refunds. */
export const toRefund = (request: OperationRequest, { amount, operation }: Operation): object => ({
  refunded_amount: amount,
  ...commonFields(request, operation),
});

const commonFields = ({ reference, description, item_lines }: OperationRequest, operation: string) => ({
  reference: reference ?? operation,
  ...(description && { description }),
  ...(item_lines && { order_lines: operationLines(item_lines) }),
});

/** The body of PATCH …/extend-due-date. */
export const toDueDate = ({ number_of_days }: OperationRequest): object => ({ number_of_days });
