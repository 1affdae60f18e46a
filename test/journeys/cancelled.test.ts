import { expect, test } from 'vitest';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { journey } from '../support/harness/journey.ts';

journey((relay) => {
  test('a shopper who cancels has cancelled for good', async () => {
    const { newPayment, post, publishedChanges } = relay();
    const payment = newPayment('cancelled');
    const tell = (body: object) => post({ kind: 'status_update', payment, body });
    expect(await tell(statusUpdateBody('IN_PROGRESS', 0))).toBe(200);
    expect(await tell(statusUpdateBody('CANCELLED', 2))).toBe(200);
    expect(await tell(statusUpdateBody('FAILED', 3))).toBe(200);
    expect(await tell(statusUpdateBody('IN_PROGRESS', 4))).toBe(200);

    expect(await publishedChanges(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Stage Changed #2 CANCELLED ERROR/FAILED in_progress → cancelled, final',
    ]);
  });

  test('a completion of what was cancelled is kept as a contradiction, without its token, and moves nothing', async () => {
    const { newPayment, post, publishedChanges, item, token } = relay();
    const payment = newPayment('contradicted');
    const tell = (body: object) => post({ kind: 'status_update', payment, body });
    await tell(statusUpdateBody('CANCELLED', 2));
    expect(await tell(statusUpdateBody('COMPLETED', 3, { authorization_token: token() }))).toBe(200);

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
      readRequests: { session: expect.any(String) },
    });
  });
});
