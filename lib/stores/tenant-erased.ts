/** The tenant's data was erased, and nothing more is written for it. */
export class TenantErased extends Error {
  constructor(cause: unknown) {
    super('the tenant is erased', { cause });
    this.name = 'TenantErased';
  }
}
