/** What `npm start` says at its end: what runs, and where to begin. */
import type { Contract } from '../lib/http/contract.ts';
import { routesOf } from '../lib/http/route.ts';

/** One line for each function: its name, its routes, its own address. */
export function tableOf(catalogue: readonly Contract[], portOf: (name: string) => number | undefined): string {
  const rows = catalogue
    .filter(({ kind }) => kind !== 'job')
    .map(contract => {
      const port = portOf(contract.name);
      return [contract.name, routesIn(contract), port === undefined ? '' : `http://127.0.0.1:${port}`] as const;
    });
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(([name, routes, url]) => `${name.padEnd(widths[0] ?? 0)}  ${routes.padEnd(widths[1] ?? 0)}  ${url}`.trimEnd())
    .join('\n');
}

/** @param token for where one is asked for */
export function curlLine(port: number, token?: string): string {
  const authorization = token === undefined ? '' : ` -H 'authorization: Bearer ${token}'`;
  return `curl -sS http://127.0.0.1:${port}/api/tasks${authorization} -H 'content-type: application/json' -d '{"title":"Ship the release"}'`;
}

function routesIn(contract: Contract): string {
  if (contract.kind === 'event') return `CloudEvent ${contract.event}`;
  const routes = routesOf(contract).map(({ method, path }) => `${method} ${path}`);
  return contract.kind === 'root' ? [...routes, 'the rest'].join(', ') : routes.join(', ');
}
