import { expect, test } from 'vitest';
import { limits } from '../../lambdas/payment/limits.ts';
import { authorizationCallbackBody, klarnaTime, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

const paid = 'Payment Stage Changed #1 COMPLETED SUCCESS/SUCCEEDED created → authorized, final';

const words = ['IN_PROGRESS', 'FAILED', 'BACK', 'ERROR'];

journey((relay) => {
  test('a completion that arrives three times, once as another event, is one change', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('twice');
    const authorization_token = token();
    const first = statusUpdateBody('COMPLETED', 5, { authorization_token });
    for (const body of [first, first, statusUpdateBody('COMPLETED', 5, { authorization_token })]) {
      expect(await post({ kind: 'status_update', payment, body })).toBe(200);
    }
    expect(await publishedChanges(payment)).toEqual([paid]);
  });

  test('updates that the completion overtook are late and publish nothing', async () => {
    const { newPayment, post, publishedChanges, item, token } = relay();
    const payment = newPayment('late');
    const late = ['IN_PROGRESS', 'FAILED', 'BACK'].map((word, minute) => statusUpdateBody(word, minute));
    const bodies = [statusUpdateBody('COMPLETED', 5, { authorization_token: token() }), ...late.reverse()];
    for (const body of bodies) expect(await post({ kind: 'status_update', payment, body })).toBe(200);

    expect(await publishedChanges(payment)).toEqual([paid]);
    const reports = (await item(payment))?.recentReports.filter(({ source }) => source === 'status_update');
    expect(reports?.map(({ outcome }) => outcome)).toEqual(['advanced', 'late', 'late', 'late']);
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

  test('a newer token of the same session replaces the older one, whichever arrives first', async () => {
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

  test('an authorization that is repeated after its 200 is one change', async () => {
    const { newPayment, post, publishedChanges, token } = relay();
    const payment = newPayment('repeated');
    const body = authorizationCallbackBody(token());
    for (const again of [body, body, body]) {
      expect(await post({ kind: 'authorization', payment, body: again })).toBe(200);
    }
    expect(await publishedChanges(payment)).toHaveLength(1);
  });

  test('ten deliveries of one callback at once make one change', async () => {
    const { newPayment, post, publishedChanges, item, token } = relay();
    const payment = newPayment('ten');
    const body = statusUpdateBody('COMPLETED', 5, { authorization_token: token() });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ kind: 'status_update', payment, body })));

    expect(answers).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await publishedChanges(payment)).toEqual([paid]);
    const reports = (await item(payment))?.recentReports.filter(({ source }) => source === 'status_update');
    expect(reports).toHaveLength(1);
  });

  test('200 different callbacks of one payment at once are all recorded, some of them when Klarna repeats them', async () => {
    const { newPayment, send, publishedChanges, item, logEntries } = relay();
    const payment = newPayment('flood');
    const bodies = Array.from({ length: 200 }, (_, n) => statusUpdateBody(words[n % words.length] ?? '', n));
    const answers: number[] = [];
    const deliver = async (body: object): Promise<void> => {
      const answer = await send({ kind: 'status_update', payment, body });
      answers.push(answer);
      if (answer !== 200) await deliver(body);
    };
    await Promise.all(bodies.map(deliver));

    expect(answers.filter((answer) => answer !== 200 && answer !== 503)).toEqual([]);
    expect(answers.filter((answer) => answer === 200)).toHaveLength(200);
    const log = logEntries().join('');
    expect(bodies.filter(({ event_id }) => !log.includes(event_id))).toEqual([]);
    const kept = await item(payment);
    expect(kept?.version).toBeGreaterThanOrEqual(200);
    expect(kept?.session).toEqual({ word: 'ERROR', at: klarnaTime(199), final: false });
    const sequences = (await publishedChanges(payment)).map((change) => Number(/#(\d+)/.exec(change)?.[1]));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(sequences).toHaveLength(kept?.changes.length ?? 0);
    expect(sequences.length).toBeLessThanOrEqual(limits.changes + 2);
  }, 120_000);
});
