import { expect, test } from 'vitest';
import { statusUpdate } from '../support/callbacks.ts';
import { journey } from '../support/journey.ts';

journey((relay) => {
  test('a session that the merchant disables ends its payment', async () => {
    const { named, post, heard } = relay();
    const payment = named('disabled');
    const tell = (body: object) => post({ kind: 'status_update', payment, body });
    expect(await tell(statusUpdate('IN_PROGRESS', 0))).toBe(200);
    expect(await tell(statusUpdate('DISABLED', 2))).toBe(200);
    expect(await tell(statusUpdate('BACK', 1))).toBe(200);

    expect(await heard(payment)).toEqual([
      'Payment Stage Changed #1 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
      'Payment Stage Changed #2 DISABLED ERROR/FAILED in_progress → disabled, final',
    ]);
  });
});
