/** What a function's process tells of itself: how it started, what it is, what it uses. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { startServer } from '../lib/http/server.ts';
import { hosted, test } from '../local/testing/api.ts';
import { readExposition } from '../local/testing/exposition.ts';
import { processOf } from '../local/testing/process-of.ts';
import packageJson from '../package.json' with { type: 'json' };

async function scraped(metricsUrl: string) {
  const families = readExposition(await (await fetch(metricsUrl)).text());
  const seriesOf = (name: string) => families.find(family => family.name === name)?.series ?? [];
  return {
    value: (name: string) => seriesOf(name)[0]?.value ?? Number.NaN,
    labels: (name: string) => seriesOf(name)[0]?.labels,
    phases: () =>
      Object.fromEntries(seriesOf('cold_start_duration_seconds').map(each => [each.labels.phase, each.value])),
  };
}

test('a cold start ends with the first answer of the function, not of a probe, and is told once', async ({ api }) => {
  await using running = await processOf(api, 'get-task');
  for (const probe of ['/livez', '/readyz']) await fetch(running.url + probe);
  const { listening = Number.NaN, ...others } = (await scraped(running.metricsUrl)).phases();
  expect(others).toEqual({});
  expect(listening).toBeGreaterThan(0.01);

  const { id } = await api.create({ title: 'x' });
  const get = async () => expect((await fetch(`${running.url}/api/tasks/${id}`)).status).toBe(200);
  const asked = performance.now();
  await get();
  const first = (await scraped(running.metricsUrl)).phases();
  expect(first.listening).toBe(listening);
  const took = (performance.now() - asked) / 1_000;
  expect(first.first_answer).toBeGreaterThan(listening);
  expect(first.first_answer).toBeLessThan(listening + took); // not the wait for it
  await get();
  expect((await scraped(running.metricsUrl)).phases()).toEqual(first);
});

test('what it has not answered yet is 0, so that the first of it is seen', async ({ api }) => {
  await using running = await processOf(api, 'get-task');
  const counts = (await (await fetch(running.metricsUrl)).text()).match(/^http_request_duration_seconds_count.*/gm);
  const labels = (status: string) => `function="get-task",route="/api/tasks/{id}",method="GET",status="${status}"`;
  expect(counts).toEqual(['2xx', '5xx'].map(status => `http_request_duration_seconds_count{${labels(status)}} 0`));
});

test('it tells its version, its revision and its Node', async ({ api }) => {
  await using running = await processOf(api, 'get-task', { K_REVISION: 'get-task-00007' });
  const { value, labels } = await scraped(running.metricsUrl);
  expect([value('build_info'), labels('build_info')]).toEqual([
    1,
    {
      function: 'get-task',
      version: packageJson.version,
      revision: 'get-task-00007',
      node_version: process.versions.node,
    },
  ]);
});

test('it tells what it uses, as the system sees it', async ({ api }) => {
  const began = Date.now() / 1_000;
  await using running = await processOf(api, 'get-task');
  const before = await scraped(running.metricsUrl);
  expect(before.value('process_start_time_seconds')).toBeGreaterThan(began - 1);
  expect(before.value('process_start_time_seconds')).toBeLessThan(Date.now() / 1_000);
  const heap = before.value('nodejs_heap_size_used_bytes');
  expect(heap).toBeGreaterThan(2 ** 20);
  expect(before.value('process_resident_memory_bytes')).toBeGreaterThan(heap);
  expect(before.value('process_max_fds')).toBeGreaterThan(100);

  await Promise.all(Array.from({ length: 200 }, () => fetch(`${running.url}/api/tasks/none`)));
  const after = await scraped(running.metricsUrl);
  expect(after.value('process_cpu_seconds_total')).toBeGreaterThan(before.value('process_cpu_seconds_total'));
  const open = () => readdirSync(`/proc/${running.pid}/fd`).length;
  await expect.poll(async () => (await scraped(running.metricsUrl)).value('process_open_fds') - open()).toBe(0);
});

test('without a file descriptor left it still tells all it can', async ({ api }) => {
  await using running = await processOf(api, 'get-task');
  const { pid = 0, url, metricsUrl } = running;
  const before = await scraped(metricsUrl); // its connection is kept
  const open = () => readdirSync(`/proc/${pid}/fd`).length;
  const limit = open() + 5;
  execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${limit}`]);
  const sockets = Array.from({ length: 20 }, () =>
    connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {}),
  );
  await expect.poll(open).toBeGreaterThanOrEqual(limit);
  const { value } = await scraped(metricsUrl);
  expect(value('process_open_fds')).toBe(before.value('process_open_fds'));
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(before.value('process_cpu_seconds_total'));
  for (const socket of sockets) socket.destroy();
});

test('a scrape that fails is answered, and ends nothing', async ({ api }) => {
  const getTask = await hosted('get-task');
  const start: typeof getTask.start = variables => {
    const started = getTask.start(variables);
    started.telemetry.metrics.beforeExposition(() => Promise.reject(new Error('broken')));
    return started;
  };
  const server = await startServer(
    Object.assign(getTask.bind(undefined), { contract: getTask.contract, start }),
    api.environment,
  );
  expect((await fetch(server.metricsUrl)).status).toBe(500);
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  await server.close();
});
