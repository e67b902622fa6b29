import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Supervisor, supervise } from './supervisor.ts';

const QUICK = { probe: 50, startsWithin: 5_000, settled: 1, backOff: { first: 50, longest: 200 } };

/** What a function does of all that matters here: it is ready, it drains at SIGTERM. */
const DRAINS = `
  let draining = false;
  const server = require('node:http').createServer((req, res) => res.writeHead(draining ? 503 : 200).end(String(process.pid)));
  server.listen(process.env.PORT);
  process.on('SIGTERM', () => {
    draining = true;
    setTimeout(() => process.exit(0), Number(process.env.DRAIN));
  });
`;

let folder: string;
let supervisor: Supervisor | undefined;
const told: string[] = [];
const changed = vi.fn();
const misconfigured = vi.fn();

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/supervisor-`);
  told.length = 0;
  changed.mockClear();
});
afterEach(async () => {
  supervisor?.kill();
  await supervisor?.end();
  rmSync(folder, { recursive: true });
});

function superviseScript(source: string, drain = 100): Supervisor {
  writeFileSync(`${folder}/server.cjs`, source);
  supervisor = supervise(
    { name: 'it', script: `${folder}/server.cjs`, environment: { DRAIN: String(drain) }, log: `${folder}/it.log` },
    { changed, misconfigured, tell: line => told.push(line) },
    QUICK,
  );
  return supervisor;
}

test('one that is killed is started again', async () => {
  const it = superviseScript(DRAINS);
  await it.ready;
  const first = it.serving?.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await vi.waitUntil(() => it.serving !== undefined && it.serving.pid !== first, 5_000);
  expect(it.processes).toHaveLength(1);
  expect(told).toEqual(['it ended (signal 9); started again']);
});

test('one that drains is replaced while it still listens', async () => {
  const it = superviseScript(DRAINS, 2_000);
  await it.ready;
  const first = it.serving;
  process.kill(first?.pid ?? 0, 'SIGTERM');
  await vi.waitUntil(() => it.serving !== undefined && it.serving !== first, 5_000);
  expect(it.processes).toHaveLength(2);
  expect(await first?.readiness()).toBe('draining');
  await first?.exited;
  await vi.waitUntil(() => it.processes.length === 1);
  expect(it.serving).not.toBe(first);
});

test('one that crashes at once is tried again, ever slower', async () => {
  const it = superviseScript(`${DRAINS} if (require('node:fs').existsSync(__dirname + '/broken')) process.exit(3);`);
  await it.ready;
  writeFileSync(`${folder}/broken`, '');
  process.kill(it.serving?.pid ?? 0, 'SIGKILL');
  await vi.waitUntil(() => told.length >= 4, 5_000);
  rmSync(`${folder}/broken`);
  await vi.waitUntil(() => it.serving !== undefined, 5_000);
});

test('one that never becomes ready is told as that', async () => {
  await expect(superviseScript('process.exit(3)').ready).rejects.toThrow('it ended before it was ready');
});

test('exit 78 is a bad configuration, and not tried again', async () => {
  const it = superviseScript('process.exit(78)');
  await expect(it.ready).rejects.toThrow();
  expect(misconfigured).toHaveBeenCalledWith('it');
  expect(it.processes).toEqual([]);
});

test('ended, nothing of it runs', async () => {
  const it = superviseScript(DRAINS);
  await it.ready;
  const serving = it.serving;
  await it.end();
  expect(await serving?.exited).toBe(0);
  expect(it.processes).toEqual([]);
});
