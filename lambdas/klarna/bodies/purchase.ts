import type { Address } from '../../merchant/customer-fields.ts';
import type { Shipment } from '../../merchant/order-fields.ts';
import type { SessionRequest } from '../../merchant/requests.ts';
import { orderLines } from './order-lines.ts';

/** The fields that sessions and orders have in common. */
export function purchase(session: SessionRequest, payment: string): object {
  const { country_code } = session.customer.billing_address;
  const { lines, tax } = orderLines(session, country_code);
  return {
    purchase_country: country_code,
    purchase_currency: session.order.currency_code,
    locale: session.locale,
    order_amount: session.order.amount,
    order_tax_amount: tax,
    order_lines: lines,
    billing_address: billingOf(session),
    ...shippingOf(session.shipments, session.customer.company_name),
    ...referencesOf(session.order.reference, payment),
  };
}

/** The shopper sees the first reference; the second appears in settlement files. */
export const referencesOf = (reference: string | undefined, payment: string) => ({
  ...(reference && { merchant_reference1: reference }),
  merchant_reference2: payment,
});

/** The billing address in Klarna's words. */
export const billingOf = ({ customer }: SessionRequest): object =>
  addressOf(customer.billing_address, customer.company_name);

/** Klarna takes one shipping address: the first shipment that has one decides. */
export function shippingOf(shipments: Shipment[], company?: string): object {
  const address = shipments.map(({ shipping_address }) => shipping_address).find((given) => given !== undefined);
  return address ? { shipping_address: addressOf(address, company) } : {};
}

function addressOf(given: Address, company: string | undefined): object {
  const [street_address, ...more] = given.address_lines ?? [];
  return defined({
    given_name: given.first_name,
    family_name: given.last_name,
    organization_name: company,
    street_address,
    street_address2: more.length > 0 ? more.join(', ') : undefined,
    city: given.city,
    postal_code: given.postal_code,
    region: given.province_code,
    country: given.country_code,
    email: given.email,
    phone: given.phone ?? given.mobile_phone ?? given.work_phone,
  });
}

const genders: Record<string, 'male' | 'female'> = { m: 'male', male: 'male', f: 'female', female: 'female' };

/** Klarna knows two genders; other codes are not passed on. */
export const customerOf = ({ customer }: SessionRequest): object =>
  defined({
    type: customer.type ?? (customer.company_name ? 'organization' : undefined),
    gender: genders[customer.gender_code?.toLowerCase() ?? ''],
    date_of_birth: customer.birthdate,
  });

const defined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
