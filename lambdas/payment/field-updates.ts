import { newest, present } from './facts.ts';
import { isAnswered } from './claims.ts';
import type { OrderAsRead, Payment, Report } from './payment.ts';
import { judge } from './stages.ts';

export type Session = NonNullable<Payment['session']>;

/** How the reported stage lies to the held one; undefined where the word moves no payment. */
export function stageTold({ stage: held }: Payment, { says }: Report) {
  const reported = says?.means.stage;
  return reported && { reported, lies: judge({ held, reported }) };
}

export function stageAfter(payment: Payment, report: Report) {
  const told = stageTold(payment, report);
  return told?.lies === 'ahead' ? told.reported : payment.stage;
}

export const sessionTold = ({ says, at }: Report): Session | undefined =>
  says?.register === 'session' ? { word: says.pspStatus, at, final: says.means.final } : undefined;

export function sessionAfter({ session: held }: Payment, report: Report): Session | undefined {
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

/** The order as it was read last. */
export const orderAfter = ({ order }: Payment, report: Report): OrderAsRead | undefined => newest(order, report.order);

/** True when both say the same of the order, whenever they were read. */
export const saysTheSame = (a?: OrderAsRead, b?: OrderAsRead): boolean =>
  JSON.stringify(present({ ...a, at: '' })) === JSON.stringify(present({ ...b, at: '' }));

export function looksAfter({ looks }: Payment, { look, heardAt }: Report): Payment['looks'] {
  if (!look || (looks[look] ?? '') >= heardAt) return looks;
  return { ...looks, [look]: heardAt };
}

export function hintedAfter({ hinted: held }: Payment, { hint, heardAt }: Report): Payment['hinted'] {
  const told = hint && { order_id: hint, heardAt };
  return told && (!held || `${heardAt} ${hint}` > `${held.heardAt} ${held.order_id}`) ? told : held;
}

/** A token that arrives has an hour: it does not wait for the end of a pause. */
export const setbacksAfter = ({ facts, setbacks }: Payment, report: Report): Payment['setbacks'] =>
  report.facts.authorizations?.some(
    ({ sealed, fingerprint }) => sealed && !facts.authorizations?.some((held) => held.fingerprint === fingerprint),
  )
    ? undefined
    : setbacks;

/** Klarna's answer under the operation that asked for it. One that nobody remembers to have asked is kept as well. */
export function operationsAfter({ operations }: Payment, { operation, says, heardAt }: Report): Payment['operations'] {
  if (!operation || !says) return operations;
  const { state, code } = says.means;
  const result = { pspStatus: says.pspStatus, state, code, at: heardAt };
  const known = operations.find(({ id }) => id === operation.id);
  const finished = { fingerprint: '', askedAt: heardAt, ...known, ...operation, result };
  return known ? operations.map((each) => (each === known ? finished : each)) : [...operations, finished];
}

/** What is kept of the asking itself, whatever it taught; the very payment when it was no answer of Klarna's to us. */
export function answered(payment: Payment, { read, verifiedBy }: Report): Payment {
  const heardFrom = verifiedBy === 'read_back' && payment.setbacks ? { ...payment, setbacks: undefined } : payment;
  if (!read || (payment.reads[read.look] ?? '') >= read.began) return heardFrom;
  return { ...heardFrom, reads: { ...payment.reads, [read.look]: read.began } };
}

/** Heard before, or an answer to an operation that is already answered. */
export const isRepeat = (payment: Payment, { id, operation }: Report): boolean =>
  payment.heard.some((heard) => heard.id === id) || (operation !== undefined && isAnswered(payment, operation.id));
