import { randomUUID } from 'node:crypto';

/** To a database that nobody else uses; it is made by the first write. */
export function ownDatabase(mongodbUrl: string): string {
  const url = new URL(mongodbUrl);
  url.pathname = `/test-${randomUUID()}`;
  return url.href;
}

/** To this address and no other: the driver would leave a gate aside for the address that the server gives itself. */
export function direct(mongodbUrl: string): string {
  const url = new URL(mongodbUrl);
  url.searchParams.set('directConnection', 'true');
  return url.href;
}
