/** Another job is at work that this one must not overlap with, and did not end in time. */
export class Busy extends Error {
  constructor(holder: string) {
    super(`${holder}: it has to end first`);
    this.name = 'Busy';
  }
}
