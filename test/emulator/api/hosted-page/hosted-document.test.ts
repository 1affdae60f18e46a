import { expect, test } from 'vitest';
import { hostedDocument } from '../../../../emulator/api/hosted-page/hosted-document.ts';
import type { EmulatedHostedSession } from '../../../../emulator/state.ts';

const session: EmulatedHostedSession = {
  session_id: 'hpp-1',
  paymentSession: 'kp-1',
  merchant_urls: { success: 'https://shop.example/ok' },
  place_order_mode: 'PLACE_ORDER',
  status: 'IN_PROGRESS',
  updated_at: '2026-11-22T10:00:00.000Z',
  expires_at: '2026-11-24T09:00:00.000Z',
};

test("the shopper's identity shows once the session is completed, and not before", () => {
  expect(hostedDocument(session)).not.toHaveProperty('customer');
  expect(hostedDocument({ ...session, status: 'COMPLETED' })).toMatchObject({
    customer: { national_identification_number: expect.any(String) },
  });
});

test("a document shows Klarna's fields alone", () => {
  expect(Object.keys(hostedDocument(session))).toEqual(['session_id', 'status', 'updated_at', 'expires_at']);
});
