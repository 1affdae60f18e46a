import { describe, expect, test } from 'vitest';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { authorizationCallbackBody, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  /** Delivers status updates one after the other; each is answered 200. */
  const deliver = async (payment: PaymentId, ...bodies: object[]) => {
    for (const body of bodies) expect(await relay().post({ kind: 'status_update', payment, body })).toBe(200);
  };

  test('a shopper who is declined, tries again and pays is published in that order', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('declined');
    const authorization_token = token();
    await deliver(
      payment,
      statusUpdateBody('IN_PROGRESS', 0),
      statusUpdateBody('FAILED', 2),
      statusUpdateBody('IN_PROGRESS', 3),
      statusUpdateBody('COMPLETED', 5, { authorization_token }),
    );
    expect(await post({ kind: 'authorization', payment, body: authorizationCallbackBody(authorization_token) })).toBe(
      200,
    );

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Status Changed #2 FAILED ERROR/FAILED in_progress',
      'Payment Status Changed #3 IN_PROGRESS WAITING/SUCCEEDED in_progress',
      'Payment Stage Changed #4 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
    ]);
  });

  test('a payment keeps its token sealed, and both sessions by their ids', async () => {
    const { newPayment, post, item, token } = relay();
    const payment = newPayment('sealed');
    const authorization_token = token();
    await deliver(payment, statusUpdateBody('COMPLETED', 5, { authorization_token }));
    await post({ kind: 'authorization', payment, body: authorizationCallbackBody(authorization_token) });

    expect(await item(payment)).toMatchObject({
      facts: {
        hpp_session_id: '35bde117-ce5f-774f-9bcb-ec514a0963ad',
        kp_session_id: 'e4b81ca2-0aae-4c16-bcb2-29a0a088a35b',
        authorizations: [{ sealed: expect.stringMatching(/^([\w-]+\.){4}[\w-]+$/) }],
      },
    });
  });

  test('a shopper may go back and return several times and still pay', async () => {
    const { newPayment, publishedChanges, token } = relay();
    const payment = newPayment('back-and-forth');
    const words = ['IN_PROGRESS', 'BACK', 'IN_PROGRESS', 'ERROR', 'IN_PROGRESS'];
    await deliver(payment, ...words.map((word, minute) => statusUpdateBody(word, minute)));
    await deliver(payment, statusUpdateBody('COMPLETED', 9, { authorization_token: token() }));

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Status Changed #2 BACK WAITING/SUCCEEDED in_progress',
      'Payment Status Changed #3 IN_PROGRESS WAITING/SUCCEEDED in_progress',
      'Payment Status Changed #4 ERROR ERROR/FAILED in_progress',
      'Payment Status Changed #5 IN_PROGRESS WAITING/SUCCEEDED in_progress',
      'Payment Stage Changed #6 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
    ]);
  });

  test('an authorization that overtakes its session is believed, and the session still ends with its own status', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('authorization-first');
    const authorization_token = token();
    expect(await post({ kind: 'authorization', payment, body: authorizationCallbackBody(authorization_token) })).toBe(
      200,
    );
    await deliver(
      payment,
      statusUpdateBody('IN_PROGRESS', 0),
      statusUpdateBody('COMPLETED', 5, { authorization_token }),
    );

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 COMPLETED SUCCESS/SUCCEEDED created → authorized',
      'Payment Status Changed #2 IN_PROGRESS WAITING/SUCCEEDED authorized',
      'Payment Status Changed #3 COMPLETED SUCCESS/SUCCEEDED authorized, final',
    ]);
  });

  test('a shopper who cancels ends the payment', async () => {
    const { newPayment, publishedChanges } = relay();
    const payment = newPayment('cancelled');
    const words = ['IN_PROGRESS', 'CANCELLED', 'FAILED', 'IN_PROGRESS'];
    await deliver(payment, ...words.map((word, minute) => statusUpdateBody(word, 2 * minute)));

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Stage Changed #2 CANCELLED ERROR/FAILED in_progress → cancelled, final',
    ]);
  });

  test('a completion after a cancellation is kept as a conflict, without its token, and moves nothing', async () => {
    const { newPayment, publishedChanges, item, token } = relay();
    const payment = newPayment('contradicted');
    await deliver(
      payment,
      statusUpdateBody('CANCELLED', 2),
      statusUpdateBody('COMPLETED', 3, { authorization_token: token() }),
    );

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 CANCELLED ERROR/FAILED created → cancelled, final',
    ]);
    const kept = await item(payment);
    expect(JSON.stringify(kept)).not.toContain('sealed');
    expect(kept).toMatchObject({
      stage: 'cancelled',
      conflicts: [
        { word: 'COMPLETED', facts: { authorizations: [{ fingerprint: expect.any(String), at: expect.any(String) }] } },
      ],
      readRequests: { session: { at: expect.any(String) } },
    });
  });

  test('a session that the merchant disables ends its payment', async () => {
    const { newPayment, publishedChanges } = relay();
    const payment = newPayment('disabled');
    await deliver(
      payment,
      statusUpdateBody('IN_PROGRESS', 0),
      statusUpdateBody('DISABLED', 2),
      statusUpdateBody('BACK', 1),
    );

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Stage Changed #2 DISABLED ERROR/FAILED in_progress → disabled, final',
    ]);
  });

  describe('an unknown word', () => {
    test.each(['TIMEOUT', 'MANUAL_ID_CHECK', 'TOMORROWS_WORD'])(
      '%s is published unchanged, ends nothing and requests a read of the session',
      async (word) => {
        const { newPayment, publishedChanges, item, token } = relay();
        const payment = newPayment('unknown');
        await deliver(payment, statusUpdateBody('IN_PROGRESS', 0), statusUpdateBody(word, 1));
        expect(await item(payment)).toMatchObject({
          stage: 'in_progress',
          readRequests: { session: { at: expect.any(String) } },
        });
        await deliver(payment, statusUpdateBody('COMPLETED', 5, { authorization_token: token() }));

        expect(await publishedChanges(payment)).toEqual([
          'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
          `Payment Status Changed #2 ${word} WAITING/SUCCEEDED in_progress`,
          'Payment Stage Changed #3 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
        ]);
      },
    );
  });
});
