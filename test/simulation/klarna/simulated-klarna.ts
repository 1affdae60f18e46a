import type { Mishap } from '../../../emulator/callbacks/mishaps.ts';
import type { OutgoingCallback } from '../../../emulator/callbacks/outgoing-callback.ts';
import type { CallbackTransport } from '../../../emulator/callbacks/transport.ts';
import { emulatorCore } from '../../../emulator/core.ts';
import type { KlarnaAnswer } from '../../../emulator/state.ts';
import type { Process } from '../aws/process.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { FaultKind } from '../trouble/fault-kinds.ts';

export type DeliverCallback = CallbackTransport['post'];

/** How long our client waits for Klarna's answer (lambdas/klarna/client/client.ts), milliseconds. */
const clientTimeout = 4000;

const mishaps: [FaultKind, Mishap['does']][] = [
  ['callback lost', 'lose'],
  ['callback delayed', 'delay'],
  ['callback doubled', 'double'],
  ['callbacks reordered', 'reorder'],
  ['callback emptied', 'empty'],
];

/** The payment that a callback is about, from its URL. */
export const paymentOfCallback = ({ url }: Pick<OutgoingCallback, 'url'>): string => url.split('/')[5] ?? '';

export type SimulatedKlarna = ReturnType<typeof simulatedKlarna>;

/** The emulated Klarna in this process, with a clock of its own, behind a network that loses requests and answers. */
export function simulatedKlarna(run: RunContext, deliver: DeliverCallback) {
  const { clock, chance, faults } = run;
  const skew = !faults.isOver() && chance.happens(0.5) ? chance.between(-120_000, 120_000) : 0;
  if (skew !== 0) faults.note('clock skew', `Klarna's clock is ${skew} ms ahead of ours`);
  const callbacks: { callback: OutgoingCallback; at: number }[] = [];
  const transport: CallbackTransport = {
    post: deliver,
    wait: clock.sleep,
    stop: () => {},
    mishap: (callback) => {
      callbacks.push({ callback, at: clock.now() });
      const [, does] = mishaps.find(([kind]) => faults.strikes(kind, callback.kind, paymentOfCallback(callback))) ?? [];
      return does && { does, ms: chance.between(2000, 900_000) };
    },
  };
  const account = { region: 'eu', environment: 'playground', username: 'K123', password: chance.uuid() } as const;
  const core = emulatorCore({
    now: () => new Date(clock.now() + skew),
    transport,
    url: () => 'https://klarna.example',
    credentials: { username: account.username, password: account.password },
    limits: chance.happens(0.3) ? 'playground' : 'none',
  });

  const noAnswer = async () => {
    await clock.sleep(clientTimeout);
    throw new Error('no answer from Klarna (simulated)');
  };
  /** The answer of a request that does not reach Klarna; undefined when the request gets there. */
  const failedAnswer = ({ about, payment }: Subject): KlarnaAnswer | 'none' | undefined => {
    if (faults.isDown('Klarna down')) return 'none';
    if (faults.strikes('Klarna answers 429', about, payment))
      return { status: 429, headers: { 'x-ratelimit-reset': '1' } };
    if (faults.strikes('Klarna answers 5xx', about, payment)) return { status: chance.pick([500, 502, 503]) };
    return faults.strikes('Klarna times out', about, payment) ? 'none' : undefined;
  };
  const answerTo = async (request: HttpRequest, subject: Subject): Promise<KlarnaAnswer> => {
    const answer = failedAnswer(subject) ?? core.answer(request);
    if (answer === 'none') return noAnswer();
    if (!faults.strikes('Klarna answer lost', subject.about, subject.payment)) return answer;
    return chance.happens(0.5) ? noAnswer() : { status: 503 };
  };
  const fetchOf =
    (process: Process): typeof fetch =>
    async (url, { method = 'GET', headers, body } = {}) => {
      const path = `/${String(url).split('/').slice(3).join('/')}`;
      const about = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')}`;
      const request = { method, path, headers: Object(headers), text: String(body ?? '') };
      const answer = await process.reach(about, () => answerTo(request, { about, payment: process.payment }));
      return responseOf(answer);
    };
  return { account, core, callbacks, fetch: fetchOf };
}

type Subject = { about: string; payment: string | undefined };
type HttpRequest = { method: string; path: string; headers: Record<string, string>; text: string };

function responseOf({ status, headers, body }: KlarnaAnswer): Response {
  const text = body === undefined ? '' : JSON.stringify(body);
  return Object.assign(Object.create(null), { status, headers: new Headers(headers), text: async () => text });
}
