/** A revision: functions of one `dist/`, each its own process. */
import { catalogue } from '../../functions/catalogue.ts';
import { runProgram } from '../run-program.ts';
import { functionFor, type Reply, type RequestOptions } from './api.ts';
import { asItsRole } from './as-its-role.ts';
import { type Environment, type FunctionProcess, startFunction } from './function-process.ts';

export interface Revision extends AsyncDisposable {
  readonly name: string;
  /** Sent to the function that the catalogue's routes name. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** How many of its puts Redis did not take: what they replace may be answered until the relay has passed. */
  lostPuts(): Promise<number>;
}

/** The HTTP functions that know tasks, and the relay that they nudge. @param root where `dist/` is */
export async function startRevision(name: string, root: string, environment: Environment): Promise<Revision> {
  const start = (name: string, more: Environment = {}) =>
    startFunction(name, { ...environment, ...more }, 'server', root);
  const relay = await start('relay-activities');
  const names = catalogue.filter(({ kind }) => kind === 'http').map(contract => contract.name);
  const functions = await Promise.all(
    names.map(async name => [name, await start(name, { RELAY_URL: relay.url })] as const),
  );
  const running = new Map<string, FunctionProcess>([...functions, ['relay-activities', relay]]);

  return {
    name,
    async request(method, path, { body, headers = {} } = {}) {
      const response = await fetch(`${running.get(functionFor(method, path))?.url}${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = text === '' ? undefined : JSON.parse(text);
      return { status: response.status, headers: response.headers, text, json };
    },
    async lostPuts() {
      const counts = await Promise.all([...running.values()].map(lostPutsOf));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.values()].map(each => each[Symbol.asyncDispose]()));
    },
  };
}

/** Runs the migrate job of a `dist/`. */
export function runMigrate(root: string, environment: Environment): ReturnType<typeof runProgram> {
  return runProgram(process.execPath, ['dist/migrate/server.js'], {
    cwd: root,
    env: asItsRole('migrate', environment),
  });
}

async function lostPutsOf({ metricsUrl }: FunctionProcess): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text();
  const lost = metrics.matchAll(/^cache_operations_total\{.*operation="put",outcome="(?:bypass|error)".*\} (\d+)/gm);
  return [...lost].reduce((sum, [, count]) => sum + Number(count), 0);
}
