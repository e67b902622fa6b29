/** The way of a request that no other function serves: to a page of the root's, or to a 404 or 405 problem. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Variables } from '../environment.ts';
import type { Answer } from './answer.ts';
import { readTokenRules } from './auth/token-rules.ts';
import type { Contract, RootContract, Route } from './contract.ts';
import { noParameters } from './contract.ts';
import { readCors } from './cors.ts';
import { type Exchange, openExchanges } from './exchange.ts';
import { check, parameter } from './faults.ts';
import { type HostedFunction, hostedFunction, type Opener, type Resource } from './function.ts';
import { badRequest } from './problem.ts';
import { parseQuery } from './query.ts';
import {
  matchPath,
  methodNotAllowed,
  noSuchRoute,
  type PathParams,
  routesAt,
  routesOf,
  servesMethod,
} from './route.ts';

/** Answers GET and HEAD of one route; open to everybody. */
export type Page<R> = (resource: R, request: PageRequest) => Promise<Answer>;

export interface PageRequest {
  /** The route's, by their names. */
  readonly params: PathParams;
  readonly headers: IncomingHttpHeaders;
}

export interface RootOptions<V extends Variables, R extends Resource> {
  readonly contract: RootContract;
  /** All functions: their routes are what exists. */
  readonly catalogue: readonly Contract[];
  readonly opener: Opener<V, R>;
  /** One for each of the contract's routes, by its path. */
  readonly pages: Readonly<Record<string, Page<R>>>;
}

export function rootEndpoint<V extends Variables, R extends Resource>(options: RootOptions<V, R>): HostedFunction {
  const { contract, catalogue, opener, pages } = options;
  const routes = catalogue.flatMap(routesOf);
  return hostedFunction(contract, read => {
    readTokenRules(read); // its pages are open to all; a bad setting is found here, too
    const cors = readCors(read);
    const environment = read(opener.variables);
    return telemetry => {
      const resource = opener.open(environment, telemetry);
      const exchanges = openExchanges(telemetry, { paths: routes.map(({ path }) => path) });

      const respond = async (exchange: Exchange) => {
        const { req, path, search } = exchange;
        const preflight = cors.answer(exchange, routesAt(routes, path));
        if (preflight) return preflight;
        const route = routesAt(contract.routes, path).find(each => servesMethod(each, req.method));
        const page = route && pages[route.path];
        if (!page) throw noPage(routes, path);
        refuseParameters(search);
        return page(resource, { params: matchPath(route.path, path) ?? {}, headers: req.headers });
      };
      return {
        handle: (req, res) => exchanges.run(req, res, contract.name, respond),
        expire: exchanges.expire,
        close: () => resource.close(),
      };
    };
  });
}

function noPage(routes: readonly Route[], path: string) {
  const here = routesAt(routes, path);
  return here.length === 0 ? noSuchRoute() : methodNotAllowed(here);
}

function refuseParameters(search: string): void {
  const { values, faults } = parseQuery(search);
  const all = [...faults, ...(check(noParameters, values, parameter).faults ?? [])];
  if (all.length > 0) throw badRequest(all);
}
