/** What was restored is not what the live stores had. */
export class Differences extends Error {
  constructor(count: number, examples: readonly string[]) {
    super(`${count} differences, such as ${examples.join('; ')}`);
    this.name = 'Differences';
  }
}
