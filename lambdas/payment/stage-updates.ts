import type { Payment } from './payment.ts';
import type { Report } from './report.ts';
import { compareStages, isEnd, type Stage } from './stages.ts';

export type Session = NonNullable<Payment['session']>;

/** The reported stage and how it compares with the held one; undefined where the report moves no stage. */
export function reportedStage(payment: Payment, { statement, order: read }: Report) {
  if (!statement?.meaning.stage) return undefined;
  const claim: Claim = { statement, read, reported: statement.meaning.stage };
  if (isMoot(payment, claim)) return undefined;
  const { reported } = claim;
  const held = comparableStage(payment, claim);
  const comparison = compareStages({ held, reported });
  const leavesEnd = comparison === 'ahead' && isEnd(held) && !read; // only an order leads on from an end
  return { reported, comparison: leavesEnd ? ('unreachable' as const) : comparison };
}

/** A stage that a report claims, with what it rests on. */
type Claim = { statement: NonNullable<Report['statement']>; read: Report['order']; reported: Stage };

/**
 * Once an order is known, only the order itself ends the payment: the end of its session and the refusal of another
 * request do not. Our own conclusion that a session is gone says nothing against another end. A rejection of an order
 * that has ended moves nothing.
 */
function isMoot({ stage, facts, session, order }: Payment, { statement, read, reported }: Claim): boolean {
  if (read) return order !== undefined && reported === 'rejected' && isEnd(stage);
  if (facts.order_id !== undefined && isEnd(reported)) return true;
  return statement.pspStatus === gone && statement.about === 'session' && (session?.final === true || isEnd(stage));
}

/** Our own word for a session that Klarna does not show any longer. */
const gone = 'NOT_FOUND';

/**
 * The held stage. An end without an order is left when an order turns up, and our conclusion that a session is gone
 * when Klarna says how it ended, or why it made no order.
 */
function comparableStage({ stage, session, order, facts }: Payment, { statement, read, reported }: Claim): Stage {
  if (read && !order && isEnd(stage)) return 'authorized';
  const wasGone = stage === 'expired' && session?.word === gone && facts.order_id === undefined;
  const isFinal = statement.about === 'session' ? statement.meaning.final : isEnd(reported);
  return wasGone && !read && isFinal ? 'created' : stage;
}

export function stageAfter(payment: Payment, report: Report) {
  const stage = reportedStage(payment, report);
  return stage?.comparison === 'ahead' ? stage.reported : payment.stage;
}

export const reportedSession = ({ statement, at }: Report): Session | undefined =>
  statement?.about === 'session' ? { word: statement.pspStatus, at, final: statement.meaning.final } : undefined;

export function sessionAfter({ session: held }: Payment, report: Report): Session | undefined {
  const reported = reportedSession(report);
  if (!held || !reported) return reported ?? held;
  return outranks(reported, held) ? reported : held;
}

/**
 * A final word beats the others whatever its time, and Klarna's final word beats our conclusion that the session is
 * gone. A final word keeps the time of its first report; among the others the latest wins.
 */
function outranks(reported: Session, held: Session): boolean {
  if (reported.final !== held.final) return reported.final;
  if (reported.final && (reported.word === gone) !== (held.word === gone)) return held.word === gone;
  return reported.final ? reported.at < held.at : sortKey(reported) > sortKey(held);
}

const sortKey = ({ at, word }: Session) => `${at} ${word}`;

/** True when Klarna gave two different final words for one session. */
export function isSecondEnd({ session: held }: Payment, reported: Session | undefined): boolean {
  if (!held?.final || !reported?.final) return false;
  return held.word !== reported.word && held.word !== gone && reported.word !== gone;
}
