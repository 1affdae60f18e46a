/** One example or more per answer, all of one payment; a test holds each against its schema. */
const payment = '0b9b1a52-6c1d-5c7e-9d0f-2f7c1f3f8f11';
const relay = 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
const status_url = `${relay}/status/${payment}/3q2-7wEJ1mXyTQ5cQb0mVwN2bqk7rJxk0y1G8mZ5m2E`;
const redirect_url = 'https://pay.klarna.com/eu/hpp/payments/2OCkffK';
const at = '2026-11-22T10:04:12.345Z';
const correlation_id = '66782175-ae05-44fc-9eb3-eeceadbad271';

export const created = { payment, redirect_url, expires_at: '2026-11-24T09:00:00.000Z', status_url };

const told = { pspStatus: 'SUCCESS', state: 'SUCCESS', code: 'SUCCEEDED' };
const asked = {
  id: 'a8ad7f6d-52b4-58d0-9a3c-6e1f0f6f4b60',
  kind: 'capture',
  amount: 6000,
  currency: 'EUR',
  reference: 'parcel-1',
  asked_at: at,
};
const captured = { ...asked, capture_id: '4ba29b50-be7b-44f5-a492-113e6a865e22', correlation_id, ...told, at };

export const operated = { payment, stage: 'part_captured', operation: captured };
export const underWay = {
  payment,
  stage: 'ordered',
  operation: { ...asked, pspStatus: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' },
};
const ofCharge = { ...captured, kind: 'charge', amount: 10_000 };
export const charged = { payment, stage: 'ordered', operation: ofCharge, status_url };
export const chargeUnderWay = { ...underWay, stage: 'created', status_url };

export const view = {
  payment,
  account: 'default',
  flow: 'authorize',
  stage: 'ordered',
  session: { status: 'COMPLETED', final: true, at },
  money: {
    at,
    status: 'AUTHORIZED',
    fraud_status: 'ACCEPTED',
    order_amount: 10_000,
    captured_amount: 0,
    refunded_amount: 0,
    remaining_authorized_amount: 10_000,
    currency: 'EUR',
    expires_at: '2026-12-20T10:04:12.000Z',
  },
  redirect_url,
  expires_at: created.expires_at,
  references: { order_id: '93d644a2-43f3-11e9-b210-d663bd873d93', klarna_reference: 'ffc25786' },
  changes: [
    {
      id: `${payment}.1`,
      paymentId: payment,
      sequence: 1,
      stage: { from: 'created', to: 'ordered' },
      ...told,
      final: false,
      at,
      observedAt: at,
      observedVia: 'order_read',
      verifiedBy: 'read_back',
    },
  ],
  operations: [],
  conflicts: [],
  owed: { does: 'read order', at: '2026-12-20T10:05:12.000Z' },
};

export const status = { status: 'paid', stage: 'ordered', session: 'COMPLETED', settled: true };

export const token = {
  customer_token: '5e0c4b57-6d0f-5b7e-8a52-2f4b7d6f9c13',
  customer: 'customer-7',
  payment,
  account: 'default',
  status: 'ACTIVE',
  country: 'DE',
  locale: 'de-DE',
  created_at: at,
};

export const wrongFields = {
  status: 422,
  title: 'Unprocessable Content',
  detail: 'fields are missing or wrong',
  problems: [
    { field: 'order.redirection', reason: 'is missing' },
    { field: 'order.amount', reason: 'the lines add up to 10000' },
  ],
};

export const refused = {
  status: 409,
  title: 'Conflict',
  detail: 'Klarna refused: CAPTURE_NOT_ALLOWED',
  pspStatus: 'CAPTURE_NOT_ALLOWED',
  state: 'ERROR',
  code: 'FAILED',
  correlation_id,
  messages: ['Not allowed to capture, order not in correct state'],
};

export const repairable = {
  status: 422,
  title: 'Unprocessable Content',
  detail: 'Klarna refused: UNAVAILABLE_PAYMENT_METHOD',
  pspStatus: 'UNAVAILABLE_PAYMENT_METHOD',
  state: 'ERROR',
  code: 'FAILED',
  correlation_id,
  payment,
  stage: 'created',
  redirect_url,
  status_url,
};
