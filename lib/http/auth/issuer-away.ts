/** The issuer's keys cannot be had, and nothing can be said of a token: the caller may try again. */
export class IssuerAway extends Error {
  constructor(cause: unknown) {
    super('the issuer of tokens is out of reach', { cause });
    this.name = 'IssuerAway';
  }
}
