/** The table of problem types, as the document needs it. */
import { type ProblemSlug, problemTypes } from '../../../lib/http/problem.ts';

export const slugs: readonly ProblemSlug[] = Object.keys(problemTypes).filter(isSlug);

function isSlug(text: string): text is ProblemSlug {
  return text in problemTypes;
}

/** `not-found`: NotFound. */
export function pascalCase(slug: string): string {
  return slug.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export const exampleRequestId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** In the words that a client gets; the title where they depend on the request. */
const details: Partial<Record<ProblemSlug, string>> = {
  'bad-request': 'There is one fault in the request.',
  forbidden: 'The token lacks the scope tasks:write.',
  'precondition-failed': 'The task is at version 3.',
  'body-too-large': 'The body may have 163840 bytes.',
  'unsupported-media-type': 'Send application/json in UTF-8, not compressed.',
  'query-too-slow': 'Listing by q, sort=due_at took over 2 s: narrow the filter, or sort by something else.',
};

export function problemExample(slug: ProblemSlug): Readonly<Record<string, unknown>> {
  const { title, status } = problemTypes[slug];
  const errors = [{ pointer: '/title', detail: 'Must have 1 to 255 code points.' }];
  return {
    type: `/problems/${slug}`,
    title,
    status,
    detail: details[slug] ?? `${title}.`,
    request_id: exampleRequestId,
    ...(slug === 'bad-request' && { errors }),
  };
}
