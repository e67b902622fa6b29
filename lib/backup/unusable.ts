/** A backup, or the place that it is to be restored into, is not as it has to be. Nothing was changed. */
export class Unusable extends Error {
  /** What to do about it. */
  readonly remedy: string;

  constructor(fault: string, remedy: string, cause?: unknown) {
    super(fault, { cause });
    this.name = 'Unusable';
    this.remedy = remedy;
  }
}
