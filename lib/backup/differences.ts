/** The stores do not tell the same of some tasks. */
export class Differences extends Error {
  constructor(count: number, examples: readonly string[]) {
    super(`${count} differences, such as ${examples.join('; ')}`);
    this.name = 'Differences';
  }
}
