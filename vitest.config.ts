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

const folders = 'api|cdk|emulator|events|lambdas|scenarios|stories';
const mocking = 'aws|dependencies|handlers/http'; // folders of lambdas whose tests replace modules or clients of AWS
/** These tests leave nothing behind: one process runs many of their files and loads their modules once. */
const sharing = [`test/@(${folders})/**/*.test.ts`];
const alone = [`test/!(${folders})/**/*.test.ts`, 'test/*.test.ts', `test/lambdas/@(${mocking})/*.test.ts`];

export default defineConfig({
  resolve: { alias: ownSources },
  test: {
    projects: [
      { extends: true, test: { name: 'sharing', include: sharing, exclude: alone, isolate: false } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
    maxWorkers: '100%', // Vitest leaves a core free: of two cores that is half
    globalSetup: ['test/support/engines/shared-engine.ts', 'test/support/engines/cdk-output.ts'],
    reporters: ['default', summary],
    expect: { requireAssertions: true },
    testTimeout: 90_000, // ends a test that hangs; the slowest takes ten seconds, on a busy machine thirty
    hookTimeout: 120_000,
  },
});
