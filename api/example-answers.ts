/** At least one example for each answer, all of one payment; a test compares each with its schema. */
const payment = '0b9b1a52-6c1d-5c7e-9d0f-2f7c1f3f8f11';
const relay = 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
const status_url = `${relay}/status/${payment}/3q2-7wEJ1mXyTQ5cQb0mVwN2bqk7rJxk0y1G8mZ5m2E`;
const redirect_url = 'https://pay.klarna.com/eu/hpp/payments/2OCkffK';
const expires_at = '2026-11-24T09:00:00.000Z';
const at = '2026-11-22T10:04:12.345Z';
const correlation_id = '66782175-ae05-44fc-9eb3-eeceadbad271';

const success = { state: 'SUCCESS', code: 'SUCCEEDED' };
const waiting = { psp_status: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' };
const capture = {
  id: 'a8ad7f6d-52b4-58d0-9a3c-6e1f0f6f4b60',
  kind: 'capture',
  amount: 6000,
  currency: 'EUR',
  reference: 'parcel-1',
  asked_at: at,
};
const captured = {
  ...capture,
  capture_id: '4ba29b50-be7b-44f5-a492-113e6a865e22',
  correlation_id,
  psp_status: 'SUCCESS',
  ...success,
  at,
};
const underWay = { payment, stage: 'ordered', operation: { ...capture, ...waiting } };
const charge = { ...captured, kind: 'charge', amount: 10_000 };

const orderRead = {
  id: `${payment}.0mih8x2k4a1f3.1`,
  paymentId: payment,
  incarnation: '0mih8x2k4a1f3',
  sequence: 1,
  stage: { from: 'created', to: 'ordered' },
  pspStatus: 'SUCCESS',
  ...success,
  final: false,
  at,
  observedAt: at,
  observedVia: 'order_read',
  verifiedBy: 'read_back',
};

const unprocessable = { status: 422, title: 'Unprocessable Content' };
const refusedBy = (psp_status: string) => ({
  detail: `Klarna refused: ${psp_status}`,
  psp_status,
  state: 'ERROR',
  code: 'FAILED',
  correlation_id,
});

export const exampleAnswers = {
  created: { payment, redirect_url, expires_at, status_url },
  operated: { payment, stage: 'part_captured', operation: captured },
  underWay,
  charged: { payment, stage: 'ordered', operation: charge, status_url },
  chargeUnderWay: { ...underWay, stage: 'created', status_url },
  payment: {
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
    expires_at,
    references: { order_id: '93d644a2-43f3-11e9-b210-d663bd873d93', klarna_reference: 'ffc25786' },
    changes: [orderRead],
    operations: [],
    conflicts: [],
    next_task: { kind: 'read order', due_at: '2026-12-20T10:05:12.000Z' },
  },
  status: { status: 'paid', stage: 'ordered', session: 'COMPLETED', decided: true },
  token: {
    customer_token: '5e0c4b57-6d0f-5b7e-8a52-2f4b7d6f9c13',
    customer: 'customer-7',
    payment,
    account: 'default',
    status: 'ACTIVE',
    country: 'DE',
    locale: 'de-DE',
    created_at: at,
  },
  wrongFields: {
    ...unprocessable,
    detail: 'fields are missing or wrong',
    problems: [
      { field: 'order.redirection', reason: 'is missing' },
      { field: 'order.amount', reason: 'the lines add up to 10000' },
    ],
  },
  refused: {
    status: 409,
    title: 'Conflict',
    ...refusedBy('CAPTURE_NOT_ALLOWED'),
    messages: ['Not allowed to capture, order not in correct state'],
  },
  repairable: {
    ...unprocessable,
    ...refusedBy('UNAVAILABLE_PAYMENT_METHOD'),
    payment,
    stage: 'created',
    redirect_url,
    status_url,
  },
};
