/** What `npm run new` is asked for, when there can be such a function. */
import { parseArgs } from 'node:util';
import type { Contract, Method } from '../../lib/http/contract.ts';
import { Failure } from '../failure.ts';

export type AskedFunction =
  | { readonly kind: 'http'; readonly name: string; readonly method: Method; readonly path: string }
  | { readonly kind: 'event' | 'job'; readonly name: string };

const kinds = ['http', 'event', 'job'] as const;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What a Google account named `fn-<name>` may have. */
const longest = 27;

const usage = 'npm run new -- archive-task [--kind http|event|job] [--method POST --path /api/tasks/{id}/archive]';

/** @throws {Failure} for what is no function, or one that is there already */
export function askedFunction(argv: readonly string[], catalogue: readonly Contract[]): AskedFunction {
  const { names, kind: kindGiven = 'http', method, path } = optionsIn(argv);
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) throw refused(`it takes one name, and got ${names.length}`);
  if (!/^[a-z]+(-[a-z]+)+$/.test(name) || name.length > longest)
    throw refused(`${name} is not a verb and a noun in small letters with hyphens, of at most ${longest} characters`);
  if (catalogue.some(contract => contract.name === name)) throw refused(`there is a function ${name}`);

  const kind = kinds.find(known => known === kindGiven);
  if (!kind) throw refused(`--kind is one of ${kinds.join(', ')}, and not ${kindGiven}`);
  if (kind === 'http') return { kind, name, ...routeFor(name, { method, path }, catalogue) };
  if (method !== undefined || path !== undefined) throw refused(`${kind}s have no --method and no --path`);
  return { kind, name };
}

function optionsIn(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { kind: text, method: text, path: text };
    const { values, positionals: names } = parseArgs({ args: [...argv], options, allowPositionals: true });
    return { ...values, names };
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

/** `archive-task` is POST /api/tasks/{id}/archive, unless another route is given. */
function routeFor(
  name: string,
  { method: methodGiven = 'POST', path: pathGiven }: { method?: string | undefined; path?: string | undefined },
  catalogue: readonly Contract[],
): { method: Method; path: string } {
  const method = methods.find(known => known === methodGiven);
  if (!method) throw refused(`--method is one of ${methods.join(', ')}, and not ${methodGiven}`);
  const path = pathGiven ?? pathOf(name);
  if (path === undefined) throw refused(`${name} does not end in -task, and there is no --path`);
  if (!/^\/api\/tasks\/\{id\}(\/[a-z]+(-[a-z]+)*)+$/.test(path))
    throw refused(`${path} is not /api/tasks/{id}/ and what is done to the task: for others begin with a copy of one`);
  const taken = catalogue.find(
    contract => contract.kind === 'http' && contract.route.method === method && contract.route.path === path,
  );
  if (taken) throw refused(`${method} ${path} is ${taken.name}'s`);
  return { method, path };
}

function pathOf(name: string): string | undefined {
  const [, verb] = /^(.+)-task$/.exec(name) ?? [];
  return verb && `/api/tasks/{id}/${verb}`;
}

function refused(cause: string): Failure {
  return new Failure('making a function', `${cause}; nothing was written`, usage);
}
