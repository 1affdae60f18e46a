import * as z from 'zod';
import { operationSchema, resultFields, sharedFields } from './answers.ts';

/** The bodies of requests that are not served; as in answers.ts. */
const text = z.string();
const basic = {
  status: z.int().describe('The HTTP status.'),
  title: text.describe('The name of the status.'),
  detail: text.describe('What is wrong, for a person.'),
};

export const problemSchema = z
  .looseObject({
    ...basic,
    problems: z
      .array(z.looseObject({ field: text.describe('As a path: order.amount.'), reason: text }))
      .optional()
      .describe('Everything that is wrong with the request, at once; never a value that came with it.'),
  })
  .describe('A request that is not served (RFC 9457).')
  .meta({ id: 'Problem' });

export const refusalSchema = z
  .looseObject({
    ...basic,
    ...resultFields,
    correlation_id: text.optional().describe("Klarna's id of the request, for its support."),
    messages: z
      .array(text)
      .optional()
      .describe("Klarna's messages; they are not stored, so a repeat under the same key gets none."),
    payment: sharedFields.payment.optional(),
    stage: sharedFields.stage.optional(),
    operation: operationSchema.optional(),
    status_url: sharedFields.status_url.optional().describe('For a charge.'),
    redirect_url: z
      .url()
      .optional()
      .describe(
        "For a charge that failed while the customer was present: Klarna's page where the customer can repair it.",
      ),
    expires_at: sharedFields.expires_at,
  })
  .describe('A refusal of Klarna, normalised through the status table; it is published as well.')
  .meta({ id: 'KlarnaRefusal' });

export const gatewayMessageSchema = z
  .looseObject({ message: text.nullable() })
  .describe("API Gateway's own answer; no function saw the request.")
  .meta({ id: 'GatewayMessage' });
