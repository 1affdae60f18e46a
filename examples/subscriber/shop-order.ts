import type { LastHandled, PaymentEvent } from 'klarna-relay/events';

/** What this shop keeps of a payment: one item, which also says which event was applied to it last. */
export type ShopOrder = {
  payment: string;
  /** Undefined before the first event. */
  last?: LastHandled;
  /** Fulfilment: whether goods may leave the warehouse. */
  mayShip: boolean;
  /** Order page: Klarna's last word about the payment. */
  klarnaStatus?: string;
  /** Accounting: the captures and refunds that Klarna carried out. */
  bookings: Booking[];
  /** Support: what a person has to look at. */
  warnings: Warning[];
};

type Booking = { id: string; kind: 'capture' | 'refund'; amount: number; currency: string };
type Warning = { reason: string; deadline?: string | undefined };
type EventOf<Type extends PaymentEvent['detail-type']> = Extract<PaymentEvent, { 'detail-type': Type }>;

export const newShopOrder = (payment: string): ShopOrder => ({
  payment,
  mayShip: false,
  bookings: [],
  warnings: [],
});

/** The order after one event. It depends on nothing else, so events applied in order always end in the same order. */
export function applyEvent(order: ShopOrder, event: PaymentEvent): ShopOrder {
  const { incarnation, sequence } = event.detail;
  return { ...order, ...fieldsAfter(order, event), last: { incarnation, sequence } };
}

function fieldsAfter(order: ShopOrder, event: PaymentEvent): Partial<ShopOrder> {
  switch (event['detail-type']) {
    case 'Payment Stage Changed':
      return { mayShip: shippable.has(event.detail.stage.to), klarnaStatus: event.detail.pspStatus };
    case 'Payment Status Changed':
      return { klarnaStatus: event.detail.pspStatus };
    case 'Payment Operation Finished':
      return {
        bookings: [...order.bookings.filter(({ id }) => id !== event.detail.operation.id), ...bookingsOf(event)],
      };
    case 'Payment Attention Needed':
      return { warnings: [...order.warnings, warningOf(event)] };
  }
}

/** `authorized` is not an order yet, and Klarna may still reject a `pending` one. */
const shippable = new Set(['ordered', 'part_captured', 'captured']);

/** An operation that Klarna refused moves no money; neither do sessions, orders and extensions. */
function bookingsOf({ detail }: EventOf<'Payment Operation Finished'>): Booking[] {
  const { id, kind, amount, currency } = detail.operation;
  const movesMoney = kind === 'capture' || kind === 'refund';
  if (!movesMoney || detail.state !== 'SUCCESS' || amount === undefined || !currency) return [];
  return [{ id, kind, amount, currency }];
}

function warningOf({ detail }: EventOf<'Payment Attention Needed'>): Warning {
  const { reason, deadline } = detail.attention;
  return deadline ? { reason, deadline } : { reason };
}
