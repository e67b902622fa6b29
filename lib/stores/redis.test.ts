import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Gate, gateTo } from '../../local/testing/gate.ts';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { openRedis, type RedisStore } from './redis.ts';

let server: ThrowAwayRedis;
let network: Gate;
let redis: RedisStore;

const observer = { beat: vi.fn(), lost: vi.fn() };
const beats = () => vi.waitFor(() => expect(redis.session()).toBeDefined(), { timeout: 5_000, interval: 5 });

beforeAll(async () => {
  server = await throwAwayRedis();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  observer.lost.mockClear();
  network = await gateTo(server.url);
  await network.open();
  redis = openRedis(network.url, observer);
  await beats();
});
afterEach(async () => {
  await redis.close();
  await network.shut();
});

test('tells the run of the server, and its time, which is never early', async () => {
  const info = String(await server.command('info', 'server'));
  expect(info).toContain(`run_id:${redis.session()?.runId}`);
  for (let i = 0; i < 20; i++) {
    const early = (redis.session()?.now() ?? 0) - Date.now(); // this machine's clock is the server's
    expect(early).toBeLessThan(1);
    expect(early).toBeGreaterThan(-1_000);
  }
});

test("answers stand in the order of the commands, and an error is one command's", async () => {
  const answers = await redis.send([['set', 'a', 1], ['incr', 'a'], ['nonsense'], ['get', 'a']]);
  expect(answers).toEqual([{ reply: 'OK' }, { reply: 2 }, { error: expect.any(Error) }, { reply: '2' }]);
});

test('what was sent and not answered fails when the connection ends, and is not sent again', async () => {
  await network.hang();
  observer.lost.mockClear();
  const sent = redis.send([['set', 'sent before', 'x']]);
  await vi.waitFor(() => expect(redis.health()).toBe('down'), { timeout: 5_000, interval: 5 });
  expect(observer.lost).not.toHaveBeenCalled(); // it only does not answer
  network.cut();
  expect(await sent).toEqual([{ error: expect.any(Error) }]);
  expect(redis.session()).toBeUndefined();
  await network.open();
  await beats();
  expect(await redis.send([['get', 'sent before']])).toEqual([{ reply: null }]);
});

test('what is sent while there is no connection fails at once, and is not kept', async () => {
  const answers = new Promise(resolve => {
    observer.lost.mockImplementationOnce(() => resolve(redis.send([['set', 'sent meanwhile', 'x']])));
  });
  network.cut();
  expect(await answers).toEqual([{ error: expect.any(Error) }]);
  await beats();
  expect(await redis.send([['get', 'sent meanwhile']])).toEqual([{ reply: null }]);
});

test('a connection that swallows everything is given up, and a better one found', async () => {
  await network.hang();
  await vi.waitFor(() => expect(observer.lost).toHaveBeenCalled(), { timeout: 5_000, interval: 5 });
  expect(redis.health()).toBe('down');
  await network.open();
  await beats();
  expect(redis.health()).toBe('up');
});

test('a server that can no longer be written to is lost', async () => {
  await server.command('config', 'set', 'min-replicas-to-write', 1);
  await vi.waitFor(() => expect(redis.session()).toBeUndefined(), 5_000);
  expect(observer.lost.mock.lastCall?.[0]).toMatchObject({ message: expect.stringContaining('NOREPLICAS') });
  await server.command('config', 'set', 'min-replicas-to-write', 0);
  await beats();
});

test('a primary that became a replica is left: the next connection may lead to the new primary', async () => {
  const before = network.taken();
  await server.command('replicaof', '127.0.0.1', 1);
  await vi.waitFor(() => expect(network.taken()).toBeGreaterThan(before), 5_000);
  expect(observer.lost.mock.calls[0]?.[0]).toMatchObject({ message: expect.stringContaining('READONLY') });
  connect(Number(new URL(server.url).port), '127.0.0.1').end('replicaof no one\r\n');
  await beats();
});

test('closed, it has no session, and beats no more', async () => {
  await redis.close();
  observer.beat.mockClear();
  observer.lost.mockClear();
  expect(redis.session()).toBeUndefined();
  expect(redis.health()).toBe('down');
  expect(await redis.send([['ping']])).toEqual([{ error: expect.any(Error) }]);
  await new Promise(resolve => setTimeout(resolve, 400));
  expect(observer.beat).not.toHaveBeenCalled();
  expect(observer.lost).not.toHaveBeenCalled();
});
