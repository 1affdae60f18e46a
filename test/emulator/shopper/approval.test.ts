import { expect } from 'vitest';
import { newHostedSession, onEmulator, testedKlarna } from '../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const read = (hpp: string) => ask('GET', `/hpp/v1/sessions/${hpp}`);

onEmulator(
  'an approval hands over an authorization with NONE, and otherwise the order that Klarna placed',
  async () => {
    const [none, placed, captured] = [
      await newHostedSession(klarna, { mode: 'NONE' }),
      await newHostedSession(klarna, { mode: 'PLACE_ORDER' }),
      await newHostedSession(klarna, { mode: 'CAPTURE_ORDER' }),
    ];
    for (const { hpp } of [none, placed, captured]) klarna.emulated().control.shopper(hpp, 'approve');
    const session = (await read(none.hpp)).body;
    expect(session).toMatchObject({ authorization_token: expect.any(String) });
    expect(session).not.toHaveProperty('order_id');
    const orders = await Promise.all(
      [placed, captured].map(async ({ hpp }) => {
        const { order_id, authorization_token } = (await read(hpp)).body;
        expect(authorization_token).toBeUndefined();
        return (await ask('GET', `/ordermanagement/v1/orders/${order_id}`)).body.status;
      }),
    );
    expect(orders).toEqual(['AUTHORIZED', 'CAPTURED']);
  },
);

onEmulator('where Klarna places the order, a rejected shopper sees FAILED and may try again', async () => {
  const { hpp } = await newHostedSession(klarna);
  klarna.emulated().control.shopper(hpp, 'approve_rejected');
  expect((await read(hpp)).body.status).toBe('FAILED');
  klarna.emulated().control.shopper(hpp, 'approve');
  expect((await read(hpp)).body.status).toBe('COMPLETED');
});

onEmulator(
  'a shopper may authorize again until the merchant places the order; the session stays as it is',
  async () => {
    const [none, placed] = [
      await newHostedSession(klarna, { mode: 'NONE' }),
      await newHostedSession(klarna, { mode: 'PLACE_ORDER' }),
    ];
    const { control } = klarna.emulated();
    control.authorize(none.hpp);
    const first = (await read(none.hpp)).body;
    expect(first).toMatchObject({ status: 'WAITING', authorization_token: expect.any(String) });
    control.authorize(none.hpp);
    const second = (await read(none.hpp)).body;
    expect(second.authorization_token).not.toBe(first.authorization_token);
    expect(() => control.authorize(placed.hpp)).toThrow('itself');
    control.shopper(none.hpp, 'cancel');
    expect(() => control.authorize(none.hpp)).toThrow('over');
  },
);
