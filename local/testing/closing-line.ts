/** The count of a test run in plain words, alone on its line. */
export function closingLine(count: { passed: number; failed: number; skipped: number }): string {
  const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
  return `${count.passed} passed, ${count.failed} failed${skipped}`;
}
