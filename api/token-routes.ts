import { chargeRequest } from '../lambdas/merchant/requests.ts';
import * as answers from './answers.ts';
import * as told from './example-answers.ts';
import * as asked from './example-requests.ts';
import {
  either,
  klarnas,
  learnTheEnd,
  notOf,
  once,
  ours,
  type Route,
  stated,
  tooLarge,
  unreadable,
  wrongFields,
} from './route.ts';

const token = {
  404: either(`No such token, or ${notOf}`),
  409: klarnas(stated),
  422: klarnas("Any other refusal of Klarna's."),
  503: ours('Try again.'),
};

export const tokenRoutes: Record<string, Route> = {
  'GET /customer-tokens': {
    id: 'listCustomerTokens',
    tag: 'customer tokens',
    summary: 'The tokens of one customer',
    proof: 'iam',
    query: {
      name: 'customer',
      says: 'Your name for the customer: customer.reference of the session that made the token.',
    },
    answers: {
      200: {
        says: 'As they are kept.',
        schema: answers.customerTokens,
        examples: { one: { customer_tokens: [told.token] } },
      },
      400: ours('customer is missing.'),
      503: ours('Try again.'),
    },
  },
  'GET /customer-tokens/{token}': {
    id: 'readCustomerToken',
    tag: 'customer tokens',
    summary: "A token, with Klarna's own word on it",
    says: 'Tokens end at Klarna without a callback, so Klarna is asked.',
    proof: 'iam',
    answers: {
      200: {
        says: 'As Klarna has it now.',
        schema: answers.customerToken,
        examples: { active: { ...told.token, payment_method_type: 'CARD' } },
      },
      ...token,
    },
  },
  'DELETE /customer-tokens/{token}': {
    id: 'cancelCustomerToken',
    tag: 'customer tokens',
    summary: 'Cancels a token for good; again is no harm',
    proof: 'iam',
    answers: { 204: { says: 'It charges nothing more.' }, ...token },
  },
  'POST /customer-tokens/{token}/payments': {
    id: 'chargeCustomerToken',
    tag: 'customer tokens',
    summary: 'A payment by the token alone: begun by the customer (CIT) or by the merchant (MIT)',
    says: once,
    proof: 'iam',
    key: 'needed',
    body: { schema: chargeRequest, required: true, examples: { 'by the merchant': asked.charge } },
    answers: {
      201: {
        says: 'Charged: an order stands.',
        schema: answers.chargeAnswer,
        examples: { charged: told.charged },
        headers: ['Location'],
      },
      202: {
        says: learnTheEnd,
        schema: answers.chargeAnswer,
        examples: { 'under way': told.chargeUnderWay },
        headers: ['Location'],
      },
      400: unreadable,
      404: either(`No such token, or ${notOf}`),
      409: klarnas(stated),
      413: tooLarge,
      422: either(
        "Fields are wrong, the key was used otherwise, or any other refusal of Klarna's: with redirect_url, where the customer can repair it.",
        { ...wrongFields, 'can be repaired': told.repairable },
      ),
      503: ours('Try again, under the same key.'),
    },
  },
};
