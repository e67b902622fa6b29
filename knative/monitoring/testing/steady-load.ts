/** Clients that go on, whatever they are answered: every way to a store is taken. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface SteadyLoad extends AsyncDisposable {
  /** Answers so far, by their status. */
  readonly answers: ReadonlyMap<number, number>;
}

/** Some twenty requests a second. @param api where /api is */
export async function steadyLoad(api: string): Promise<SteadyLoad> {
  const answers = new Map<number, number>();
  const stopped = new AbortController();

  async function ask(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(`${api}${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
    return answer;
  }

  const made = await ask('POST', '/api/tasks', { title: 'steady' });
  const { id } = (await made.json()) as { id: string };
  const round = [
    () => ask('POST', '/api/tasks', { title: 'steady' }),
    ...Array.from({ length: 6 }, () => () => ask('GET', `/api/tasks/${id}`)),
    () => ask('GET', `/api/tasks/${id}/activities`),
    () => ask('PATCH', `/api/tasks/${id}`, { description: String(Math.random()) }),
    () => ask('GET', '/api/tasks?limit=5'),
  ];
  async function client(begin: number): Promise<void> {
    for (let turn = begin; !stopped.signal.aborted; turn += 1) {
      const answer = await round[turn % round.length]?.().catch(() => undefined);
      await answer?.arrayBuffer().catch(() => {});
      await sleep(200, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }
  const clients = [0, 2, 5, 8].map(client);
  return {
    answers,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await Promise.all(clients);
    },
  };
}
