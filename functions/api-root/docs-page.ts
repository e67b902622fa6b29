/** GET /docs: the reference page, and under /docs/ the files that it is made of. */
import type { Answer } from '../../lib/http/answer.ts';
import type { PageRequest } from '../../lib/http/root-endpoint.ts';
import { noSuchRoute } from '../../lib/http/route.ts';
import { type DocsFile, docsFiles } from './docs-files.ts';

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
  const { encoding, body } = await encoded(file, String(headers['accept-encoding'] ?? ''));
  return {
    status: 200,
    headers: {
      'content-type': type,
      // While revisions are replaced a page may ask for another one's files: it gets these, and does not keep them.
      'cache-control': params.version === version ? 'public, max-age=31536000, immutable' : 'no-store',
      vary: 'Accept-Encoding',
      ...(encoding && { 'content-encoding': encoding }),
    },
    body,
  };
}

async function encoded(
  { content, brotli, gzip }: DocsFile,
  accepted: string,
): Promise<{ readonly encoding?: string; readonly body: Uint8Array }> {
  if (brotli && accepts(accepted, 'br')) return { encoding: 'br', body: brotli };
  if (accepts(accepted, 'gzip')) return { encoding: 'gzip', body: await gzip() };
  return { body: content };
}

/** RFC 9110, 12.5.3. */
function accepts(header: string, encoding: string): boolean {
  return new RegExp(`(^|[\\s,])${encoding}(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))(?=[\\s,;]|$)`, 'i').test(header);
}
