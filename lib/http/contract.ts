/** What a function declares of itself: data only. The catalogue of these drives the edge, the build, the documents. */
import * as z from 'zod/mini';
import type { Role } from '../stores/roles.ts';
import type { Store } from '../stores/store.ts';
import type { ProblemSlug } from './problem.ts';
import type { Scale } from './scale.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a token must allow (RFC 6749, 3.3). */
export type Scope = 'tasks:read' | 'tasks:write';

/** A path with `{name}` for a segment, as OpenAPI writes it. */
export interface Route {
  readonly method: Method;
  readonly path: `/${string}`;
}

interface FunctionContract {
  readonly name: string;
  readonly summary: string;
  /** What the function connects to; its environment and its network policy follow from it. */
  readonly stores: readonly Store[];
  /** What it may do in PostgreSQL, and no more. */
  readonly databaseRole: Role;
  /** Functions that it sends events to. */
  readonly calls?: readonly string[];
}

/** Waits for requests. */
interface ServingContract extends FunctionContract {
  /** Where it differs from `rareScale`. */
  readonly scale?: Partial<Scale>;
}

/** Cron's five fields, in UTC. */
export type Schedule = `${string} ${string} ${string} ${string} ${string}`;

/** What the documents say of an operation, beside what follows from the rest of its contract. */
export interface Described {
  readonly summary: string;
  /** CommonMark. */
  readonly description?: string;
  readonly answers: readonly AnswerContract[];
  /** Problems of its own. */
  readonly problems?: readonly ProblemSlug[];
  /** The conditional header that the operation obeys. */
  readonly condition?: 'If-None-Match' | 'If-Match';
}

/** An answer that is no problem. */
export interface AnswerContract {
  readonly status: 200 | 201 | 204 | 302 | 422 | 503;
  readonly meaning: string;
  /** JSON, unless `type` says otherwise; no body when absent. */
  readonly schema?: z.ZodMiniType;
  readonly type?: string;
  /** Beside those that every answer has. */
  readonly headers?: readonly AnswerHeader[];
}

export type AnswerHeader = 'ETag' | 'Location' | 'Retry-After' | 'X-Cache';

/** One HTTP operation. `Q` is the schema of its query parameters, `B` that of its body. */
export interface HttpContract<Q extends z.ZodMiniType = z.ZodMiniType, B extends z.ZodMiniType = z.ZodMiniType>
  extends ServingContract,
    Described {
  readonly kind: 'http';
  readonly summary: string;
  readonly route: Route;
  readonly scope: Scope;
  readonly query: Q;
  /** Parameters that may be given more than once: the schema sees a list. */
  readonly repeatable?: readonly string[];
  readonly body: BodyContract<B>;
  /** Whether it takes an `Idempotency-Key`. */
  readonly idempotent?: true;
}

export interface BodyContract<B extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: B;
  /** Media types; none when the operation takes no body. */
  readonly types: readonly string[];
  /** Bytes; a longer body is answered 413. */
  readonly limit: number;
}

export const noParameters = z.strictObject({});
export const noBody: BodyContract<z.ZodMiniUndefined> = { schema: z.undefined(), types: [], limit: 0 };

/** A JSON body of at most 160 KiB. */
export function jsonBody<B extends z.ZodMiniType>(schema: B, ...otherTypes: readonly string[]): BodyContract<B> {
  return { schema, types: ['application/json', ...otherTypes], limit: 160 * 1024 };
}

/** Serves what no other function does: pages about the API, and the 404 and 405 problems. */
export interface RootContract extends ServingContract {
  readonly kind: 'root';
  readonly routes: readonly RootRoute[];
}

export interface RootRoute extends Route {
  /** Absent for what is but a part of a page. */
  readonly operation?: Described & { readonly name: string };
}

/** Takes one type of CloudEvent at POST /; never reachable from outside. */
export interface EventContract extends ServingContract {
  readonly kind: 'event';
  readonly event: `task-manager.${string}`;
  /** When the event is sent, where it is a clock that sends it. */
  readonly schedule?: Schedule;
}

/** Runs once and ends. */
export interface JobContract extends FunctionContract {
  readonly kind: 'job';
  /** Beside its stores: a place for backups, pg_dump and pg_restore, stores to throw away, the URL of each role. */
  readonly needs?: readonly ('backups' | 'postgresql-programs' | 'scratch-stores' | 'logins')[];
  /** Absent for what is run by hand. */
  readonly schedule?: Schedule;
}

export type Contract = HttpContract | RootContract | EventContract | JobContract;
