/** Who changes something, and in which request. */
export interface Change {
  readonly tenant: string;
  readonly actor: string;
  readonly requestId: string;
}
