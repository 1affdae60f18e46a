import { expect, test } from 'vitest';
import { chargeRequestBody } from '../support/builders/merchant-bodies.ts';
import { type Journey, journey } from '../support/harness/journey.ts';

/** The status table as docs/events.md promises it. */
const rows = `
SUCCESS SUCCESS SUCCEEDED
COMPLETED SUCCESS SUCCEEDED
CREATE SUCCESS SUCCEEDED
BACK WAITING SUCCEEDED
IN_PROGRESS WAITING SUCCEEDED
WAITING WAITING SUCCEEDED
BAD_REQUEST ERROR FAILED
BAD_VALUE ERROR FAILED
CANCEL_NOT_ALLOWED ERROR FAILED
CANCELLED ERROR FAILED
CAPTURE_NOT_ALLOWED ERROR FAILED
DISABLED ERROR FAILED
ERROR ERROR FAILED
FAILED ERROR FAILED
NO_SUCH_CAPTURE ERROR BAD_REQUEST
NO_SUCH_ORDER ERROR BAD_REQUEST
NOT_ALLOWED ERROR FAILED
NOT_FOUND ERROR BAD_REQUEST
REFUND_NOT_ALLOWED ERROR FAILED
TOKEN_NOT_FOUND ERROR BAD_REQUEST
UNPROCESSABLE_ENTITY ERROR FAILED
UNKNOWN_RESPONSE ERROR FAILED`
  .trim()
  .split('\n');

/** Shopper and merchant act until Klarna has used every word that it has. */
async function useEveryWord({ create, shopper, ask, emulated, forward, idle }: Journey) {
  const operate = (payment: string, name: string, body: object = {}) =>
    ask('POST', `/payments/${payment}/${name}`, { key: JSON.stringify([name, body]), body });
  const ordered = async () => {
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'approve');
    return payment;
  };
  const waiting = await create('authorize');
  await forward(3 * 60_000);
  for (const does of ['decline', 'back', 'error', 'cancel'] as const) await shopper(waiting.hpp, does);

  const disabled = await create('authorize');
  const authorization = `Basic ${Buffer.from('any:body').toString('base64')}`;
  await fetch(`${emulated.url}/hpp/v1/sessions/${disabled.hpp}`, { method: 'DELETE', headers: { authorization } });

  const untouched = await ordered();
  await operate(untouched, 'refunds', { amount: 1 });
  await operate(untouched, 'release');
  await operate(untouched, 'extension', { capture_id: 'none', number_of_days: 7 });
  for (const error_code of ['BAD_REQUEST', 'BAD_VALUE', 'UNPROCESSABLE_ENTITY']) {
    emulated.control.answers([
      { method: 'POST', path: '/captures', status: error_code === 'UNPROCESSABLE_ENTITY' ? 422 : 400, error_code },
    ]);
    await operate(untouched, 'captures', { description: error_code });
  }
  emulated.control.answers([{ method: 'POST', path: '/captures', status: 404, error_code: 'NO_SUCH_ORDER' }]);
  await operate(untouched, 'captures', { description: 'not yet' });
  const { operation } = (await operate(untouched, 'captures')).body as { operation: { capture_id: string } };
  await operate(untouched, 'cancellation');
  await operate(untouched, 'captures', { amount: 1 });
  emulated.control.answers([{ path: '/extend-due-date', status: 503, times: 1000 }]); // until Klarna forgets the key
  await operate(untouched, 'extension', { capture_id: operation.capture_id, number_of_days: 7 });

  const { payment, hpp } = await create('buy_and_tokenize');
  await shopper(hpp, 'approve');
  const { customer_token_id } = (await ask('GET', `/payments/${payment}`)).body.references as {
    customer_token_id: string;
  };
  emulated.control.token(emulated.control.customerTokens()[0]?.token_id ?? '', 'remove');
  await ask('POST', `/customer-tokens/${customer_token_id}/payments`, {
    key: 'k',
    body: chargeRequestBody('merchant'),
  });

  await create('authorize');
  await forward(46 * 3600_000);
  await forward(2 * 3600_000);
  await idle();
}

journey((relay) => {
  test('an emulated Klarna produces all 22 rows of the status table, each normalised as promised', async () => {
    await useEveryWord(relay());
    const published = relay()
      .events()
      .map(({ detail }) => detail as { pspStatus: string; state: string; code: string })
      .map(({ pspStatus, state, code }) => `${pspStatus} ${state} ${code}`);
    expect(rows).toHaveLength(22);
    expect(rows.filter((row) => !published.includes(row))).toEqual([]);
    const known = rows.map((row) => row.split(' ')[0]);
    expect(published.filter((status) => known.includes(status.split(' ')[0]) && !rows.includes(status))).toEqual([]);
  });
});
