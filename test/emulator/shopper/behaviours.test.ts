import { expect } from 'vitest';
import type { Behaviour } from '../../../emulator/shopper/behaviours.ts';
import { newHostedSession, onEmulator, testedKlarna } from '../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const read = (hpp: string) => ask('GET', `/hpp/v1/sessions/${hpp}`);
const shopper = (hpp: string, behaviour: Behaviour) => klarna.emulated().control.shopper(hpp, behaviour);

onEmulator('a shopper may pay after a decline, an error or going back', async () => {
  const { hpp } = await newHostedSession(klarna);
  const statuses: unknown[] = [];
  for (const behaviour of ['arrive', 'decline', 'error', 'back', 'approve'] as const) {
    shopper(hpp, behaviour);
    statuses.push((await read(hpp)).body.status);
  }
  expect(statuses).toEqual(['IN_PROGRESS', 'FAILED', 'ERROR', 'BACK', 'COMPLETED']);
});

onEmulator('nothing changes a session after a final status', async () => {
  const { hpp } = await newHostedSession(klarna);
  shopper(hpp, 'cancel');
  expect(() => shopper(hpp, 'approve')).toThrow('over');
  expect((await ask('DELETE', `/hpp/v1/sessions/${hpp}`)).status).toBe(400);
  expect((await read(hpp)).body.status).toBe('CANCELLED');
});

onEmulator('a shopper who leaves does not change what a read shows', async () => {
  const { hpp } = await newHostedSession(klarna);
  shopper(hpp, 'leave');
  expect((await read(hpp)).body.status).toBe('IN_PROGRESS');
});

onEmulator('a redirect has its placeholders filled, except those without a value', async () => {
  const urls = { success: 'https://shop.example/ok?hpp={{session_id}}&order={{order_id}}&t={{authorization_token}}' };
  const { hpp } = await newHostedSession(klarna, { urls });
  const { redirect_to } = shopper(hpp, 'approve');
  const { order_id } = (await read(hpp)).body;
  expect(redirect_to).toBe(`https://shop.example/ok?hpp=${hpp}&order=${order_id}&t={{authorization_token}}`);
});

onEmulator('an error redirects to the failure URL where there is no error URL', async () => {
  const { hpp } = await newHostedSession(klarna, { urls: { failure: 'https://shop.example/failed' } });
  expect(shopper(hpp, 'error').redirect_to).toBe('https://shop.example/failed');
});
