/** What the document says before its first operation. */
import { problemTypes } from '../../../lib/http/problem.ts';
import { slugs } from './problem-types.ts';

const basics = `
Tasks, what was done to them, and a feed of what changed. All instants are RFC 3339, answered in UTC with milliseconds;
lengths are counted in Unicode code points; text holds neither U+0000 nor lone surrogates. Answers may gain fields:
ignore those that you do not know. Parameters and fields of a request that are not named here are refused.

## Who may
Send \`Authorization: Bearer …\` with a JWT of the configured issuer and the scope that an operation names. All data
belongs to a tenant; what is another tenant's is not found. Where tokens are switched off everybody is \`anonymous\`.
A tenant's requests may be counted: then \`RateLimit\` and \`RateLimit-Policy\` are on every answer. Pages of other
origins may use the API where CORS is configured.

## Versions
Every change of a task adds one to its \`version\`, which is also its strong \`ETag\`. Send it as \`If-Match\` so that
nobody else's change is overwritten unseen, and as \`If-None-Match\` to be told 304 while nothing has changed.

## Repeating a request
A \`POST\` with an \`Idempotency-Key\` can be sent again: for 24 hours the first answer is given again, with
\`Idempotency-Replayed: true\`.

## Problems
What is refused or fails is answered as \`application/problem+json\` (RFC 9457). Its \`type\` is one of these. A path that
does not exist is answered 404, a method that a path does not have 405.

<details><summary>The types of problems</summary>
`;

export function introduction(): string {
  const list = slugs.map(slug => {
    const { status, title, meaning } = problemTypes[slug];
    return `- \`/problems/${slug}\` (${status}): **${title}.** ${meaning}`;
  });
  return `${basics.trim()}\n\n${list.join('\n')}\n\n</details>\n`;
}
