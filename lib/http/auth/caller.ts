/** Who asks: the tenant whose data it is, and the actor who acts. */
export interface Caller {
  readonly tenant: string;
  readonly actor: string;
  /** Those of ours, and whatever else the issuer granted. */
  readonly scopes: ReadonlySet<string>;
}
