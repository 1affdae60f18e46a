import { expect, test } from 'vitest';
import { authorizationBody, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('an authorization that overtakes its session is believed; the session then ends as a status of its own', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('authorization-first');
    const authorization_token = token();
    expect(await post({ kind: 'authorization', payment, body: authorizationBody(authorization_token) })).toBe(200);
    expect(await post({ kind: 'status_update', payment, body: statusUpdateBody('IN_PROGRESS', 0) })).toBe(200);
    const completed = statusUpdateBody('COMPLETED', 5, { authorization_token });
    expect(await post({ kind: 'status_update', payment, body: completed })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 COMPLETED SUCCESS/SUCCEEDED created → authorized',
      'Payment Status Changed #2 IN_PROGRESS WAITING/SUCCEEDED authorized',
      'Payment Status Changed #3 COMPLETED SUCCESS/SUCCEEDED authorized, final',
    ]);
  });
});
