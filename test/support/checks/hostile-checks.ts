import { expect } from 'vitest';
import { paymentEvent } from '../../../events/contract.ts';
import { toEntry } from '../../../lambdas/aws/bus.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';

/** Every event of this payment keeps the contract. */
export function expectInContract(payment: Payment): void {
  for (const change of payment.changes) {
    const { DetailType, Source, Detail = '' } = toEntry({ payment, change, bus: 'bus' });
    const envelope = { version: '0', id: 'd', account: '1', time: '', region: 'r', resources: [] };
    const event = { ...envelope, 'detail-type': DetailType, source: Source, detail: JSON.parse(Detail) };
    expect(paymentEvent.safeParse(event).error?.issues).toBeUndefined();
  }
}

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const pristine = prototypes.map((each) => Reflect.ownKeys(each).length);

/** No input has changed a prototype that all objects share. */
export const expectUnpolluted = (): void =>
  expect(prototypes.map((each) => Reflect.ownKeys(each).length)).toEqual(pristine);
