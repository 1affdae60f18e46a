import { operationRequests } from '../lambdas/merchant/operation-requests.ts';
import { sessionRequest } from '../lambdas/merchant/requests.ts';
import * as answers from './answers.ts';
import * as told from './example-answers.ts';
import * as asked from './example-requests.ts';
import {
  type Examples,
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

const operation = (
  kind: keyof typeof operationRequests,
  route: Pick<Route, 'id' | 'summary'> & { says?: string; shown: Examples },
): Route => ({
  id: route.id,
  tag: 'operations',
  summary: route.summary,
  says: [route.says, once].filter(Boolean).join(' '),
  proof: 'iam',
  key: 'needed',
  body: { schema: operationRequests[kind], required: false, examples: route.shown },
  answers: {
    201: {
      says: 'Klarna did it; the order was read back.',
      schema: answers.operationAnswer,
      examples: { done: told.operated },
      headers: ['Location'],
    },
    202: {
      says: learnTheEnd,
      schema: answers.operationAnswer,
      examples: { 'under way': told.underWay },
      headers: ['Location'],
    },
    400: unreadable,
    404: either(`No such payment, or ${notOf}`),
    409: either(`No order yet, too many operations, an order that differs from what was asked, or ${stated}`, {
      refused: told.refused,
    }),
    413: tooLarge,
    422: either(
      "Fields are wrong, the amount is more than Klarna says is left, the key was used otherwise, or any other refusal of Klarna's.",
      wrongFields,
    ),
    503: ours('Try again, under the same key.'),
  },
});

export const paymentRoutes: Record<string, Route> = {
  'POST /payments': {
    id: 'createPayment',
    tag: 'payments',
    summary: "Creates Klarna's sessions for one payment",
    says: 'Without Idempotency-Key every request is a payment of its own; with it, a repeat is the same payment and the same page.',
    proof: 'iam',
    key: 'optional',
    body: {
      schema: sessionRequest,
      required: true,
      examples: {
        purchase: asked.session,
        'of a company': asked.business,
        'in the US': asked.unitedStates,
        'information request': asked.information,
      },
    },
    answers: {
      201: {
        says: 'Send the shopper to redirect_url.',
        schema: answers.paymentCreated,
        examples: { created: told.created },
        headers: ['Location'],
      },
      400: unreadable,
      404: klarnas(notOf),
      409: klarnas(stated),
      413: tooLarge,
      422: either("Fields are wrong, the key was used otherwise, or any other refusal of Klarna's.", wrongFields),
      503: ours('Klarna or the relay has trouble: try again, under the same key.'),
    },
  },
  'GET /payments/{payment}': {
    id: 'readPayment',
    tag: 'payments',
    summary: 'What is true of a payment, what happened, what is owed next',
    says: 'Never a token.',
    proof: 'iam',
    answers: {
      200: {
        says: 'As it is kept.',
        schema: answers.paymentView,
        examples: { ordered: told.view },
        headers: ['Cache-Control'],
      },
      404: ours('No such payment.'),
      503: ours('Try again.'),
    },
  },
  'POST /payments/{payment}/captures': operation('captures', {
    id: 'capture',
    summary: 'Captures an order, in full or in part',
    shown: { 'with lines': asked.capture, 'all that is left': {} },
  }),
  'POST /payments/{payment}/refunds': operation('refunds', {
    id: 'refund',
    summary: 'Refunds what was captured, in full or in part',
    shown: { 'in part': asked.refund, 'all that is left': {} },
  }),
  'POST /payments/{payment}/cancellation': operation('cancellation', {
    id: 'cancel',
    summary: 'Cancels an order of which nothing was captured',
    shown: { cancel: {} },
  }),
  'POST /payments/{payment}/release': operation('release', {
    id: 'release',
    summary: 'Releases what is left of an order that was captured in part',
    shown: { release: {} },
  }),
  'POST /payments/{payment}/extension': operation('extension', {
    id: 'extend',
    summary: "Extends an order's authorization, or the due date of a capture",
    shown: { authorization: {}, 'due date': asked.dueDate },
  }),
};
