/**
 * What the log says of an error. It is chosen, because errors carry what they are about: a statement's values, a command
 * with its password, a document, the text that could not be parsed.
 */

export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly cause?: LoggedError;
}

/** Causes told of a cause; one may lead back to where it began. */
const deepest = 5;

export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: hidden };
  const code = codeOf(error);
  return {
    type: error.constructor.name,
    message: toldMessage(error),
    ...(code !== undefined && { code }),
    ...(error.cause !== undefined && depth < deepest && { cause: loggedError(error.cause, depth + 1) }),
  };
}

/** As Node writes it, so that Error Reporting finds its frames; with what it came from. */
export function stackTrace(error: Error, depth = 0): string {
  const frames = String(error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter(line => /^\s+at /.test(line));
  const own = [`${error.name}: ${toldMessage(error)}`, ...frames].join('\n');
  const cause = depth < deepest ? error.cause : undefined;
  return cause instanceof Error ? `${own}\nCaused by: ${stackTrace(cause, depth + 1)}` : own;
}

const hidden = 'not shown, as it may quote data';
const longest = 500;

/** The message; of errors whose kind quotes what it is about, only the code. */
export function toldMessage(error: Error): string {
  const message = String(error.message);
  if (error.name === 'ReplyError') return message.split(' ', 1)[0] ?? ''; // Redis's word for what is wrong
  if (quotes(error)) return [hidden, codeOf(error) ?? error.name].join(': ');
  return message.replaceAll(/\/\/[^\s/@]*@/g, '//').slice(0, longest);
}

/** Conditions of PostgreSQL's appendix A whose messages name things of the schema or of the server, not values. */
const namesOnly = /^(08|23|25|28|3D|3F|40|42(?!601)|53|54|55|57|58|XX)...$/;

/** The server's words, and those about what was to be sent to it or connected to. */
const quotingNames =
  /^(BSON\w*|Mongo(Server|BulkWrite|WriteConcern|Parse|InvalidArgument|API)Error|SyntaxError|\$?ZodError)$/;

function quotes(error: Error): boolean {
  const code = codeOf(error);
  const isDatabaseError = 'severity' in error && 'routine' in error;
  if (isDatabaseError) return !namesOnly.test(String(code));
  return quotingNames.test(error.name) || /^ERR_(INVALID_ARG|UNHANDLED_REJECTION)/.test(String(code));
}

function codeOf(error: Error): string | number | undefined {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}
