import type { Answer } from '../../lib/http/answer.ts';

/** A page that only names another. */
export function redirect(location: string): () => Promise<Answer> {
  return async () => ({ status: 302, headers: { location }, body: undefined });
}
