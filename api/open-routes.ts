import * as answers from './answers.ts';
import * as told from './example-answers.ts';
import * as asked from './example-requests.ts';
import { ours, type Route } from './route.ts';

/** What is called without credentials: the URL is its own proof. */
export const openRoutes: Record<string, Route> = {
  'GET /status/{payment}/{secret}': {
    id: 'readStatus',
    tag: 'shopper',
    summary: "How a payment stands, for the shopper's return page",
    says: 'The URL is the capability: it comes as status_url, reads this and nothing else, and holds nothing personal. Any page may ask it.',
    proof: 'url',
    answers: {
      200: {
        says: 'Cacheable for two seconds.',
        schema: answers.statusView,
        examples: { paid: told.status },
        headers: ['Cache-Control', 'Access-Control-Allow-Origin'],
      },
      401: ours('Not a status URL of this relay.'),
      404: ours('No such payment.'),
      503: ours('Try again.'),
    },
  },
  'POST /callbacks/{kind}/{payment}/{secret}': {
    id: 'receiveCallback',
    tag: 'Klarna',
    summary: "Klarna's callbacks",
    says: 'Klarna calls it; the URL is its own proof. Any body is taken as it comes, also none: what it does not say is read from Klarna.',
    proof: 'url',
    body: {
      required: false,
      examples: { status_update: asked.completed },
      says: 'What Klarna documents for this kind of callback, at most 64 KB.',
    },
    answers: {
      200: { says: 'Kept.' },
      401: ours('Not a callback URL of this relay.'),
      404: ours('No such kind of callback, or no payment id.'),
      413: ours('The body is over 64 KB.'),
      503: ours('Try again.'),
    },
  },
};
