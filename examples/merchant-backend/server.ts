import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { type RelayClient, RelayRefusal } from './relay-client.ts';
import { type Order, type PaymentStatus, shop, waitForDecision } from './shop.ts';

type Reply = { status: number; headers?: Record<string, string>; body?: object };
type Call = { order: Order; part: string; body: { amount?: number } };

/** The pages and the warehouse call these routes. Each call may be repeated. */
export function shopServer({ post, orders }: { post: RelayClient; orders: Map<string, Order> }): Server {
  const { checkOut, capture, refund } = shop(post);

  const routes: Record<string, (call: Call, origin: string) => Promise<Reply>> = {
    /** The "Pay with Klarna" button: the browser goes on to Klarna's page. */
    'POST checkout': async ({ order }, origin) => {
      order.payment = await checkOut(order, `${origin}/orders/${order.number}/return`);
      return { status: 303, headers: { location: order.payment.redirectUrl } };
    },
    /** Klarna sends the browser back here, usually before its callbacks have arrived. */
    'GET return': async ({ order }) => {
      const status = await waitForDecision(paymentOf(order).statusUrl);
      return { status: 200, body: { order: order.number, status, message: messages[status] } };
    },
    /** The warehouse has handed over a parcel. */
    'POST parcels': async ({ order, part, body }) => capture(paymentOf(order), part, body.amount ?? order.amount),
    /** The warehouse has received returned goods. */
    'POST returns': async ({ order, part, body }) => refund(paymentOf(order), part, body.amount ?? order.amount),
  };

  return createServer(async (request, response) => {
    const { status, headers, body } = await reply(request).catch(replyToError);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });

  async function reply(request: IncomingMessage): Promise<Reply> {
    const [, area, number = '', action, part = ''] = request.url?.split('/') ?? [];
    const order = orders.get(number);
    const route = routes[`${request.method} ${action}`];
    if (area !== 'orders' || !order || !route) return { status: 404 };
    const body = JSON.parse((await text(request)) || '{}');
    return route({ order, part, body }, `http://${request.headers.host}`);
  }
}

const messages: Record<PaymentStatus, string> = {
  paid: 'Thank you for your order.',
  failed: 'The payment failed. Please choose another way to pay.',
  pending: 'Klarna reviews the payment. We will write to you.',
  authorized: 'Your order is being placed. We will write to you.',
  open: 'The payment is not finished. You can go back to Klarna.',
};

function paymentOf({ number, payment }: Order) {
  if (!payment) throw new Error(`order ${number} has no payment`);
  return payment;
}

/** Klarna's refusal goes to the warehouse with its reason. Everything else is an error of the shop. */
function replyToError(error: unknown): Reply {
  if (error instanceof RelayRefusal) return { status: error.status, body: error.problem };
  console.error(error);
  return { status: 500 };
}
