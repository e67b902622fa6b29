/** GET /openapi.json: the OpenAPI document, made when it is first asked for. */
import { createHash } from 'node:crypto';
import type { Answer } from '../../lib/http/answer.ts';
import { parseCondition, weaklyMatchesTag } from '../../lib/http/conditional.ts';
import { badRequest } from '../../lib/http/problem.ts';
import type { PageRequest } from '../../lib/http/root-endpoint.ts';
import { catalogue } from '../catalogue.ts';

interface Rendered {
  readonly body: string;
  /** A digest of the body. */
  readonly etag: string;
}

let rendered: Promise<Rendered> | undefined;

async function render(): Promise<Rendered> {
  const { openApiDocument } = await import('./openapi/document.ts');
  const body = JSON.stringify(openApiDocument(catalogue));
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

export async function openapi(_: unknown, request: Pick<PageRequest, 'headers'>): Promise<Answer> {
  const condition = parseCondition('If-None-Match', request.headers['if-none-match']);
  if (condition.faults) throw badRequest(condition.faults);
  rendered ??= render();
  const { body, etag } = await rendered;
  const headers = { etag, 'cache-control': 'no-cache' };
  const known = condition.value !== undefined && weaklyMatchesTag(condition.value, etag);
  return known ? { status: 304, headers, body: undefined } : { status: 200, headers, body };
}
