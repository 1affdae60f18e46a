/** The fields whose values may be shown. Everything else might be a token, a URL that is its own proof, or a person. */
const shown = new Set(
  `event_id session_id status updated_at expires_at order_id klarna_reference event_type flow locale account initiator
  amount tax_amount currency_code price quantity rate name reference sequence stage state code pspStatus title settled session
  kind field reason at payment capture_id refund_id correlation_id captured_amount refunded_amount error_code error_messages
  order_amount order_tax_amount purchase_country purchase_currency unit_price total_amount tax_rate total_tax_amount intent
  acquiring_channel place_order_mode merchant_reference1 merchant_reference2 auto_capture type does decides`.split(
    /\s+/,
  ),
);
const persons = new Set(['customer', 'billing_address', 'shipping_address', 'manual_identification', 'merchant_urls']);

export const hidden = '•••';

/** A JSON text with its shape, but only the values of known harmless fields; what is no JSON is only measured. */
export function redacted(text: string): unknown {
  if (text === '') return 'empty';
  try {
    return harmless(JSON.parse(text), '');
  } catch {
    return `not readable: ${text.length} characters`;
  }
}

export function harmless(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((each) => harmless(each, field));
  if (typeof value === 'object' && value !== null) {
    if (persons.has(field)) return hidden;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, harmless(each, name)]));
  }
  return shown.has(field) || typeof value === 'boolean' || value === null ? value : hidden;
}
