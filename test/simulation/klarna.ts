import type { Mishap } from '../../emulator/callbacks/mishaps.ts';
import type { OutgoingCallback } from '../../emulator/callbacks/outgoing-callback.ts';
import type { CallbackTransport } from '../../emulator/callbacks/transport.ts';
import { emulatorCore } from '../../emulator/core.ts';
import type { KlarnaAnswer } from '../../emulator/state.ts';
import type { FaultKind } from './faults.ts';
import type { Process, Stage } from './lambda.ts';

/** How our client waits for Klarna (lambdas/klarna/client/client.ts), milliseconds. */
const clientTimeout = 4000;

const mishaps: [FaultKind, Mishap['does']][] = [
  ['callback lost', 'lose'],
  ['callback delayed', 'delay'],
  ['callback doubled', 'double'],
  ['callbacks reordered', 'reorder'],
  ['callback emptied', 'empty'],
];

export const paymentOf = ({ url }: Pick<OutgoingCallback, 'url'>): string => url.split('/')[5] ?? '';

export type SimulatedKlarna = ReturnType<typeof simulatedKlarna>;

/** The emulated Klarna within this process, with a clock of its own, behind a network that loses things. */
export function simulatedKlarna(
  stage: Stage,
  { deliver }: { deliver: (letter: OutgoingCallback, timeout: number) => Promise<number | 'none'> },
) {
  const { clock, chance, faults } = stage;
  const skew = !faults.isOver() && chance.one(0.5) ? chance.between(-120_000, 120_000) : 0;
  if (skew !== 0) faults.happened('clock skew', `Klarna's clock is ${skew} ms ahead of ours`);
  const letters: { letter: OutgoingCallback; at: number }[] = [];
  const transport: CallbackTransport = {
    post: deliver,
    wait: clock.sleep,
    stop: () => {},
    mishap: (letter) => {
      letters.push({ letter, at: clock.now() });
      const [, does] = mishaps.find(([kind]) => faults.strikes(kind, letter.kind, paymentOf(letter))) ?? [];
      return does && { does, ms: chance.between(2000, 900_000) };
    },
  };
  const account = { region: 'eu', environment: 'playground', username: 'K123', password: chance.uuid() } as const;
  const desk = emulatorCore({
    now: () => new Date(clock.now() + skew),
    transport,
    url: () => 'https://klarna.example',
    credentials: { username: account.username, password: account.password },
    limits: chance.one(0.3) ? 'playground' : 'none',
  });

  const noAnswer = async () => {
    await clock.sleep(clientTimeout);
    throw new Error('no answer from Klarna (simulated)');
  };
  type About = { about: string; of: string | undefined };
  /** What keeps a request from arriving. */
  const kept = ({ about, of }: About): KlarnaAnswer | 'none' | undefined => {
    if (faults.isDown('Klarna down')) return 'none';
    if (faults.strikes('Klarna answers 429', about, of)) return { status: 429, headers: { 'x-ratelimit-reset': '1' } };
    if (faults.strikes('Klarna answers 5xx', about, of)) return { status: chance.pick([500, 502, 503]) };
    return faults.strikes('Klarna times out', about, of) ? 'none' : undefined;
  };
  const answered = async (asked: Asked, about: About): Promise<KlarnaAnswer> => {
    const answer = kept(about) ?? desk.answer(asked);
    if (answer === 'none') return noAnswer();
    if (!faults.strikes('Klarna answer lost', about.about, about.of)) return answer;
    return chance.one(0.5) ? noAnswer() : { status: 503 };
  };
  const fetchOf =
    (process: Process): typeof fetch =>
    async (url, { method = 'GET', headers, body } = {}) => {
      const path = `/${String(url).split('/').slice(3).join('/')}`;
      const about = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')}`;
      const asked = { method, path, headers: Object(headers), text: String(body ?? '') };
      const answer = await process.reach(about, () => answered(asked, { about, of: process.about }));
      return responseOf(answer);
    };
  return {
    account,
    desk,
    skew,
    letters,
    fetch: fetchOf,
  };
}

type Asked = { method: string; path: string; headers: Record<string, string>; text: string };

function responseOf({ status, headers, body }: KlarnaAnswer): Response {
  const text = body === undefined ? '' : JSON.stringify(body);
  return Object.assign(Object.create(null), { status, headers: new Headers(headers), text: async () => text });
}
