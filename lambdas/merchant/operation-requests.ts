import * as z from 'zod/mini';
import { wellFormed } from '../json.ts';
import { type Problem, problemsIn } from './field-problems.ts';
import { itemLine } from './order-fields.ts';
import { lineProblems } from './sums.ts';

const text = (longest: number) => z.optional(z.string().check(z.minLength(1), z.maxLength(longest), wellFormed));

/** Klarna's ways of delivery (Order Management, `shipping_method`). */
const methods = [
  'PickUpStore',
  'Home',
  'BoxReg',
  'BoxUnreg',
  'PickUpPoint',
  'Own',
  'Postal',
  'DHLPackstation',
  'Digital',
  'Undefined',
  'PickUpWarehouse',
  'ClickCollect',
  'PalletDelivery',
] as const;

const shippingInfo = z.strictObject({
  shipping_company: text(100),
  shipping_method: z.optional(z.enum(methods)),
  tracking_number: text(100),
  tracking_uri: text(1024),
  return_shipping_company: text(100),
  return_tracking_number: text(100),
  return_tracking_uri: text(1024),
});

const moved = {
  amount: z.optional(
    z
      .int()
      .check(
        z.gte(1),
        z.lte(200_000_000),
        z.describe(
          "Minor units of the order's currency. Without it: what the lines add up to, or all that is left. Never more than Klarna says is left.",
        ),
      ),
  ),
  item_lines: z.optional(
    z
      .array(itemLine)
      .check(
        z.minLength(1),
        z.maxLength(1000),
        z.describe(
          'They add up to the amount. In the US, sales tax is a line of its own here and no line has tax_lines.',
        ),
      ),
  ),
  description: text(255),
  reference: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(255),
        z.describe("Your own reference; without one, the operation's id is used."),
      ),
  ),
};

/** The requests of the operations, by the last part of their path. */
export const operationRequests = {
  captures: z.strictObject({
    ...moved,
    shipping_info: z.optional(z.array(shippingInfo).check(z.maxLength(500))),
    shipping_delay: z.optional(z.int().check(z.gte(0), z.lte(365), z.describe('Days until it is shipped.'))),
  }),
  refunds: z.strictObject(moved),
  cancellation: z.strictObject({}),
  release: z.strictObject({}),
  extension: z
    .strictObject({
      capture_id: text(255),
      number_of_days: z.optional(z.int().check(z.gte(1), z.lte(365), z.describe('Days.'))),
    })
    .check(
      z.describe(
        "Without fields, the order's authorization is extended; with both, the due date of that capture by these days.",
      ),
    ),
} as const;

export type OperationName = keyof typeof operationRequests;
export type OperationRequest = Partial<
  z.infer<(typeof operationRequests)['captures']> & z.infer<(typeof operationRequests)['extension']>
>;

/** The request for an operation, or all of its problems at once. Never throws. */
export function parseOperation(
  name: OperationName,
  body: unknown,
): { request: OperationRequest } | { problems: Problem[] } {
  const parsed = operationRequests[name].safeParse(body, { reportInput: true });
  if (!parsed.success) return { problems: problemsIn(parsed.error) };
  const given: OperationRequest = parsed.data;
  const lines = given.item_lines;
  const total = lines?.reduce((sum, { amount }) => sum + amount, 0);
  const request = { ...given, ...(total && { amount: given.amount ?? total }) };
  const problems = [...linesProblems(request, total), ...extensionProblems(name, request)];
  return problems.length > 0 ? { problems } : { request };
}

function linesProblems({ amount, item_lines = [] }: OperationRequest, total: number | undefined): Problem[] {
  return [
    ...item_lines.flatMap((line, index) => lineProblems(line, `item_lines[${index}]`)),
    ...(total === undefined || total === amount ? [] : [{ field: 'amount', reason: `the lines add up to ${total}` }]),
  ];
}

function extensionProblems(name: OperationName, { capture_id, number_of_days }: OperationRequest): Problem[] {
  if (name !== 'extension' || (capture_id === undefined) === (number_of_days === undefined)) return [];
  const field = capture_id ? 'number_of_days' : 'capture_id';
  return [{ field, reason: 'capture_id and number_of_days go together' }];
}
