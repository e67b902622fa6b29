/** Stores that speak TLS only, as Cloud SQL and Memorystore do, with certificates that no public authority signed. */
import { afterAll, expect, test, vi } from 'vitest';
import { silentProgress } from '../../local/progress.ts';
import { runProgram } from '../../local/run-program.ts';
import { pathWithDumpPrograms } from '../../local/stores/dump-programs.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { newCertificate, postgresqlTlsGate, redisTlsGate } from '../../local/testing/tls-gate.ts';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { openPostgresql } from './postgresql.ts';
import { openSession } from './postgresql-session.ts';
import { openRedis } from './redis.ts';

const database = await freshDatabase();
afterAll(() => database.drop());
const certificate = await newCertificate();
const quiet = () => ({ log: openLog('test', 'silent'), metrics: openMetrics('test') });
const one = { text: 'select 1 as one', values: [] };

test('PostgreSQL: pool, session and pg_dump read sslmode=require alike', async () => {
  await using gate = await postgresqlTlsGate(database.url, certificate);
  await gate.open();
  const url = `${gate.url}?sslmode=require`;
  const db = openPostgresql({ DATABASE_URL: url }, quiet());
  expect(await db.query(one)).toEqual([{ one: 1 }]);
  await db.close();
  const session = await openSession(url, 'test');
  expect(await session.query(one)).toEqual([{ one: 1 }]);
  await session.close();
  const PATH = await pathWithDumpPrograms(silentProgress);
  expect(
    await runProgram('pg_dump', ['--schema-only', '--table=tasks', `--dbname=${url}`], { env: { PATH } }),
  ).toMatchObject({ ok: true });
});

test('PostgreSQL: who does not ask for it is not served', async () => {
  await using gate = await postgresqlTlsGate(database.url, certificate);
  await gate.open();
  const db = openPostgresql({ DATABASE_URL: gate.url }, quiet());
  await expect(db.query(one)).rejects.toThrow();
  await db.close();
});

test('Redis: the authority that the URL names is trusted, and no other', async () => {
  await using server = await throwAwayRedis();
  await using gate = await redisTlsGate(server.url, certificate);
  await gate.open();
  const url = (ca: string) => `${gate.url.replace('redis:', 'rediss:')}?ca=${encodeURIComponent(ca)}`;
  const observer = { beat: vi.fn(), lost: vi.fn() };
  const redis = openRedis(url(certificate.cert), observer);
  await vi.waitFor(() => expect(observer.beat).toHaveBeenCalled(), { timeout: 5_000, interval: 10 });
  expect(await redis.send([['ping']])).toEqual([{ reply: 'PONG' }]);
  await redis.close();

  const stranger = { beat: vi.fn(), lost: vi.fn() };
  const misled = openRedis(url((await newCertificate()).cert), stranger);
  await vi.waitFor(() => expect(stranger.lost).toHaveBeenCalled(), { timeout: 5_000, interval: 10 });
  expect(String(stranger.lost.mock.calls[0])).toMatch(/self-signed certificate/);
  expect(stranger.beat).not.toHaveBeenCalled();
  await misled.close();
});
