/** What a connection to PostgreSQL says in its URL. */

/** With settings for the session, after those that the URL has already: of two, the last one counts. */
export function withOptions(databaseUrl: string, options: string): string {
  const url = new URL(databaseUrl);
  const own = url.searchParams.get('options');
  url.searchParams.set('options', own === null ? options : `${own} ${options}`);
  return written(url);
}

/**
 * For our driver, which takes `sslmode=require` for `verify-full` unless it is told to read it as PostgreSQL's own programs
 * do: encrypted, whoever signed the certificate.
 */
export function forDriver(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.searchParams.get('sslmode') !== 'require') return databaseUrl;
  url.searchParams.set('uselibpqcompat', 'true');
  return written(url);
}

/** What stands on a command line is seen by everybody on the machine: a password goes into the environment. */
export function withoutPassword(databaseUrl: string): { url: string; password: string | undefined } {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password) || url.searchParams.get('password') || undefined;
  url.password = '';
  url.searchParams.delete('password');
  return { url: written(url), password };
}

/** libpq takes a plus for one, not for a space. */
function written(url: URL): string {
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}
