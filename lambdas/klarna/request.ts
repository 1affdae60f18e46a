import * as z from 'zod/mini';
import { basketProblems } from './lines.ts';

/** What is wrong with one field of a request; `field` as a path, `reason` without any value that came with it. */
export type Problem = { field: string; reason: string };

/** Klarna takes amounts up to this, in minor units (Klarna Payments, "Create session"). */
const largest = 200_000_000;
/** For charges of a customer token half of it (Customer Token API). */
const largestCharged = 100_000_000;

const text = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest));
const amount = z.int().check(z.gte(0), z.lte(largest));

const isHere = (url: URL) => url.hostname === '127.0.0.1' || url.hostname === 'localhost';

/** https, or http on this machine; with Klarna's placeholders in it, if any. */
const returnUrl = text(2000).check(
  z.refine(
    (given) => {
      const url = URL.parse(given);
      return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere(url)));
    },
    { error: 'must be an https URL' },
  ),
);

const country = z.string().check(z.regex(/^[A-Za-z]{2}$/), z.toUpperCase());
const currency = z.string().check(z.regex(/^[A-Za-z]{3}$/), z.toUpperCase());

const addressFields = {
  first_name: z.optional(text(99)),
  last_name: z.optional(text(99)),
  address_lines: z.optional(
    z.array(text(99)).check(
      z.maxLength(10),
      z.refine((lines) => lines.slice(1).join(', ').length <= 99, { error: 'too long after the first line' }),
    ),
  ),
  city: z.optional(text(99)),
  postal_code: z.optional(text(10)),
  province_code: z.optional(text(99)),
  email: z.optional(text(99)),
  phone: z.optional(text(99)),
  mobile_phone: z.optional(text(99)),
  work_phone: z.optional(text(99)),
};

const billingAddress = z.strictObject({ ...addressFields, country_code: country });
const shippingAddress = z.strictObject({ ...addressFields, country_code: z.optional(country) });

const taxLine = z.strictObject({
  /** Two implied decimals: 2000 is 20 %. */
  rate: z.optional(z.int().check(z.gte(0), z.lte(10_000))),
  amount: z.optional(amount),
});

export const itemLine = z.strictObject({
  name: text(255),
  /** Of one piece, before discount; tax included, except where sales tax is added (US). */
  price: amount,
  quantity: z.int().check(z.gte(0), z.lte(largest)),
  /** Of the whole line, after discount. */
  amount,
  tax_lines: z.optional(z.array(taxLine).check(z.maxLength(20))),
});

const itemLines = z.array(itemLine).check(z.minLength(1), z.maxLength(1000));

const shipment = z.strictObject({ shipping_address: z.optional(shippingAddress), item_lines: itemLines });

/** The customer types and gender codes of shops, in Klarna's words. */
const customerTypes: Record<string, 'person' | 'organization'> = {
  person: 'person',
  organization: 'organization',
  company: 'organization',
};

const customerType = z.pipe(
  z
    .string()
    .check(z.refine((type) => type.toLowerCase() in customerTypes, { error: 'person, organization or company' })),
  z.transform((type) => customerTypes[type.toLowerCase()] ?? 'person'),
);

