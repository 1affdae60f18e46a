import type { Reporter, TestCase } from 'vitest/node';

/** Names what was skipped, and ends with a plain `N passed, N failed` for readers that know no test runner's summary. */
export default {
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const having = (state: string) => tests.filter((test) => test.result().state === state);
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = groups.filter((group) => group.errors().length > 0).length; // no test of theirs has failed: none ran
    const failed = having('failed').length + having('pending').length + broken + unhandled.length;
    const skipped = having('skipped');
    for (const name of new Set(skipped.map(nameOf))) console.log(`skipped: ${name}`);
    console.log(
      `${having('passed').length} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
    );
  },
} satisfies Reporter;

/** Of the group, where it was the group that was skipped: its name says why. */
const nameOf = ({ parent, fullName }: TestCase) =>
  parent.type === 'suite' && parent.options.mode === 'skip' ? parent.fullName : fullName;
