import type { PlantedBug } from './planted-bug.ts';

/** Bugs in the flows, the tasks, the handlers and the client of Klarna. */
export const flowBugs: readonly PlantedBug[] = [
  {
    name: 'a run of tasks goes on with the payment as it was before the first task',
    file: 'lambdas/flows/tasks/run-tasks.ts',
    replace: 'payment = done.payment;',
    by: 'payment = { ...payment, version: done.payment.version };',
    seed: 1,
  },
  {
    name: 'an operation has another key each time it is requested',
    file: 'lambdas/flows/operate.ts',
    replace: 'idempotencyKey(command.payment, command.kind, command.key)',
    by: 'idempotencyKey(command.payment, command.kind, command.key, ports.now().toISOString())',
    seed: 1,
  },
  {
    name: 'Klarna receives no idempotency key',
    file: 'lambdas/klarna/client/call.ts',
    replace: "...(key && { 'klarna-idempotency-key': key }),",
    by: '',
    seed: 1,
  },
  {
    name: 'a charge has another key each time it is requested',
    file: 'lambdas/flows/finish-charge.ts',
    replace: 'key: operation.id }',
    by: 'key: operation.id + ports.now().getTime() }',
    seed: 2,
  },
  {
    name: 'the schedule finds no due payment',
    file: 'lambdas/handlers/run-due-tasks.ts',
    replace: 'await dependencies.due({ now: dependencies.now(), most })',
    by: '[]',
    seed: 1,
  },
  {
    name: 'a callback is answered before it is saved',
    file: 'lambdas/handlers/receive-callback.ts',
    replace: 'const [payment, outcome] = await record(store, id, report);',
    by: `const kept = record(store, id, report);
    void kept.catch(() => undefined);
    if (store) return { statusCode: 200 };
    const [payment, outcome] = await kept;`,
    seed: 1,
  },
  {
    name: 'a callback that could not be saved is answered 200',
    file: 'lambdas/handlers/receive-callback.ts',
    replace: 'const [payment, outcome] = await record(store, id, report);',
    by: `const kept = await record(store, id, report).catch(() => undefined);
    if (!kept) return { statusCode: 200 };
    const [payment, outcome] = kept;`,
    seed: 12,
  },
  {
    name: 'two requests at once show two pages',
    file: 'lambdas/flows/create-payment.ts',
    replace: 'if (before.redirect_url) return [before, before.redirect_url];',
    by: '',
    seed: 1,
  },
];
