import { newKey, type TestedKlarna } from '../../../support/harness/emulated-klarna.ts';

export const orderPath = (order: string) => `/ordermanagement/v1/orders/${order}`;

/** Calls of the Order Management API, each with a new idempotency key unless one is given. */
export function orderCalls({ ask }: Pick<TestedKlarna, 'ask'>) {
  const post = (order: string, path: string, body: object = {}, key: string | undefined = newKey()) =>
    ask('POST', `${orderPath(order)}/${path}`, { body, key });
  return {
    post,
    patch: (order: string, path: string, body: object) =>
      ask('PATCH', `${orderPath(order)}/${path}`, { body, key: newKey() }),
    read: async (order: string) => (await ask('GET', orderPath(order))).body,
    capture: (order: string, captured_amount: number, key?: string) =>
      post(order, 'captures', { captured_amount }, key),
    refund: (order: string, refunded_amount: number) => post(order, 'refunds', { refunded_amount }),
  };
}

export const refusal = (error_code: string, status = 403) => ({ status, body: { error_code } });
