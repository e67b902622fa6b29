/** What functions expose is what docs/metrics.md says, and no request adds a series of its own. */
import http from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, openApi } from '../local/testing/api.ts';
import { documentedMetrics, documentedValues } from '../local/testing/documented-metrics.ts';
import { sendCleanUp, sendNudge } from '../local/testing/events.ts';
import { exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import { type MetricFamily, readExposition } from '../local/testing/exposition.ts';
import { inTurns } from '../local/testing/in-turns.ts';
import { exposition } from '../local/testing/metric.ts';
import { randomRequests, sendRandom } from '../local/testing/random-requests.ts';
import { sql } from '../local/testing/sql.ts';
import packageJson from '../package.json' with { type: 'json' };
import { catalogue } from './catalogue.ts';

const functions = catalogue.filter(({ kind }) => kind !== 'job');
let api: Api & AsyncDisposable;
/** Tokens are asked for, and requests are limited. */
let guarded: Api & AsyncDisposable;

/** Each function is used, and no job has failed yet. */
beforeAll(async () => {
  api = await openApi();
  guarded = await openApi({
    AUTH_MODE: 'oidc',
    AUTH_ISSUER: 'https://issuer.invalid',
    AUTH_AUDIENCE: 'tasks',
    RATE_LIMIT_PER_MINUTE: '600',
  });
  const headers = { authorization: 'Bearer none' };
  expect((await guarded.request('GET', '/api/tasks/none', { headers })).status).toBe(401);
  for (const contract of httpContracts) {
    const { method, path, options, status } = await exampleRequest(contract, api);
    expect((await api.request(method, path, options)).status).toBe(status);
  }
  await api.request('GET', '/health');
  await sendNudge(api);
  await sendCleanUp(api);
  await sql(
    api,
    `insert into heartbeats values ('back-up', now(), '{"taken_at": "2026-11-22T09:00:00Z", "bytes": 1}')`,
  );
});
afterAll(() => Promise.all([api, guarded].map(each => each?.[Symbol.asyncDispose]())));

const exposed = async (name: string) => readExposition(await exposition(api, name));
const exposedByAll = async () => [
  ...(await inTurns(functions, ({ name }) => exposed(name))).flat(),
  ...readExposition(await exposition(guarded, 'get-task')),
];
const documented = (name: string) =>
  documentedMetrics.find(metric => metric.name === name) ?? expect.unreachable(`${name} is not documented`);

test('what is exposed is documented, and what is documented is exposed', async () => {
  const families = await exposedByAll();
  for (const { name, type, series } of families) {
    const { labels } = documented(name);
    expect([name, documented(name).type]).toEqual([name, type]);
    const own = [...labels, 'function', ...(type === 'histogram' ? ['le'] : [])];
    for (const each of series) expect(own, name).toEqual(expect.arrayContaining(Object.keys(each.labels)));
  }
  const told = new Set(families.filter(({ series }) => series.length > 0).map(({ name }) => name));
  expect([...told].sort()).toEqual(documentedMetrics.map(({ name }) => name).sort());
});

test.for(functions)('$name tells of itself alone, and of the relay only if it is the relay', async ({ name }) => {
  const families = await exposed(name);
  for (const { series } of families) for (const { labels } of series) expect(labels.function).toBe(name);
  const ofRelay = families.filter(family => /^(outbox|redis|postgresql|heartbeat|store_up)/.test(family.name));
  expect(ofRelay.length > 0).toBe(name === 'relay-activities');
});

test('names end in what Prometheus expects of their unit and type, and have a help text', async () => {
  for (const { name, type, help } of await exposedByAll()) {
    const { unit } = documented(name);
    const base = name.replace(/_total$/, '');
    expect([name, base !== name]).toEqual([name, type === 'counter']);
    expect([name, base.endsWith('_seconds')]).toEqual([name, unit.startsWith('seconds')]);
    expect([name, base.endsWith('_bytes')]).toEqual([name, unit === 'bytes']);
    expect([name, base.endsWith('_info')]).toEqual([name, unit === '1']);
    expect(base).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/);
    expect(base).not.toMatch(/_(count|sum|bucket|milliseconds|ms|minutes|hours|kilobytes|percent|gauge|counter)$/);
    expect(help).toMatch(/^[A-Z0-9].{10,}\.$/);
  }
});

/** Stands in all that a sender can choose. */
const mark = 'zqx';
const sentInAll = 10_000;

const paths = ['/', ...httpContracts.map(({ route }) => route.path)];

/** What each label may be, in whichever function. */
const values: ReadonlyMap<string, readonly string[]> = new Map([
  ...documentedValues,
  ['function', functions.map(({ name }) => name)],
  ['route', [...paths, 'api-root']],
  ['version', [packageJson.version]],
  ['revision', ['']],
  ['node_version', [process.versions.node]],
  ['le', [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, '+Inf'].map(String)],
]);

test('whatever is sent, a function has no more series than its labels have values', { timeout: 120_000 }, async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
  const each = Math.ceil(sentInAll / functions.length);
  for (const { name } of functions) {
    const url = await api.url(name);
    const before = await counted(name);
    const requests = fc.sample(randomRequests(mark, [...paths, '/docs', '/openapi.json', '/health']), {
      numRuns: each,
      seed: 1,
    });
    await Promise.all(requests.map(request => sendRandom(url, request, agent)));
    await expect.poll(() => counted(name)).toBe(before + each);
  }
  agent.destroy();

  const families = await exposedByAll();
  for (const family of families) expect(family.series.length, family.name).toBeLessThanOrEqual(mostSeries(family));
  for (const { labels } of families.flatMap(({ series }) => series))
    for (const [label, value] of Object.entries(labels)) expect(values.get(label), label).toContain(value);
  const text = (await inTurns(functions, ({ name }) => exposition(api, name))).join();
  expect(text).not.toContain(mark);
  expect(text).toContain('method="other"');
});

/** Requests that a function has counted. */
async function counted(name: string): Promise<number> {
  const series = (await exposed(name)).flatMap(family => family.series);
  return series.reduce((sum, each) => sum + (each.name === 'http_request_duration_seconds_count' ? each.value : 0), 0);
}

/** Of one function: a label without a list of its values has one there. A histogram has buckets, a sum and a count. */
function mostSeries({ name, type, series }: MetricFamily): number {
  const buckets = new Set(series.map(({ labels }) => labels.le)).size - 1;
  const perLabels = type === 'histogram' ? buckets + 2 : 1;
  return documented(name).labels.reduce(
    (product, label) => product * (documentedValues.get(label)?.length ?? 1),
    perLabels,
  );
}
