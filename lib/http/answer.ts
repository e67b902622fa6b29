/** What a handler returns: plain data that endpoint() writes. */
import type { Problem } from './problem.ts';

/** JSON text that was rendered where the data lives, and the version it shows. */
export interface Document {
  readonly version: number;
  readonly json: string;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** The version that If-None-Match is compared with. */
  readonly version?: number;
}

/** The strong ETag of a version (RFC 9110, 8.8.3). */
export function etag(version: number): string {
  return `"${version}"`;
}

export function ok(document: Document, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { etag: etag(document.version), 'cache-control': 'private, no-cache', ...headers },
    body: document.json,
    version: document.version,
  };
}

export function created(document: Document, location: string): Answer {
  return { status: 201, headers: { etag: etag(document.version), location }, body: document.json };
}

export function noContent(): Answer {
  return { status: 204, headers: {}, body: undefined };
}

/** One page of a list; each item is JSON text. */
export function page(items: readonly string[], nextCursor: string | null): Answer {
  return {
    status: 200,
    headers: {},
    body: `{"items":[${items.join(',')}],"next_cursor":${JSON.stringify(nextCursor)}}`,
  };
}

export type Result = { readonly status: number } & (
  | { readonly task: string | undefined }
  | { readonly problem: Problem }
);

/** The results of a batch, in its order; each task is JSON text. */
export function results(status: 200 | 422, each: readonly Result[], requestId: string): Answer {
  const texts = each.map(result => {
    if ('problem' in result) return `{"status":${result.status},"problem":${result.problem.document(requestId)}}`;
    return `{"status":${result.status}${result.task === undefined ? '' : `,"task":${result.task}`}}`;
  });
  return { status, headers: {}, body: `{"results":[${texts.join(',')}]}` };
}

export function json(status: number, value: unknown): Answer {
  return { status, headers: {}, body: JSON.stringify(value) };
}
