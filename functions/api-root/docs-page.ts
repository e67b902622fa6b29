/** GET /docs: the reference page, and under /docs/ the files that it is made of. */
import type { Answer } from '../../lib/http/answer.ts';
import type { PageRequest } from '../../lib/http/root-endpoint.ts';
import { noSuchRoute } from '../../lib/http/route.ts';
import { docsFiles } from './docs-files.ts';

/** Nothing comes from anywhere else, and nothing is sent anywhere else. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

export async function docs(): Promise<Answer> {
  const { version, files } = await docsFiles();
  const page = new TextDecoder().decode(files.get('page.html')?.content);
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    },
    body: page.replaceAll('{version}', version),
  };
}

export async function docsFile(_: unknown, { params, headers }: PageRequest): Promise<Answer> {
  const { version, files } = await docsFiles();
  const { file: name = '' } = params;
  const type = types[name.replace(/^.*\./, '')];
  const file = files.get(name);
  if (!type || !file) throw noSuchRoute();
  const gzip = acceptsGzip(headers['accept-encoding']) ? file.gzip : undefined;
  return {
    status: 200,
    headers: {
      'content-type': type,
      // While revisions are replaced a page may ask for another one's files: it gets these, and does not keep them.
      'cache-control': params.version === version ? 'public, max-age=31536000, immutable' : 'no-store',
      vary: 'Accept-Encoding',
      ...(gzip && { 'content-encoding': 'gzip' }),
    },
    body: gzip ?? file.content,
  };
}

/** RFC 9110, 12.5.3. */
function acceptsGzip(header: string | readonly string[] = ''): boolean {
  return /(^|[\s,])gzip(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(header));
}
