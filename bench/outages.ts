/**
 * npm run bench:outages -- [--seconds 60]: what clients of the whole system notice while a store hangs (SIGSTOP) under load:
 * how many requests fail, how long they take, and what is stale or missing when it is back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Activity } from '../lib/activities/activity.ts';
import type { Task } from '../lib/tasks/task.ts';
import { describeFailure } from '../local/failure.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { letGo } from '../local/leash.ts';
import { type RunningSystem, startEphemeral } from '../local/testing/running-system.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const clients = 12;

interface Asked {
  readonly kind: 'read' | 'write';
  readonly status: number;
  readonly milliseconds: number;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);
const row = (...cells: readonly (string | number)[]) =>
  say(cells.map((cell, index) => String(cell).padEnd(index === 0 ? 22 : 12)).join(''));

try {
  await buildWhenStale();
  const system = await startEphemeral();
  try {
    await measure(system);
  } finally {
    await system[Symbol.asyncDispose]();
  }
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}

async function measure(system: RunningSystem): Promise<void> {
  const api = clientOf(system.url);
  await under(api, 5_000); // warm
  row('', 'requests', 'failed', 'p50', 'p99', 'longest');
  report('all is well', await under(api, 10_000));
  for (const store of ['redis', 'mongodb'] as const) await outage(system, api, store, Number(values.seconds) * 1_000);
}

type Client = ReturnType<typeof clientOf>;

async function outage(
  system: RunningSystem,
  api: Client,
  store: 'redis' | 'mongodb',
  milliseconds: number,
): Promise<void> {
  const pid = system.processes().find(({ name }) => name === store)?.pid;
  if (pid === undefined) throw new Error(`no ${store} runs here`);
  const tasks = (await Promise.all(Array.from({ length: 100 }, () => api.make()))).filter(task => task !== undefined);
  process.kill(pid, 'SIGSTOP');
  try {
    const during = under(api, milliseconds);
    await sleep(milliseconds / 2);
    for (const { id } of tasks) await api.change(id);
    report(`${store} hangs`, await during);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await sleep(5_000);
  const stale = (await Promise.all(tasks.map(({ id }) => api.read(id)))).filter(task => task?.version !== 2).length;
  say(`  5 s after its return ${stale} of ${tasks.length} tasks that were changed meanwhile are answered old`);
  say(`  ${await api.missing()} of ${api.made.size} tasks lack an activity, or have one twice`);
}

/** So many clients make, change and read tasks for so long. */
async function under(api: Client, milliseconds: number): Promise<Asked[]> {
  const from = api.asked.length;
  const until = performance.now() + milliseconds;
  const one = async () => {
    while (performance.now() < until) {
      const task = await api.make();
      if (!task) continue;
      await api.change(task.id);
      for (let reads = 0; reads < 8; reads += 1) await api.read(task.id);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return api.asked.slice(from);
}

function clientOf(url: string) {
  const asked: Asked[] = [];
  /** The highest version that was acknowledged, by task. */
  const made = new Map<string, number>();

  async function ask(kind: Asked['kind'], method: string, path: string, body?: unknown) {
    const begun = performance.now();
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    asked.push({ kind, status: response.status, milliseconds: performance.now() - begun });
    return response.ok ? JSON.parse(text) : undefined;
  }

  const keep = (task: Task | undefined) => {
    if (task) made.set(task.id, task.version);
    return task;
  };
  return {
    asked,
    made,
    make: async () => keep(await ask('write', 'POST', '/api/tasks', { title: 'made' })),
    change: async (id: string) => keep(await ask('write', 'PATCH', `/api/tasks/${id}`, { title: 'changed' })),
    read: (id: string): Promise<Task | undefined> => ask('read', 'GET', `/api/tasks/${id}`),
    /** Of how many tasks the activities are not one for each version. */
    async missing(): Promise<number> {
      let wrong = 0;
      for (const [id, version] of made) {
        const page: { items: Activity[] } = await ask('read', 'GET', `/api/tasks/${id}/activities`);
        const versions = page?.items.map(each => each.version) ?? [];
        if (versions.join() !== Array.from({ length: version }, (_, index) => version - index).join()) wrong += 1;
      }
      return wrong;
    },
  };
}

function report(name: string, all: readonly Asked[]): void {
  for (const kind of ['read', 'write'] as const) {
    const some = all.filter(each => each.kind === kind);
    const times = some.map(({ milliseconds }) => milliseconds).toSorted((one, other) => one - other);
    const at = (share: number) =>
      `${(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0)} ms`;
    const failed = some.filter(({ status }) => status >= 400).length;
    row(`${name}, ${kind}s`, some.length, failed, at(0.5), at(0.99), at(1));
  }
}
