/** Responses that several operations have, word for word, said once. */
import type { Operation, PathItem, Reference, Response } from './openapi-object.ts';

interface Shared {
  readonly paths: Readonly<Record<string, PathItem>>;
  /** By a status, or a status and a number where it has more than one. */
  readonly responses: Readonly<Record<string, Response>>;
}

export function shareResponses(paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): Shared {
  const uses = new Map<string, number>();
  for (const response of Object.values(paths)
    .flatMap(Object.values<Operation>)
    .flatMap(responsesOf)) {
    const text = JSON.stringify(response);
    uses.set(text, (uses.get(text) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const responses: Record<string, Response> = {};

  const share = (status: string, response: Response | Reference): Response | Reference => {
    const text = JSON.stringify(response);
    if ('$ref' in response || (uses.get(text) ?? 0) < 2) return response;
    const name = names.get(text) ?? freeName(status, responses);
    names.set(text, name);
    responses[name] = response;
    return { $ref: `#/components/responses/${name}` };
  };
  const shared = mapValues(paths, methods =>
    mapValues(methods, operation => ({
      ...operation,
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [status, share(status, response)]),
      ),
    })),
  );
  return { paths: shared, responses };
}

function responsesOf({ responses }: Operation): (Response | Reference)[] {
  return Object.values(responses);
}

function freeName(status: string, taken: Readonly<Record<string, Response>>): string {
  let name = status;
  for (let count = 2; name in taken; count += 1) name = `${status}-${count}`;
  return name;
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
