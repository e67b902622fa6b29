/** The one way of a request through an HTTP function: refused in the contract's order, or handled and answered. */
import type { IncomingMessage } from 'node:http';
import type * as z from 'zod/mini';
import type { Variables } from '../environment.ts';
import { type Admission, readAdmission } from './admission.ts';
import type { Answer } from './answer.ts';
import { readJson } from './body.ts';
import type { Change } from './change.ts';
import { type Condition, parseCondition, weaklyMatches } from './conditional.ts';
import type { BodyContract, HttpContract } from './contract.ts';
import { readCors } from './cors.ts';
import { type Exchange, openExchanges } from './exchange.ts';
import { type Checked, check, parameter, pointer } from './faults.ts';
import { type HostedFunction, hostedFunction, type Opener, type Resource } from './function.ts';
import { type Idempotency, idempotencyOf, parseIdempotencyKey } from './idempotency-key.ts';
import { badRequest } from './problem.ts';
import { parseQuery } from './query.ts';
import { matchPath, methodNotAllowed, noSuchRoute, routesAt, servesMethod } from './route.ts';
import { uuidOrNil } from './uuid.ts';

/** What a handler knows of its request, beside the resources that its function opened. */
export interface Input<Query, Body> {
  readonly tenant: string;
  /** What is recorded of a change that this request makes. */
  readonly change: Change;
  readonly params: {
    /** The route's `{id}`, a UUID in lower case; what was none is the nil UUID, which names nothing. */
    readonly id: string;
  };
  readonly query: Query;
  readonly body: Body;
  readonly condition: Condition | undefined;
  /** Undefined when the caller sent no key, or the operation takes none. */
  readonly idempotency: Idempotency | undefined;
}

export function endpoint<Q extends z.ZodMiniType, B extends z.ZodMiniType, V extends Variables, R extends Resource>(
  contract: HttpContract<Q, B>,
  opener: Opener<V, R>,
  handler: (input: Input<z.output<Q>, z.output<B>> & R) => Promise<Answer>,
): HostedFunction {
  return hostedFunction(contract, read => {
    const openAdmission = readAdmission(read, contract.scope);
    const cors = readCors(read);
    const environment = read(opener.variables);
    return telemetry => {
      const resource = opener.open(environment, telemetry);
      const admission = openAdmission(telemetry);
      const exchanges = openExchanges(telemetry, { paths: [contract.route.path] });
      telemetry.metrics.expectRequests({ route: contract.route.path, method: contract.route.method });
      const respond = async (exchange: Exchange) => {
        const preflight = cors.answer(exchange, routesAt([contract.route], exchange.path));
        if (preflight) return preflight;
        const input = await inputOf(contract, admission, exchange);
        const answer = await handler({ ...input, ...resource });
        return contract.condition === 'If-None-Match' ? unlessNotModified(answer, input.condition) : answer;
      };
      return {
        handle: (req, res) => exchanges.run(req, res, contract.route.path, respond),
        expire: exchanges.expire,
        close: async () => void (await Promise.all([resource.close(), admission.close()])),
      };
    };
  });
}

/** @throws {Problem} the first of 404, 405, 401, 403, 429, 415, 413 and 400 that applies; 400 with all faults at once */
async function inputOf<Q extends z.ZodMiniType, B extends z.ZodMiniType>(
  contract: HttpContract<Q, B>,
  admission: Admission,
  exchange: Exchange,
): Promise<Input<z.output<Q>, z.output<B>>> {
  const { req, requestId, path, search } = exchange;
  const { route } = contract;
  const params = matchPath(route.path, path);
  if (!params) throw noSuchRoute();
  if (!servesMethod(route, req.method)) throw methodNotAllowed([route]);
  const { tenant, actor } = await admission.admit(exchange);

  const sent = await bodyOf(contract.body, req);
  const body = sent.faults ? sent : check(contract.body.schema, sent.value, pointer);
  const query = queryOf(contract, search);
  const condition = conditionOf(contract, req);
  const key = contract.idempotent ? parseIdempotencyKey(req) : { value: undefined };
  if (sent.faults || body.faults || query.faults || condition.faults || key.faults) {
    const parts = [key, condition, query, body];
    throw badRequest(parts.flatMap(({ faults = [] }) => faults));
  }
  const id = uuidOrNil(params.id);
  return {
    tenant,
    change: { tenant, actor, requestId },
    params: { id },
    query: query.value,
    body: body.value,
    condition: condition.value,
    idempotency: idempotencyOf(key.value, [contract.name, id], { sent: sent.value, meant: body.value }),
  };
}

async function bodyOf(body: BodyContract, req: IncomingMessage): Promise<Checked<unknown>> {
  return body.types.length === 0 ? { value: undefined } : readJson(req, body);
}

function queryOf<Q extends z.ZodMiniType>(
  { query, repeatable }: Pick<HttpContract<Q>, 'query' | 'repeatable'>,
  search: string,
): Checked<z.output<Q>> {
  const parsed = parseQuery(search, repeatable);
  const checked = check(query, parsed.values, parameter);
  const faults = [...parsed.faults, ...(checked.faults ?? [])];
  return checked.faults || faults.length > 0 ? { faults } : checked;
}

function conditionOf(
  { condition }: Pick<HttpContract, 'condition'>,
  req: IncomingMessage,
): Checked<Condition | undefined> {
  if (condition === 'If-Match') return parseCondition('If-Match', req.headers['if-match']);
  if (condition === 'If-None-Match') return parseCondition('If-None-Match', req.headers['if-none-match']);
  return { value: undefined };
}

/** 304 for a GET whose `If-None-Match` names the version that would be sent (RFC 9110, 13.1.2). */
function unlessNotModified(answer: Answer, condition: Condition | undefined): Answer {
  const { version, headers } = answer;
  if (condition === undefined || version === undefined || !weaklyMatches(condition, version)) return answer;
  return { status: 304, headers, body: undefined };
}
