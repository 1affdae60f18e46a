import { contradicts, merge } from './facts.ts';
import { type Change, limits, type Outcome, type Payment, type Report } from './payment.ts';
import { judge } from './stages.ts';

/**
 * The law: what one telling does to one payment. Any order and any repeats of the same tellings end in the same
 * stage, session and facts. The payment itself comes back, the very object, when there is nothing to keep.
 */
export function hear(payment: Payment, report: Report): [Payment, Outcome] {
  if (payment.heard.some(({ id }) => id === report.id)) return [payment, 'duplicate'];
  if (isConflict(payment, report)) return [remember(keepApart(payment, report), report, 'conflict'), 'conflict'];
  const told: Payment = {
    ...payment,
    stage: stageAfter(payment, report),
    session: sessionAfter(payment, report),
    facts: merge(payment.facts, report.facts),
    looks: looksAfter(payment, report),
    hinted: hintedAfter(payment, report),
  };
  const outcome = weigh(payment, told, report);
  if (outcome === 'duplicate') return [payment, outcome];
  return [remember(keep({ before: payment, after: told, report, outcome }), report, outcome), outcome];
}

type Move = { before: Payment; after: Payment; report: Report; outcome: Outcome };
type Session = NonNullable<Payment['session']>;

function isConflict(payment: Payment, report: Report): boolean {
  const told = sessionTold(report);
  const twoEnds = told?.final && payment.session?.final && told.word !== payment.session.word;
  return twoEnds || stageTold(payment, report)?.lies === 'apart' || contradicts(payment.facts, report.facts);
}

/** How the reported stage lies to the held one; undefined where the word moves no payment. */
function stageTold({ stage: held }: Payment, { says }: Report) {
  const reported = says?.means.stage;
  return reported && { reported, lies: judge({ held, reported }) };
}

function stageAfter(payment: Payment, report: Report) {
  const told = stageTold(payment, report);
  return told?.lies === 'ahead' ? told.reported : payment.stage;
}

const sessionTold = ({ says, at }: Report): Session | undefined =>
  says?.register === 'session' ? { word: says.pspStatus, at, final: says.means.final } : undefined;

function sessionAfter({ session: held }: Payment, report: Report): Session | undefined {
  const told = sessionTold(report);
  if (!held || !told) return told ?? held;
  return outranks(told, held) ? told : held;
}

/** A final word beats the others whatever its time, and dates from its first telling; among the others the last counts. */
function outranks(told: Session, held: Session): boolean {
  if (told.final !== held.final) return told.final;
  return told.final ? told.at < held.at : dated(told) > dated(held);
}

const dated = ({ at, word }: Session) => `${at} ${word}`;

function looksAfter({ looks }: Payment, { look, heardAt }: Report): Payment['looks'] {
  if (!look || (looks[look] ?? '') >= heardAt) return looks;
  return { ...looks, [look]: heardAt };
}

function hintedAfter({ hinted: held }: Payment, { hint, heardAt }: Report): Payment['hinted'] {
  const told = hint && { order_id: hint, heardAt };
  return told && (!held || `${heardAt} ${hint}` > `${held.heardAt} ${held.order_id}`) ? told : held;
}

function weigh(before: Payment, after: Payment, report: Report): Outcome {
  const told = sessionTold(report);
  if (after.stage !== before.stage) return 'advanced';
  if (after.session?.word !== before.session?.word && told)
    return told.final || hasRoom(before) ? 'advanced' : 'unpublished';
  if (stageTold(before, report)?.lies === 'behind' || trails(before, told)) return 'late';
  const same = (['session', 'facts', 'looks', 'hinted'] as const).every((kept) => after[kept] === before[kept]);
  return same ? 'duplicate' : 'noted';
}

const trails = ({ session: held }: Payment, told: Session | undefined) =>
  told && held && !told.final && (held.final || told.at < held.at);

/** Stage moves and final words are always published, there are few of them; other words while the history has room. */
const hasRoom = ({ changes }: Payment) => changes.length < limits.changes;

function keep({ before, after, report, outcome }: Move): Payment {
  if (outcome === 'unpublished') return { ...after, unpublished: after.unpublished + 1 };
  if (outcome !== 'advanced' || !report.says) return after;
  const { pspStatus, means } = report.says;
  const { state, code, final } = means;
  const sequence = before.changes.length + 1;
  const change: Change = {
    id: `${before.id}.${sequence}`,
    paymentId: before.id,
    sequence,
    stage: { from: before.stage, to: after.stage },
    pspStatus,
    state,
    code,
    final,
    at: report.at,
    observedAt: report.heardAt,
    observedVia: report.source,
    verifiedBy: report.verifiedBy,
  };
  return { ...after, changes: [...after.changes, change] };
}

/** A contradiction moves nothing; Klarna is asked what is true. */
function keepApart(payment: Payment, report: Report): Payment {
  const look = payment.facts.order_id ? 'order' : 'session';
  return {
    ...payment,
    conflicts: [...payment.conflicts, report].slice(0, limits.conflicts),
    looks: looksAfter(payment, { ...report, look }),
  };
}

function remember(payment: Payment, { id, source, word, at, heardAt }: Report, outcome: Outcome): Payment {
  return { ...payment, heard: [...payment.heard, { id, source, word, at, heardAt, outcome }].slice(-limits.heard) };
}
