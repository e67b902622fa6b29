/** Another job is at work that this one must not overlap with, and did not end in time. */
export class Busy extends Error {
  /** @param what is in the way */
  constructor(what: string) {
    super(`${what}: that has to end first`);
    this.name = 'Busy';
  }
}
