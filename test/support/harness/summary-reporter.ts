import type { Reporter, TestCase } from 'vitest/node';

/** Lists the skipped tests and ends with a plain `N passed, N failed`, which any reader of the output understands. */
export default {
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const having = (state: string) => tests.filter((test) => test.result().state === state);
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = groups.filter((group) => group.errors().length > 0).length; // none of their tests failed, since none ran
    const failed = having('failed').length + having('pending').length + broken + unhandled.length;
    const skipped = having('skipped');
    for (const name of new Set(skipped.map(nameOf))) console.log(`skipped: ${name}`);
    console.log(
      `${having('passed').length} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
    );
  },
} satisfies Reporter;

/** The name of the test, or of its group if the group was skipped: that name says why. */
const nameOf = ({ parent, fullName }: TestCase) =>
  parent.type === 'suite' && parent.options.mode === 'skip' ? parent.fullName : fullName;
