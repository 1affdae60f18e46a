import { operationRequests } from '../lambdas/merchant/operation-requests.ts';
import { sessionRequest } from '../lambdas/merchant/requests.ts';
import { operationAnswerSchema, paymentCreatedSchema, paymentSchema } from './answers.ts';
import { exampleAnswers } from './example-answers.ts';
import { exampleRequests } from './example-requests.ts';
import {
  bodyTooLarge,
  type Examples,
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

const operationRoute = (
  name: keyof typeof operationRequests,
  route: Pick<RouteDescription, 'id' | 'summary'> & { examples: Examples },
): RouteDescription => ({
  id: route.id,
  tag: 'operations',
  summary: route.summary,
  description: oncePerKey,
  proof: 'iam',
  key: 'required',
  body: { schema: operationRequests[name], required: false, examples: route.examples },
  answers: {
    201: {
      description: 'Klarna did it; the relay has read the order back.',
      schema: operationAnswerSchema,
      examples: { done: exampleAnswers.operated },
      headers: ['Location'],
    },
    202: {
      description: stillUnderWay,
      schema: operationAnswerSchema,
      examples: { 'under way': exampleAnswers.underWay },
      headers: ['Location'],
    },
    400: unreadableRequest,
    404: fromEither(`No such payment, or ${klarnaNotFound}`),
    409: fromEither(
      `No order yet, nothing left, too many operations, an order that differs from the payment's request, or ${klarnaWrongState}`,
      { refused: exampleAnswers.refused },
    ),
    413: bodyTooLarge,
    422: fromEither(
      "Fields are wrong, the amount is more than Klarna says is left, the key was used for another request, or any other refusal of Klarna's.",
      wrongFieldsExample,
    ),
    503: fromRelay('Try again, under the same key.'),
  },
});

export const paymentRoutes: Record<string, RouteDescription> = {
  'POST /payments': {
    id: 'createPayment',
    tag: 'payments',
    summary: "Creates Klarna's sessions for one payment",
    description:
      'Without Idempotency-Key every request creates a payment of its own. With it, a repeat returns the same payment and the same page.',
    proof: 'iam',
    key: 'optional',
    body: {
      schema: sessionRequest,
      required: true,
      examples: {
        purchase: exampleRequests.session,
        'of a company': exampleRequests.business,
        'in the US': exampleRequests.unitedStates,
        'information request': exampleRequests.information,
      },
    },
    answers: {
      201: {
        description: 'Send the shopper to redirect_url.',
        schema: paymentCreatedSchema,
        examples: { created: exampleAnswers.created },
        headers: ['Location'],
      },
      400: unreadableRequest,
      404: fromKlarna(klarnaNotFound),
      409: fromKlarna(klarnaWrongState),
      413: bodyTooLarge,
      422: fromEither(
        "Fields are wrong, the key was used for another request, or any other refusal of Klarna's.",
        wrongFieldsExample,
      ),
      503: fromRelay('Klarna or the relay has trouble: try again, under the same key.'),
    },
  },
  'GET /payments/{payment}': {
    id: 'readPayment',
    tag: 'payments',
    summary: 'The state of a payment, its history and its next task',
    description: 'Never a token.',
    proof: 'iam',
    answers: {
      200: {
        description: 'As the relay stores it; Klarna is not called.',
        schema: paymentSchema,
        examples: { ordered: exampleAnswers.payment },
        headers: ['Cache-Control'],
      },
      404: fromRelay('No such payment.'),
      503: fromRelay('Try again.'),
    },
  },
  'POST /payments/{payment}/captures': operationRoute('captures', {
    id: 'capture',
    summary: 'Captures an order, in full or in part',
    examples: { 'with lines': exampleRequests.capture, 'all that is left': {} },
  }),
  'POST /payments/{payment}/refunds': operationRoute('refunds', {
    id: 'refund',
    summary: 'Refunds captured money, in full or in part',
    examples: { 'in part': exampleRequests.refund, 'all that is left': {} },
  }),
  'POST /payments/{payment}/cancellation': operationRoute('cancellation', {
    id: 'cancel',
    summary: 'Cancels an order of which nothing was captured',
    examples: { cancel: {} },
  }),
  'POST /payments/{payment}/release': operationRoute('release', {
    id: 'release',
    summary: 'Releases the rest of an order that was captured in part',
    examples: { release: {} },
  }),
  'POST /payments/{payment}/extension': operationRoute('extension', {
    id: 'extend',
    summary: "Extends an order's authorization, or the due date of a capture",
    examples: { authorization: {}, 'due date': exampleRequests.dueDate },
  }),
};
