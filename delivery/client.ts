/** Asks through the gateway. Each request is sent once, whatever comes of it: what fails here has failed for a client. */
import http from 'node:http';
import https from 'node:https';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly at: Date;
  readonly milliseconds: number;
  /** 0 when there was no whole answer. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The body; without an answer, why there is none. */
  readonly text: string;
}

export interface Client {
  ask(request: Request): Promise<Answer>;
  /** Ends whatever load still asks. */
  close(): void;
  closed(): boolean;
}

const patience = 60_000;

/** @param token of a caller; none where AUTH_MODE is disabled */
export function clientOf(url: string, token?: string): Client {
  const { request: send, Agent } = url.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true });
  let closed = false;
  return {
    ask({ method, path, body, headers = {} }) {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const at = new Date();
      const begun = performance.now();
      const end = (status: number, headers: http.IncomingHttpHeaders, text: string) =>
        resolve({ at, milliseconds: performance.now() - begun, status, headers, text });
      const fail = (error: NodeJS.ErrnoException) => end(0, {}, error.code ?? error.message);
      const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const request = send(new URL(path, url), {
        method,
        agent,
        headers: {
          ...(sent !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      });
      request.setTimeout(patience, () => request.destroy(new Error(`nothing within ${patience / 1_000} s`)));
      request.once('error', fail);
      request.once('response', response => {
        let text = '';
        response.setEncoding('utf8').on('data', data => {
          text += data;
        });
        response.once('error', fail);
        response.once('end', () => end(response.statusCode ?? 0, response.headers, text));
      });
      request.end(sent);
      return promise;
    },
    close() {
      closed = true;
      agent.destroy();
    },
    closed: () => closed,
  };
}
