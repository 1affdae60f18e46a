import type { RunContext } from '../../deterministic/run-context.ts';
import { endpointOf } from './endpoints.ts';
import { type Core, type HttpRequest, type NetworkAnswer, refusal, type Subject } from './network-answer.ts';

const second = 1000;

const refusals: Record<string, string> = { capture: 'CAPTURE_NOT_ALLOWED', refund: 'REFUND_NOT_ALLOWED' };

/** Klarna loses its answer to a write and does the work seconds later. Meanwhile repeats meet a conflict or a refusal. */
export function lateExecution({ clock, chance, faults }: RunContext, core: Core) {
  const atWork = new Map<string, 'conflict' | 'refusal' | 'none'>();
  const keyOf = ({ path, headers }: HttpRequest) => `${path} ${headers['klarna-idempotency-key'] ?? ''}`;

  const whileAtWork = (request: HttpRequest, { about, payment }: Subject): NetworkAnswer | undefined => {
    const gives = atWork.get(keyOf(request));
    if (!gives || gives === 'none') return gives;
    faults.note(gives === 'conflict' ? 'conflict while at work' : 'refused while at work', about, payment);
    if (gives === 'conflict') return refusal(409, 'CONFLICT');
    return refusal(403, refusals[endpointOf(request) ?? ''] ?? 'NOT_ALLOWED');
  };
  return (request: HttpRequest, subject: Subject): NetworkAnswer | undefined => {
    if (request.method === 'GET' || endpointOf(request) === 'create sessions') return undefined;
    const busy = whileAtWork(request, subject);
    if (busy) return busy;
    if (!faults.strikes('executed late', subject.about, subject.payment)) return undefined;
    atWork.set(keyOf(request), chance.pick(['conflict', 'refusal', 'none']));
    clock.at(clock.now() + chance.between(second, 20 * second), () => {
      atWork.delete(keyOf(request));
      core.answer(request);
    });
    return chance.happens(0.5) ? 'none' : { status: 503 };
  };
}
