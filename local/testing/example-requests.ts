/** For each HTTP function a request that it answers well, made from the example in its document. */
import { requestExample } from '../../functions/api-root/openapi/examples.ts';
import { catalogue } from '../../functions/catalogue.ts';
import type { HttpContract, Method } from '../../lib/http/contract.ts';
import type { Api, Reply, RequestOptions } from './served-api.ts';

export const httpContracts: readonly HttpContract[] = catalogue.flatMap(contract =>
  contract.kind === 'http' ? [contract] : [],
);

export interface ExampleRequest {
  readonly contract: HttpContract;
  readonly method: Method;
  readonly path: string;
  readonly options: RequestOptions;
  /** The status of its good answer. */
  readonly status: number;
  /** The tasks that it is about: they are there. */
  readonly ids: readonly string[];
}

/** @param api makes the tasks that the request needs: each request has its own */
export async function exampleRequest(
  contract: HttpContract,
  api: Pick<Api, 'create' | 'patch' | 'request'>,
): Promise<ExampleRequest> {
  const ids: string[] = [];
  const nextId = async () => {
    const id = await taskOfExamples(api);
    ids.push(id);
    return id;
  };
  const { route, body, condition, answers } = contract;
  const path = route.path.includes('{id}') ? route.path.replace('{id}', await nextId()) : route.path;
  if (path.endsWith('/restore')) await expecting(204, api.request('DELETE', path.replace(/.restore$/, ''))); // or there is nothing to do
  const sent = body.types.length > 0 ? await withIds(requestExample(body.schema), nextId) : undefined;
  return {
    contract,
    method: route.method,
    path,
    options: {
      ...(sent !== undefined && { body: sent }),
      headers: condition === 'If-Match' ? { 'if-match': '*' } : {},
    },
    status: answers[0]?.status ?? 200,
    ids,
  };
}

/** The examples show version 2. */
async function taskOfExamples(api: Pick<Api, 'create' | 'patch'>): Promise<string> {
  const { id } = await api.create({ title: 'draft' });
  await expecting(200, api.patch(id, { title: 'Ship it' }));
  return id;
}

async function expecting(status: number, reply: Promise<Reply>): Promise<void> {
  const { status: given, text } = await reply;
  if (given !== status) throw new Error(`no task for an example: ${given} ${text}`);
}

/** The example with each of its ids replaced by that of a task. */
async function withIds(example: unknown, nextId: () => Promise<string>): Promise<string> {
  let text = JSON.stringify(example);
  const named = new Set(text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g));
  for (const id of named) text = text.replaceAll(id, await nextId());
  return text;
}
