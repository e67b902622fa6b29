/** Requests of all that a sender can choose, each part of which carries a mark that can be looked for afterwards. */
import { once } from 'node:events';
import http from 'node:http';
import fc from 'fast-check';

export interface RandomRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A CONNECT ends the HTTP on its connection. */
const methods = http.METHODS.filter(method => method !== 'CONNECT');

const read = ['x-request-id', 'traceparent', 'idempotency-key', 'if-match', 'user-agent', 'origin', 'ce-type'];

/** @param paths templates that are often taken, with `{id}` for what is drawn */
export function randomRequests(mark: string, paths: readonly string[]): fc.Arbitrary<RandomRequest> {
  const word = fc.stringMatching(/^[a-z0-9]{0,12}$/).map(text => mark + text);
  const line = fc.stringMatching(/^[ -~]{0,30}$/).map(text => mark + text);
  const encoded = fc
    .string({ unit: 'binary', maxLength: 20 })
    .map(text => mark + encodeURIComponent(text.toWellFormed()));
  const named = fc
    .tuple(fc.constantFrom(...paths), fc.oneof(fc.uuid(), encoded))
    .map(([path, id]) => path.replace('{id}', id));
  const unknown = fc.array(encoded, { maxLength: 4 }).map(segments => `/${segments.join('/')}`);
  const search = fc.tuple(encoded, encoded).map(([name, value]) => `?${name}=${value}`);
  return fc
    .record({
      method: fc.oneof(fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'), fc.constantFrom(...methods)),
      path: fc.oneof(named, unknown),
      search: fc.oneof(fc.constant(''), search),
      headers: fc.dictionary(fc.oneof(fc.constantFrom(...read), word), line, { maxKeys: 4 }),
      body: fc.oneof(
        fc.constant(''),
        line,
        line.map(title => JSON.stringify({ title })),
      ),
    })
    .map(({ search: query, ...request }) => ({ ...request, path: request.path + query }));
}

/** By node:http, as `fetch` takes neither every method nor a body with each. */
export async function sendRandom(
  url: string,
  { method, path, headers, body }: RandomRequest,
  agent: http.Agent,
): Promise<void> {
  const typed = body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const req = http.request(url + path, { method, agent, headers: { ...headers, ...typed } });
  req.end(body);
  const [res]: http.IncomingMessage[] = await once(req, 'response');
  res?.resume();
  if (res) await once(res, 'close');
}
