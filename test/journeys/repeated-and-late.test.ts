import { expect, test } from 'vitest';
import { authorizationBody, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

const paid = 'Payment Stage Changed #1 COMPLETED SUCCESS/SUCCEEDED created → authorized, final';

journey((relay) => {
  test('a completion that comes twice, once as an event of its own, is one change', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('twice');
    const authorization_token = token();
    const first = statusUpdateBody('COMPLETED', 5, { authorization_token });
    for (const body of [first, first, statusUpdateBody('COMPLETED', 5, { authorization_token })]) {
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);
    }
    expect(await publishedChanges(payment)).toEqual([paid]);
  });

  test('what is overtaken by the completion comes too late to be heard of', async () => {
    const { newPayment, post, publishedChanges, item, token } = relay();
    const payment = newPayment('late');
    const late = ['IN_PROGRESS', 'FAILED', 'BACK'].map((word, minute) => statusUpdateBody(word, minute));
    const bodies = [statusUpdateBody('COMPLETED', 5, { authorization_token: token() }), ...late.reverse()];
    for (const body of bodies) expect(await post({ kind: 'status_update', payment, body })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([paid]);
    const told = (await item(payment))?.recentReports.filter(({ source }) => source === 'status_update');
    expect(told?.map(({ outcome }) => outcome)).toEqual(['advanced', 'late', 'late', 'late']);
  });

  test('an older word that arrives after a newer one changes nothing', async () => {
    const { newPayment, post, publishedChanges } = relay();
    const payment = newPayment('older');
    const bodies = [
      statusUpdateBody('FAILED', 2),
      statusUpdateBody('IN_PROGRESS', 1),
      statusUpdateBody('IN_PROGRESS', 3),
    ];
    for (const body of bodies) expect(await post({ kind: 'status_update', payment, body })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 FAILED ERROR/FAILED created → in_progress',
      'Payment Status Changed #2 IN_PROGRESS WAITING/SUCCEEDED in_progress',
    ]);
  });

  test('a newer token of the same session takes the place of the older, whatever comes first', async () => {
    const { newPayment, post, item, token } = relay();
    const [older, newer] = [token(), token()];
    const fingerprints = [];
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const payment = newPayment(`order-${order.indexOf(newer)}`);
      for (const authorization_token of order) {
        const minute = authorization_token === newer ? 9 : 5;
        const body = statusUpdateBody('COMPLETED', minute, { authorization_token });
        expect(await post({ kind: 'status_update', payment, body })).toBe(200);
      }
      fingerprints.push((await item(payment))?.facts.authorizations?.[0]?.fingerprint);
    }
    expect(fingerprints[0]).toEqual(expect.any(String));
    expect(fingerprints[1]).toBe(fingerprints[0]);
  });

  test('an authorization repeated after its 200 is heard once', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('repeated');
    const body = authorizationBody(token());
    for (const again of [body, body, body]) {
      expect(await post({ kind: 'authorization', payment, body: again })).toBe(200);
    }
    expect(await publishedChanges(payment)).toHaveLength(1);
  });
});
