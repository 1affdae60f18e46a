import { defineConfig } from 'vitest/config';

/** What Stryker runs per mutant: the tests of the law and of the table; no properties, no engine, no synthesis. */
export default defineConfig({
  test: {
    include: [
      'test/lambdas/payment/**/*.test.ts',
      'test/lambdas/klarna/inbound/statuses.test.ts',
      'test/docs/states.test.ts',
    ],
    expect: { requireAssertions: true },
  },
});
