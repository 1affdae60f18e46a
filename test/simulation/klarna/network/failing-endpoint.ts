import type { RunContext } from '../../deterministic/run-context.ts';
import { type EndpointName, endpointNames, isRequestTo } from './endpoints.ts';
import { gatewayPage } from './gateway-pages.ts';
import type { Core, HttpRequest, NetworkAnswer, Subject } from './network-answer.ts';

const minute = 60_000;
const hour = 60 * minute;

const frequent = ['read order', 'capture', 'refund', 'read hosted session'] as const;

/** `from` to `until`: the endpoint does not answer. */
type EndpointOutage = { endpoint: EndpointName; from: number; until: number };

/**
 * One endpoint of Klarna fails for minutes to days while the others answer. It begins with one of the first requests to it, or at a
 * moment; the request that begins it may be executed without an answer. It outlasts the end of the other troubles.
 */
export function failingEndpoint({ clock, chance, faults }: RunContext, core: Core) {
  const outages: EndpointOutage[] = [];
  const endpoint = chance.pick([...frequent, ...endpointNames]);
  const isPlanned = faults.strikes('endpoint down', endpoint);
  const requestsBefore = chance.pick([0, 0, 0, 1, 1, 2, 4]);
  const notBefore = clock.now() + chance.pick([0, 0, 30 * minute, 3 * hour]);
  const length = lengthOf(chance, endpoint);
  const answers = chance.pick(['503', 'none', 'none', 'page'] as const);
  const executes = chance.pick(['never', 'first', 'always'] as const);
  let seen = 0;

  const fail = (request: HttpRequest, isFirst: boolean): NetworkAnswer => {
    if (executes === 'always' || (executes === 'first' && isFirst)) core.answer(request);
    if (answers === '503') return { status: 503 };
    return answers === 'none' ? 'none' : gatewayPage(chance, request);
  };
  const begins = (): boolean => clock.now() >= notBefore && seen++ >= requestsBefore;
  const begin = ({ about }: Subject) => {
    outages.push({ endpoint, from: clock.now(), until: clock.now() + length });
    faults.note('endpoint down', `${about}, ${answers} for ${Math.round(length / minute)} min`);
  };
  /** The answer in the place of Klarna's; undefined where Klarna answers. */
  const answer = (request: HttpRequest, subject: Subject): NetworkAnswer | undefined => {
    if (!isPlanned || !isRequestTo(endpoint, request)) return undefined;
    const [outage] = outages;
    if (outage) return clock.now() < outage.until ? fail(request, false) : undefined;
    if (!begins()) return undefined;
    begin(subject);
    return fail(request, true);
  };
  return { answer, outages };
}

/** Usually within the day; now and then longer than an authorization, a key or a session lives. */
function lengthOf({ happens, between }: RunContext['chance'], endpoint: EndpointName): number {
  if (endpoint === 'read hosted session' && happens(0.3)) return between(45 * hour, 48 * hour);
  if (happens(0.55)) return between(10 * minute, 8 * hour);
  if (happens(0.8)) return between(23 * hour, 31 * hour);
  return happens(0.5) ? between(46 * hour, 49 * hour) : between(98 * hour, 110 * hour);
}
