import { statusSchema } from './answers.ts';
import { exampleAnswers } from './example-answers.ts';
import { exampleRequests } from './example-requests.ts';
import { fromRelay, type RouteDescription } from './route.ts';

/** The routes without credentials: their URL is its own proof. */
export const openRoutes: Record<string, RouteDescription> = {
  'GET /status/{payment}/{secret}': {
    id: 'readStatus',
    tag: 'shopper',
    summary: "How a payment stands, for the shopper's return page",
    description:
      'The URL is the permission: the relay hands it out as status_url. It reads this answer and nothing else, and the answer holds nothing personal. Any page may call it.',
    proof: 'url',
    answers: {
      200: {
        description: 'Cacheable for two seconds.',
        schema: statusSchema,
        examples: { paid: exampleAnswers.status },
        headers: ['Cache-Control', 'Access-Control-Allow-Origin'],
      },
      401: fromRelay('Not a status URL of this relay.'),
      404: fromRelay('No such payment.'),
      503: fromRelay('Try again.'),
    },
  },
  'POST /callbacks/{kind}/{payment}/{secret}': {
    id: 'receiveCallback',
    tag: 'Klarna',
    summary: "Klarna's callbacks",
    description:
      'Klarna calls it; the URL is its own proof. The relay accepts any body, even none, and reads from Klarna what the body does not say.',
    proof: 'url',
    body: {
      required: false,
      examples: { status_update: exampleRequests.statusUpdate },
      description: 'The body that Klarna documents for this kind of callback, at most 64 KB.',
    },
    answers: {
      200: { description: 'Stored.' },
      401: fromRelay('Not a callback URL of this relay.'),
      404: fromRelay('No such kind of callback, or not a payment id.'),
      413: fromRelay('The body is over 64 KB.'),
      503: fromRelay('Try again.'),
    },
  },
};
