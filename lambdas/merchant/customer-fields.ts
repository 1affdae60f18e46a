import * as z from 'zod/mini';
import { wellFormed } from '../json.ts';

/** Descriptions in these schemas become docs/openapi.json. */
export const describe = z.describe;

export const text = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest), wellFormed);

const country = z.string().check(z.regex(/^[A-Za-z]{2}$/), z.toUpperCase(), describe('ISO 3166-1 alpha-2.'));

const addressFields = {
  first_name: z.optional(text(99)),
  last_name: z.optional(text(99)),
  address_lines: z.optional(
    z.array(text(99)).check(
      z.maxLength(10),
      z.refine((lines) => lines.slice(1).join(', ').length <= 99, { error: 'too long after the first line' }),
      describe('The first is the street; the others, joined by a comma, have at most 99 characters together.'),
    ),
  ),
  city: z.optional(text(99)),
  postal_code: z.optional(text(10)),
  province_code: z.optional(text(99).check(describe('State or province; needed in the US and in AU.'))),
  email: z.optional(text(99)),
  phone: z.optional(text(99)),
  mobile_phone: z.optional(text(99).check(describe('Used if there is no phone.'))),
  work_phone: z.optional(text(99).check(describe('Used if there is no other phone.'))),
};

export const billingAddress = z
  .strictObject({ ...addressFields, country_code: country })
  .check(z.meta({ id: 'BillingAddress' }));
export const shippingAddress = z
  .strictObject({ ...addressFields, country_code: z.optional(country) })
  .check(z.meta({ id: 'Address' }));

/** The customer types of shops, in Klarna's words. */
const customerTypes: Record<string, 'person' | 'organization'> = {
  person: 'person',
  organization: 'organization',
  company: 'organization',
};

const customerType = z.pipe(
  z.string().check(
    z.refine((type) => Object.hasOwn(customerTypes, type.toLowerCase()), { error: 'person, organization or company' }),
    describe('person, organization or company. Default: organization if there is a company_name.'),
  ),
  z.transform((type) => customerTypes[type.toLowerCase()] ?? 'person'),
);

const isPastDate = (date: string) => {
  const time = Date.parse(`${date}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && time < Date.now();
};

export const customerFields = {
  reference: z.optional(text(255).check(describe('Your name for the customer; tokens are listed by it.'))),
  type: z.optional(customerType),
  company_name: z.optional(text(99)),
  gender_code: z.optional(text(20).check(describe('m, male, f or female; others are not passed on.'))),
  birthdate: z.optional(
    z
      .string()
      .check(
        z.regex(/^\d{4}-\d\d-\d\d$/),
        z.refine(isPastDate, { error: 'must be a past date, yyyy-mm-dd' }),
        describe('A past day, yyyy-mm-dd.'),
      ),
  ),
};

export type Address = z.infer<typeof shippingAddress>;
