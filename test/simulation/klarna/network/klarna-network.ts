import { merchantReference } from '../../../../emulator/requests/merchant-reference.ts';
import { jsonBody } from '../../../../emulator/requests/request.ts';
import type { KlarnaAnswer } from '../../../../emulator/state.ts';
import type { RunContext } from '../../deterministic/run-context.ts';
import type { klarnaDocuments } from './documents.ts';
import { endpointOf, idIn } from './endpoints.ts';
import { failingEndpoint } from './failing-endpoint.ts';
import { gatewayPage } from './gateway-pages.ts';
import { laggingReads } from './lagging-reads.ts';
import { lateExecution } from './late-execution.ts';
import { type Core, type HttpRequest, type NetworkAnswer, refusal, type Subject } from './network-answer.ts';

/** How long our client waits for Klarna's answer (lambdas/klarna/client/client.ts), milliseconds. */
const clientTimeout = 4000;

type Documents = ReturnType<typeof klarnaDocuments>;

/** The way of a request to Klarna and of the answer back, with everything that goes wrong on it. */
export function klarnaNetwork(run: RunContext, { core, documents }: { core: Core; documents: Documents }) {
  const { clock, chance, faults } = run;
  const failing = failingEndpoint(run, core);
  const lagging = laggingReads(run, core);
  const late = lateExecution(run, core);
  const isOurs = accountCheck(core);

  const noAnswer = async () => {
    await clock.sleep(clientTimeout);
    throw new Error('no answer from Klarna (simulated)');
  };
  /** The answer of a request that does not reach Klarna; undefined when the request gets there. */
  const failedAnswer = ({ about, payment }: Subject): NetworkAnswer | undefined => {
    if (faults.isDown('Klarna down')) return 'none';
    if (faults.strikes('Klarna answers 429', about, payment))
      return { status: 429, headers: { 'x-ratelimit-reset': '1' } };
    if (faults.strikes('Klarna answers 5xx', about, payment)) return { status: chance.pick([500, 502, 503]) };
    return faults.strikes('Klarna times out', about, payment) ? 'none' : undefined;
  };
  const page = (request: HttpRequest, { about, payment }: Subject): NetworkAnswer | undefined => {
    if (!faults.strikes('gateway page', about, payment)) return undefined;
    if (chance.happens(0.3)) core.answer(request);
    return gatewayPage(chance, request);
  };
  /** Klarna's own refusal, which may also meet the first of several authorizations of a shopper. */
  const refused = (request: HttpRequest, { about, payment }: Subject): NetworkAnswer | undefined => {
    const endpoint = endpointOf(request);
    if (endpoint === 'create customer token' && faults.counts['authorized again'] > 0 && chance.happens(0.3)) {
      faults.note('refused by Klarna', about, payment);
      return refusal(403, 'NOT_ALLOWED');
    }
    const mayBeRefused =
      endpoint === 'create customer token' || (endpoint === 'create sessions' && chance.happens(0.15));
    if (!mayBeRefused || !faults.strikes('refused by Klarna', about, payment)) return undefined;
    return refusal(403, 'NOT_ALLOWED');
  };
  const klarnaAnswer = (request: HttpRequest): NetworkAnswer => {
    const answer = isOurs(request) ? core.answer(request) : refusal(404, 'NOT_FOUND');
    if (request.method === 'POST') lagging.remember(idIn(request.path));
    return answer;
  };
  const answerTo = async (request: HttpRequest, subject: Subject): Promise<Exclude<NetworkAnswer, 'none'>> => {
    const answer =
      failedAnswer(subject) ??
      failing.answer(request, subject) ??
      page(request, subject) ??
      refused(request, subject) ??
      late(request, subject) ??
      lagging.answer(request, subject) ??
      klarnaAnswer(request);
    if (answer === 'none') return noAnswer();
    if (!faults.strikes('Klarna answer lost', subject.about, subject.payment)) return written(request, answer);
    return chance.happens(0.5) ? noAnswer() : { status: 503 };
  };
  const written = ({ path }: HttpRequest, answer: KlarnaAnswer & { text?: string }) =>
    answer.body ? { ...answer, body: documents.written(path, answer.body) } : answer;
  return { answerTo, outages: failing.outages, lagging };
}

/** True for a request with the credentials of the merchant whose payment it is about: Klarna shows it to no other. */
function accountCheck({ state }: Core) {
  const owners = new Map<string, string | undefined>();
  return (request: HttpRequest): boolean => {
    const reference = merchantReference(state, { path: request.path, body: jsonBody(request) });
    if (!reference) return true;
    const { authorization } = request.headers;
    if (!owners.has(reference)) owners.set(reference, authorization);
    return owners.get(reference) === authorization;
  };
}
