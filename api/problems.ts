import * as z from 'zod';
import { expires_at, operation, payment, stage, status_url, words } from './answers.ts';

/** What is answered where a request is not served; as in answers.ts. */
const text = z.string();
const basic = {
  status: z.int().describe('The HTTP status.'),
  title: text.describe('The name of the status.'),
  detail: text.describe('What it is about, for a person.'),
};

export const problem = z
  .looseObject({
    ...basic,
    problems: z
      .array(z.looseObject({ field: text.describe('As a path: order.amount.'), reason: text }))
      .optional()
      .describe('Everything that is wrong with the request, at once; never a value that came with it.'),
  })
  .describe('A request that is not served (RFC 9457).')
  .meta({ id: 'Problem' });

export const refusal = z
  .looseObject({
    ...basic,
    ...words,
    correlation_id: text.optional().describe("Klarna's name for the request, for its support."),
    messages: z
      .array(text)
      .optional()
      .describe("Klarna's words; not kept, so a repeat under the same key is told none."),
    payment: payment.optional(),
    stage: stage.optional(),
    operation: operation.optional(),
    status_url: status_url.optional().describe('Of a charge.'),
    redirect_url: z
      .url()
      .optional()
      .describe(
        'Of a charge that failed while the customer was there: the page of Klarna on which it can be repaired.',
      ),
    expires_at,
  })
  .describe('What Klarna refused, normalised through the status table; published as well.')
  .meta({ id: 'KlarnaRefusal' });

export const gateway = z
  .looseObject({ message: text.nullable() })
  .describe("API Gateway's own answer, before any function was asked.")
  .meta({ id: 'GatewayMessage' });
