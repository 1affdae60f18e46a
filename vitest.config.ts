import { defineConfig } from 'vitest/config';
import project from './package.json' with { type: 'json' };
import summary from './test/support/harness/summary-reporter.ts';

const sourceOf = (built: string) => built.replace(/^\.\/dist(\/.*)\.js$/, '$1.ts');

/** examples/ imports this package by its name, as users do: the tests give it the sources, not what was built last. */
const ownSources = Object.entries(project.exports).flatMap(([path, target]) =>
  typeof target === 'string'
    ? []
    : {
        find: new RegExp(`^klarna-relay${path.slice(1)}$`),
        replacement: import.meta.dirname + sourceOf(target.default),
      },
);

export default defineConfig({
  resolve: { alias: ownSources },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/engines/shared-engine.ts'],
    reporters: ['default', summary],
    expect: { requireAssertions: true },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
