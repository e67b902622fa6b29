const sane = /^[A-Za-z0-9._:+/=-]{1,128}$/;

/** The caller's `X-Request-Id` when it is 1–128 harmless characters, else the trace's id: either leads to its trace. */
export function requestId(header: string | readonly string[] | undefined, traceId: string): string {
  return typeof header === 'string' && sane.test(header) ? header : traceId;
}
