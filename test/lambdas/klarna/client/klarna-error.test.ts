import { expect, test } from 'vitest';
import { KlarnaError, readErrorBody } from '../../../../lambdas/klarna/client/klarna-error.ts';

test('the message names operation, status and code', () => {
  const refused = new KlarnaError({ operation: 'capture', kind: 'refused', status: 403, code: 'CAPTURE_NOT_ALLOWED' });
  expect(refused.message).toBe('capture: Klarna refused (403 CAPTURE_NOT_ALLOWED)');
  expect(new KlarnaError({ operation: 'capture', kind: 'unavailable' }).message).toBe(
    'capture: Klarna did not serve (nothing)',
  );
});

test("Klarna's error envelope is read, and its messages lose what could identify a person", () => {
  const body = {
    correlation_id: 'c-7',
    error_code: 'CAPTURE_NOT_ALLOWED',
    error_messages: ['not for 19870815-8493 or grace@shop.example'],
  };
  expect(readErrorBody(body, 'from the header')).toEqual({
    correlationId: 'c-7',
    code: 'CAPTURE_NOT_ALLOWED',
    messages: ['not for … or …'],
    stepUpId: undefined,
  });
});

test('a failed charge names the step with which the customer repairs it', () => {
  const body = { error_code: 'PAYMENT_METHOD_FAILED', step_up_id: 'step', fraud_status: 'REJECTED' };
  expect(readErrorBody(body, undefined)).toMatchObject({ code: 'PAYMENT_METHOD_FAILED', stepUpId: 'step' });
});

test.each([undefined, 'no', 7, {}])('an answer %j without an envelope has the correlation id of its header', (body) => {
  expect(readErrorBody(body, 'corr-1')).toMatchObject({ correlationId: 'corr-1' });
  expect(readErrorBody(body, 'corr-1').code).toBeUndefined();
});
