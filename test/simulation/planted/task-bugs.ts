import type { PlantedBug } from './planted-bug.ts';

/** Bugs in what is due when, and in what a read of Klarna means. */
export const taskBugs: readonly PlantedBug[] = [
  {
    name: 'one failing task starves the later ones of its payment',
    file: 'lambdas/payment/tasks/klarna-tasks.ts',
    replace: 'return all.flatMap((task) => {',
    by: `const first = all.reduce((a, b) => (a && a.dueAt <= b.dueAt ? a : b), undefined);
  return (first ? [first] : []).flatMap((task) => {`,
    seed: 13,
  },
  {
    name: 'only a pending order is read by the clock',
    file: 'lambdas/payment/tasks/order-reads.ts',
    replace: "[...stopReads(read, last), ...(read.stage === 'pending' ? pendingReads(read, last) : watch(read, last))]",
    by: "read.stage === 'pending' ? pendingReads(read, last) : []",
    seed: 162,
  },
  {
    name: 'a known order is given up after half an hour of 404',
    file: 'lambdas/flows/tasks/read-back.ts',
    replace: `throw answer.error;
  return saveReports(ports, payment, orderReport(payment, answer.value, times));`,
    by: `{
    if (answer.error.status !== 404 || (payment.backoffs['read order']?.count ?? 0) < 6) throw answer.error;
    const { settlesHint, ...report } = foreignOrder(id, times);
    return saveReports(ports, payment, { ...report, read: { target: 'order', ...times } });
  }
  return saveReports(ports, payment, orderReport(payment, answer.value, times));`,
    seed: 69,
  },
  {
    name: 'a hinted order that cannot be read yet is dropped',
    file: 'lambdas/flows/tasks/read-back.ts',
    replace: `throw answer.error;
  const isForeign`,
    by: `{
    if (answer.error.status !== 404) throw answer.error;
    return saveReports(ports, payment, foreignOrder(order_id, times));
  }
  const isForeign`,
    seed: 30,
  },
  {
    name: 'a session without an end has expired with its first 404',
    file: 'lambdas/flows/tasks/read-back.ts',
    replace: 'observedAt > sessionEnd(payment)',
    by: "observedAt > (payment.facts.expires_at ?? '')",
    seed: 125,
  },
  {
    name: 'a customer token is requested once per payment',
    file: 'lambdas/payment/tasks/token-tasks.ts',
    replace: "!isTried('customer_token')",
    by: "!spending.some(({ kind }) => kind === 'customer_token')",
    seed: 749,
  },
  {
    name: 'an authorization that ran out unused ends nothing',
    file: 'lambdas/payment/tasks/token-tasks.ts',
    replace: 'return token ? [useOf(payment, token)] : conclusion(payment);',
    by: 'return token ? [useOf(payment, token)] : [];',
    seed: 234,
  },
  {
    name: 'a payment whose session Klarna refused does not end',
    file: 'lambdas/payment/tasks/session-tasks.ts',
    replace: "if (!session || session.result?.state === 'SUCCESS') return [];",
    by: 'if (!session || session.result) return [];',
    seed: 85,
  },
  {
    name: 'two runs that meet count one warning twice',
    file: 'lambdas/flows/tasks/run-tasks.ts',
    replace: 'return [after, changesAdded(before, after)];',
    by: 'return [after, after.changes.slice(known.changes.length).filter(({ observedAt }) => observedAt === at)];',
    seed: 9,
  },
  {
    name: 'reads and the requests for them are compared by the clocks of different functions',
    file: 'lambdas/payment/tasks/order-reads.ts',
    replace: 'request && request.version > (lastReads[target]?.version ?? -1)',
    by: "request && request.at >= (lastReads[target]?.at ?? '')",
    seed: 566,
  },
];
