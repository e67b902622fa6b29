/** Problems: every refusal and failure a client can see, as RFC 9457 problem details. */

/** Where in the request a fault lies: a JSON pointer (RFC 6901) into the body, a query parameter, or a header. */
export type Place = { readonly pointer: string } | { readonly parameter: string } | { readonly header: string };
export type Fault = Place & { readonly detail: string };

interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What it means and what a client can do, for the reference page. */
  readonly meaning: string;
}

export const problemTypes = {
  'bad-request': {
    status: 400,
    title: 'The request is not valid',
    meaning: 'Each entry of `errors` names a place in the request and what is wrong with it. All faults are listed.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid token is needed',
    meaning:
      'Send `Authorization: Bearer …` with a token that has not ended. `WWW-Authenticate` tells a missing one from a wrong one.',
  },
  forbidden: {
    status: 403,
    title: 'The token does not allow this',
    meaning: '`WWW-Authenticate` names the scope that the token lacks.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'The tenant has used up its minute. `Retry-After` says when the next one begins, `RateLimit` what is left of one.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    meaning: 'No such route, or no such task: never made, in the trash, or not yours.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path exists, the method does not',
    meaning: '`Allow` lists the methods of this path.',
  },
  'cursor-expired': {
    status: 410,
    title: 'The cursor is of another time',
    meaning:
      'The database was restored since, or the cursor has not been at the end for 90 days. Begin again without one.',
  },
  'precondition-failed': {
    status: 412,
    title: 'The task has changed',
    meaning: '`If-Match` does not name the version that is current. `ETag` does: read the task again, then decide.',
  },
  conflict: {
    status: 409,
    title: 'The same request is still running',
    meaning: 'A request with this `Idempotency-Key` has not ended within 2 seconds. Try again later with the same key.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for something else',
    meaning: 'Within 24 hours a key belongs to the route, path and body that it was first sent with.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', meaning: 'The detail gives the limit in bytes.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    meaning: 'The detail names the types that are. Bodies are sent uncompressed.',
  },
  'failed-dependency': {
    status: 424,
    title: 'Another operation failed',
    meaning: 'Nothing of an atomic batch was done, because the operation with another status failed.',
  },
  'precondition-required': {
    status: 428,
    title: 'If-Match is required',
    meaning: "Replacing a whole task needs `If-Match`, so that nobody else's change is overwritten unseen.",
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'A defect of this service. `request_id` finds it in the log.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer now',
    meaning:
      'A store, or the issuer of tokens, is out of reach. `Retry-After` says when to try again; a change without an answer may have been made.',
  },
  'query-too-slow': {
    status: 503,
    title: 'The query takes too long',
    meaning: 'The detail names the filter. Another filter or sort may be quick where this one is not.',
  },
  timeout: {
    status: 503,
    title: 'The request took too long',
    meaning: 'Every request has 10 seconds. A change without an answer may have been made.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemSlug = keyof typeof problemTypes;

export interface ProblemDetails {
  readonly detail: string;
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere below an endpoint, answered by it. */
export class Problem extends Error {
  readonly slug: ProblemSlug;
  readonly faults: readonly Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(slug: ProblemSlug, { detail, faults, headers = {} }: ProblemDetails, cause?: unknown) {
    super(detail, { cause });
    this.name = 'Problem';
    this.slug = slug;
    this.faults = faults;
    this.headers = headers;
  }

  get status(): number {
    return problemTypes[this.slug].status;
  }

  /** The body of `application/problem+json`. */
  document(requestId: string): string {
    const { status, title } = problemTypes[this.slug];
    return JSON.stringify({
      type: `/problems/${this.slug}`,
      title,
      status,
      detail: this.message,
      request_id: requestId,
      ...(this.faults && { errors: this.faults }),
    });
  }
}

export function badRequest(faults: readonly Fault[]): Problem {
  const detail =
    faults.length === 1 ? 'There is one fault in the request.' : `There are ${faults.length} faults in the request.`;
  return new Problem('bad-request', { detail, faults });
}

export function noSuchTask(headers: Readonly<Record<string, string>> = {}): Problem {
  return new Problem('not-found', { detail: 'There is no such task.', headers });
}

export function ifMatchRequired(): Problem {
  return new Problem('precondition-required', {
    detail: 'Name the version that is replaced: send its ETag as If-Match.',
  });
}
