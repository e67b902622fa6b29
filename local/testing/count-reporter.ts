/** Vitest's own report, and after it, as the last line, the count in plain words. */
import { DefaultReporter, type TestModule } from 'vitest/node';
import { closingLine } from './closing-line.ts';

export class CountReporter extends DefaultReporter {
  override onTestRunEnd(...[modules, errors, reason]: Parameters<DefaultReporter['onTestRunEnd']>): void {
    super.onTestRunEnd(modules, errors, reason);
    const count = countTests(modules);
    const broken = modules.filter(module => module.state() === 'failed' && module.errors().length > 0).length;
    const failed = count.failed + broken + errors.length;
    const unfinished = reason === 'interrupted' && failed === 0 ? 1 : 0;
    process.stdout.write(`${closingLine({ ...count, failed: failed + unfinished })}\n`);
  }
}

function countTests(modules: readonly TestModule[]): { passed: number; failed: number; skipped: number } {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed') count[state]++;
      else count.skipped++;
    }
  }
  return count;
}
