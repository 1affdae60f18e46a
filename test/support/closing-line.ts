import type { Reporter } from 'vitest/node';

/** Ends the run with one plain line, `N passed, N failed`, for readers that know no test runner's summary. */
export default {
  onTestRunEnd(modules, unhandled) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = groups.filter((group) => group.errors().length > 0).length; // no test of theirs has failed: none ran
    const failed = count('failed') + count('pending') + broken + unhandled.length;
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
    console.log(`${count('passed')} passed, ${failed} failed${skipped}`);
  },
} satisfies Reporter;
