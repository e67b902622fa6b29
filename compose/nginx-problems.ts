/** What nginx answers by itself as a problem, wherever it stands in front of functions. */
import { Problem } from '../lib/http/problem.ts';

/** Statuses of nginx, and the problem that is answered for them, with its own status. */
export interface ProblemPage {
  readonly statuses: readonly number[];
  readonly problem: Problem;
}

export const malformed: ProblemPage = {
  statuses: [400, 408, 414, 494, 501, 505],
  problem: new Problem('bad-request', { detail: 'This is not a well-formed HTTP request.' }),
};

export const outOfReach: ProblemPage = {
  statuses: [500, 502, 503, 504],
  problem: new Problem('unavailable', {
    detail: 'The function that serves this cannot be reached.',
    headers: { 'retry-after': '1' },
  }),
};

/** For `http`: the caller's id of a request, if it is sane. */
export const problemIdMap = `map $http_x_request_id $problem_id {
  "~^[A-Za-z0-9._:+/=-]{1,128}$" $http_x_request_id;
  default $request_id;
}
`;

/** For `server`. @param headers beside those of a problem */
export function problemPages(pages: readonly ProblemPage[], headers: Readonly<Record<string, string>> = {}): string {
  const lines = pages.map(({ statuses, problem }) => `error_page ${statuses.join(' ')} = ${pathOf(problem)};\n`);
  return [...lines, ...pages.map(({ problem }) => location(problem, headers))].join('');
}

function pathOf({ slug }: Problem): string {
  return `/problems/${slug}`;
}

function location(problem: Problem, others: Readonly<Record<string, string>>): string {
  const headers = {
    ...problem.headers,
    ...others,
    'x-content-type-options': 'nosniff',
    'x-request-id': '$problem_id',
    'cache-control': 'no-store',
  };
  const added = Object.entries(headers).map(([name, value]) => `  add_header ${name} ${value} always;\n`);
  return `
location = ${pathOf(problem)} {
  internal;
  default_type application/problem+json;
${added.join('')}  return ${problem.status} '${problem.document('$problem_id')}';
}
`;
}
