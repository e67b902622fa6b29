/** Who asks: the tenant whose data it is, and the actor who acts. */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import type { ReadEnvironment } from './function.ts';

export interface Caller {
  readonly tenant: string;
  readonly actor: string;
}

export interface Auth {
  callerOf(req: IncomingMessage): Caller;
}

/** There is no default: a forgotten variable must not open the door. */
const authVariables = {
  AUTH_MODE: z.literal('disabled', 'must be disabled, the only mode there is'),
};

/** With `AUTH_MODE=disabled` everybody is the one local tenant. */
export function readAuth(read: ReadEnvironment): Auth {
  read(authVariables);
  return { callerOf: () => ({ tenant: 'local', actor: 'anonymous' }) };
}
