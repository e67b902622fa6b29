/** Something happened that the promises do not allow. */
export class Violation extends Error {
  constructor(complaint: string) {
    super(complaint);
    this.name = 'Violation';
  }
}
