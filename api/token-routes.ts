import { chargeRequest } from '../lambdas/merchant/requests.ts';
import { chargeAnswerSchema, customerTokenSchema, customerTokensSchema } from './answers.ts';
import { exampleAnswers } from './example-answers.ts';
import { exampleRequests } from './example-requests.ts';
import {
  bodyTooLarge,
  fromEither,
  fromKlarna,
  fromRelay,
  klarnaNotFound,
  klarnaWrongState,
  oncePerKey,
  type RouteDescription,
  stillUnderWay,
  unreadableRequest,
  wrongFieldsExample,
} from './route.ts';

const tokenProblems = {
  404: fromEither(`No such token, or ${klarnaNotFound}`),
  409: fromKlarna(klarnaWrongState),
  422: fromKlarna("Any other refusal of Klarna's."),
  503: fromRelay('Try again.'),
};

export const tokenRoutes: Record<string, RouteDescription> = {
  'GET /customer-tokens': {
    id: 'listCustomerTokens',
    tag: 'customer tokens',
    summary: 'The tokens of one customer',
    proof: 'iam',
    query: {
      name: 'customer',
      description: 'Your name for the customer: customer.reference of the session that made the token.',
    },
    answers: {
      200: {
        description: 'As the relay stores them; Klarna is not called.',
        schema: customerTokensSchema,
        examples: { one: { customer_tokens: [exampleAnswers.token] } },
      },
      400: fromRelay('customer is missing.'),
      503: fromRelay('Try again.'),
    },
  },
  'GET /customer-tokens/{token}': {
    id: 'readCustomerToken',
    tag: 'customer tokens',
    summary: "A token, with Klarna's own word on it",
    description: 'Tokens end at Klarna without a callback, so the relay asks Klarna.',
    proof: 'iam',
    answers: {
      200: {
        description: 'As Klarna has it now.',
        schema: customerTokenSchema,
        examples: { active: { ...exampleAnswers.token, payment_method_type: 'CARD' } },
      },
      ...tokenProblems,
    },
  },
  'DELETE /customer-tokens/{token}': {
    id: 'cancelCustomerToken',
    tag: 'customer tokens',
    summary: 'Cancels a token for good; a repeat does no harm',
    proof: 'iam',
    answers: { 204: { description: 'The token can no longer be charged.' }, ...tokenProblems },
  },
  'POST /customer-tokens/{token}/payments': {
    id: 'chargeCustomerToken',
    tag: 'customer tokens',
    summary: 'A payment by the token alone, initiated by the customer (CIT) or by the merchant (MIT)',
    description: oncePerKey,
    proof: 'iam',
    key: 'required',
    body: { schema: chargeRequest, required: true, examples: { 'by the merchant': exampleRequests.charge } },
    answers: {
      201: {
        description: 'Charged: Klarna has placed an order.',
        schema: chargeAnswerSchema,
        examples: { charged: exampleAnswers.charged },
        headers: ['Location'],
      },
      202: {
        description: stillUnderWay,
        schema: chargeAnswerSchema,
        examples: { 'under way': exampleAnswers.chargeUnderWay },
        headers: ['Location'],
      },
      400: unreadableRequest,
      404: fromEither(`No such token, or ${klarnaNotFound}`),
      409: fromKlarna(klarnaWrongState),
      413: bodyTooLarge,
      422: fromEither(
        "Fields are wrong, the key was used for another request, or any other refusal of Klarna's: with redirect_url, where the customer can repair it.",
        { ...wrongFieldsExample, 'can be repaired': exampleAnswers.repairable },
      ),
      503: fromRelay('Try again, under the same key.'),
    },
  },
};
