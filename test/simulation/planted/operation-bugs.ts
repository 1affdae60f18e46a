import type { PlantedBug } from './planted-bug.ts';

/** Bugs in the requests to Klarna, in what its answers mean, and in the requests of the merchant. */
export const operationBugs: readonly PlantedBug[] = [
  {
    name: 'a page of a gateway counts as a refusal of Klarna',
    file: 'lambdas/klarna/client/failures.ts',
    replace: 'code === undefined || status < 400',
    by: 'status < 400',
    seed: 25,
  },
  {
    name: 'all that is left of an order that does not show it is 0',
    file: 'lambdas/flows/operate.ts',
    replace: 'const left = amountLeft(kind, order);',
    by: `const left = amountLeft(kind, order);
  if (kind === 'capture' && request.amount === undefined) return { amount: order.remaining_authorized_amount ?? 0 };`,
    seed: 27,
  },
  {
    name: 'what is not found by its reference was not done',
    file: 'lambdas/flows/operation-trace.ts',
    replace: "return total === answered.reduce((sum, { amount = 0 }) => sum + amount, 0) ? 'not done' : 'unknown';",
    by: "return 'not done';",
    seed: 1016,
  },
  {
    name: 'an extension without an answer is requested once more after its key was forgotten',
    file: 'lambdas/flows/operation-trace.ts',
    replace: 'return extensionTrace(order, traced);',
    by: "return 'not done';",
    seed: 1321,
  },
  {
    name: 'an operation whose request is lost is unknown without a look at Klarna',
    file: 'lambdas/flows/finish-operation.ts',
    replace: 'const { reports } = await lookFor(ports, unsent);',
    by: 'const reports: Reports = [unknownReport(unsent.operation, { observedAt: ports.now().toISOString() })];',
    seed: 107,
  },
  {
    name: 'a refusal is believed while an earlier attempt of the call may be at work',
    file: 'lambdas/klarna/client/failures.ts',
    replace: ' && !mayBeAtWork(request, earlier)',
    by: '',
    seed: 480,
  },
  {
    name: 'a refusal is believed while an earlier call may be at work',
    file: 'lambdas/flows/ask-again.ts',
    replace: "if ('error' in answer && isDoubtful) throw answer.error.doubted();",
    by: '',
    seed: 480,
  },
  {
    name: 'a request that is too large for an item is kept all the same',
    file: 'lambdas/aws/kept-requests.ts',
    replace: "if (sealed.length > largest) return 'too large';",
    by: '',
    seed: 45,
  },
  {
    name: 'a request with its fields in another order is another request',
    file: 'lambdas/handlers/http/merchant-requests.ts',
    replace: 'shortHash(canonicalJson(request))',
    by: 'shortHash(request)',
    seed: 28,
  },
  {
    name: 'an idempotency key outside of ASCII is refused',
    file: 'lambdas/handlers/http/merchant-requests.ts',
    replace: '(keyPattern.test(key) && key.isWellFormed())',
    by: '/^[\\x20-\\x7e]{1,255}$/.test(key)',
    seed: 1,
  },
];
