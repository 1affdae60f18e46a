import { expect, test } from 'vitest';
import { authorizationBody, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('a shopper who is declined, tries again and pays is heard of in that order', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('declined');
    const authorization_token = token();
    const tell = (body: object) => post({ kind: 'status_update', payment, body });

    expect(await tell(statusUpdateBody('IN_PROGRESS', 0))).toBe(200);
    expect(await tell(statusUpdateBody('FAILED', 2))).toBe(200);
    expect(await tell(statusUpdateBody('IN_PROGRESS', 3))).toBe(200);
    expect(await tell(statusUpdateBody('COMPLETED', 5, { authorization_token }))).toBe(200);
    expect(await post({ kind: 'authorization', payment, body: authorizationBody(authorization_token) })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Status Changed #2 FAILED ERROR/FAILED in_progress',
      'Payment Status Changed #3 IN_PROGRESS WAITING/SUCCEEDED in_progress',
      'Payment Stage Changed #4 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
    ]);
  });

  test('the token is kept sealed, and both sessions by their ids', async () => {
    const { newPayment, post, item, token } = relay();
    const payment = newPayment('sealed');
    const authorization_token = token();
    await post({ kind: 'status_update', payment, body: statusUpdateBody('COMPLETED', 5, { authorization_token }) });
    await post({ kind: 'authorization', payment, body: authorizationBody(authorization_token) });

    expect(await item(payment)).toMatchObject({
      facts: {
        hpp_session_id: '35bde117-ce5f-774f-9bcb-ec514a0963ad',
        kp_session_id: 'e4b81ca2-0aae-4c16-bcb2-29a0a088a35b',
        authorizations: [{ sealed: expect.stringMatching(/^([\w-]+\.){4}[\w-]+$/) }],
      },
    });
  });
});