const isPastDate = (date: string) => {
  const time = Date.parse(`${date}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && time < Date.now();
};

const customerFields = {
  /** Ours beside the partner's fields: the name under which the customer's tokens are listed. */
  reference: z.optional(text(255)),
  type: z.optional(customerType),
  company_name: z.optional(text(99)),
  gender_code: z.optional(text(20)),
  birthdate: z.optional(
    z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/), z.refine(isPastDate, { error: 'must be a past date, yyyy-mm-dd' })),
  ),
};

const shipments = z.array(shipment).check(z.minLength(1), z.maxLength(1000));
const locale = z.string().check(z.regex(/^[A-Za-z]{2}(-[A-Za-z]{2})*$/));

const order = {
  reference: z.optional(text(255)),
  amount,
  tax_amount: z.optional(amount),
  currency_code: currency,
};

export const flows = ['capture', 'authorize', 'review', 'tokenize', 'buy_and_tokenize'] as const;

/** POST /payments: the partner's session fields under their names, and which flow and account they are for. */
export const sessionRequest = z.strictObject({
  account: z._default(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)), 'default'),
  flow: z._default(z.enum(flows), 'authorize'),
  locale: z.optional(locale),
  amount: z.optional(amount),
  order: z.strictObject({ redirection: returnUrl, ...order }),
  customer: z.strictObject({ ...customerFields, billing_address: billingAddress }),
  shipments,
});

/** POST /customer-tokens/{token}/payments. */
export const chargeRequest = z.strictObject({
  initiator: z.enum(['customer', 'merchant']),
  auto_capture: z._default(z.boolean(), false),
  amount: z.optional(amount),
  order: z.strictObject({ redirection: z.optional(returnUrl), ...order }),
  customer: z.optional(z.strictObject({ ...customerFields, billing_address: z.optional(shippingAddress) })),
  shipments,
});

export type ItemLine = z.infer<typeof itemLine>;
export type Shipment = z.infer<typeof shipment>;
export type Address = z.infer<typeof shippingAddress>;
export type SessionRequest = z.infer<typeof sessionRequest> & { locale: string };
export type ChargeRequest = z.infer<typeof chargeRequest>;

/** A create-payment request, or everything that is wrong with it at once. Never throws, whatever comes. */
export function readSession(body: unknown): { session: SessionRequest } | { problems: Problem[] } {
  const parsed = sessionRequest.safeParse(body);
  if (!parsed.success) return { problems: problemsIn(parsed.error) };
  const session = {
    ...parsed.data,
    locale: parsed.data.locale ?? `en-${parsed.data.customer.billing_address.country_code}`,
  };
  const problems = [
    ...sessionProblems(session),
    ...basketProblems(session, session.customer.billing_address.country_code),
  ];
  return problems.length > 0 ? { problems } : { session };
}

/** A charge of a customer token; `country` is that of the token. Never throws, whatever comes. */
export function readCharge(body: unknown, country: string): { charge: ChargeRequest } | { problems: Problem[] } {
  const parsed = chargeRequest.safeParse(body);
  if (!parsed.success) return { problems: problemsIn(parsed.error) };
  const charge = parsed.data;
  const problems = [
    ...chargeProblems(charge),
    ...basketProblems(charge, charge.customer?.billing_address?.country_code ?? country),
  ];
  return problems.length > 0 ? { problems } : { charge };
}

/** Klarna wants a region there (Klarna Payments, `address.region`). */
const withRegions = ['US', 'AU'];

function sessionProblems({ flow, amount, order, customer }: SessionRequest): Problem[] {
  const { country_code, province_code } = customer.billing_address;
  const lacksRegion = withRegions.includes(country_code) && !province_code;
  const free = flow === 'tokenize';
  return [
    ...when(amount !== undefined && amount !== order.amount, 'amount', 'differs from order.amount'),
    ...when(free && order.amount !== 0, 'order.amount', 'must be 0 with flow tokenize, which charges nothing'),
    ...when(!free && order.amount === 0, 'order.amount', 'must be at least 1, except with flow tokenize'),
    ...when(lacksRegion, 'customer.billing_address.province_code', `is needed in ${country_code}`),
  ];
}

function chargeProblems({ initiator, amount, order, shipments }: ChargeRequest): Problem[] {
  const lines = shipments.flatMap(({ item_lines }, at) =>
    item_lines.map((line, index) => ({ line, field: `shipments[${at}].item_lines[${index}]` })),
  );
  return [
    ...when(amount !== undefined && amount !== order.amount, 'amount', 'differs from order.amount'),
    ...when(order.amount === 0, 'order.amount', 'must be at least 1'),
    ...when(
      initiator === 'customer' && !order.redirection,
      'order.redirection',
      'is needed with initiator customer, who may have to repair the charge',
    ),
    ...lines.flatMap(({ line, field }) => [
      ...when(line.price > largestCharged, `${field}.price`, `must be at most ${largestCharged}`),
      ...when(line.amount > largestCharged, `${field}.amount`, `must be at most ${largestCharged}`),
    ]),
  ];
}

const when = (wrong: boolean, field: string, reason: string): Problem[] => (wrong ? [{ field, reason }] : []);

/** All that a schema found wrong; without a word of what was given. */
export const problemsIn = ({ issues }: z.core.$ZodError): Problem[] => issues.flatMap(problemOf);

function problemOf(issue: z.core.$ZodIssue): Problem[] {
  const field = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: pathOf([...issue.path, shortened(key)]),
      reason: 'is no field of this request',
    }));
  return [{ field: field || 'body', reason: reasonOf(issue) }];
}

const shortened = (key: string) => key.replace(/[^\w.-]/g, '?').slice(0, 40);

const pathOf = (path: PropertyKey[]) =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text && '.'}${String(part)}`),
    '',
  );

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'is missing' : `must be ${issue.expected}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unit(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unit(issue.origin)}`;
  if (issue.code === 'invalid_value')
    return issue.input === undefined ? 'is missing' : `must be one of ${issue.values.join(', ')}`;
  return issue.code === 'custom' ? issue.message : 'has a wrong format';
}

const unit = (origin: string) => ({ string: ' characters', array: ' entries' })[origin] ?? '';
