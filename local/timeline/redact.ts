/** The fields whose values may be shown. Any other value may be a token, a URL that proves itself, or personal data. */
const shown = new Set(
  `event_id session_id status updated_at expires_at order_id klarna_reference event_type flow locale account initiator
  amount tax_amount currency_code price quantity rate name reference sequence stage state code psp_status title decided session
  kind field reason at payment capture_id refund_id correlation_id captured_amount refunded_amount error_code error_messages
  order_amount order_tax_amount purchase_country purchase_currency unit_price total_amount tax_rate total_tax_amount intent
  acquiring_channel place_order_mode merchant_reference1 merchant_reference2 auto_capture type does decides`.split(
    /\s+/,
  ),
);
const personal = new Set(['customer', 'billing_address', 'shipping_address', 'manual_identification', 'merchant_urls']);

export const hidden = '•••';

/** A JSON text in its shape, but only with the values of known harmless fields; of other text only the length. */
export function redact(text: string): unknown {
  if (text === '') return 'empty';
  try {
    return redactValue(JSON.parse(text), '');
  } catch {
    return `not readable: ${text.length} characters`;
  }
}

function redactValue(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((each) => redactValue(each, field));
  if (typeof value === 'object' && value !== null) {
    if (personal.has(field)) return hidden;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redactValue(each, name)]));
  }
  return shown.has(field) || typeof value === 'boolean' || value === null ? value : hidden;
}
