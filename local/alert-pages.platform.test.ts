/** docs/operations/alerts: what a page tells to run, runs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkout } from './checkout.ts';
import { monitoringProgram } from './monitoring/programs.ts';
import { runProgram } from './run-program.ts';
import { canInstallDebianPackages, installDebianPackage } from './stores/debian.ts';
import { findOnPath } from './stores/on-path.ts';
import { type RunningSystem, startEphemeral } from './testing/running-system.ts';

const pages = `${checkout}/docs/operations/alerts`;
const blocks = readdirSync(pages).flatMap(page => {
  const text = readFileSync(`${pages}/${page}`, 'utf8');
  return [...text.matchAll(/^ *```(.+)\n([\s\S]*?)^ *```$/gm)].map(([, kind = '', block = '']) => ({
    page,
    kind,
    block,
  }));
});
const ofKind = (wanted: string) => blocks.filter(({ kind }) => kind === wanted);
const folder = mkdtempSync(`${tmpdir()}/alert-pages-`);
afterAll(() => rmSync(folder, { recursive: true }));

test('its PromQL is read by promtool', async () => {
  const { command } = await monitoringProgram('promtool');
  const rules = ofKind('promql').map(({ block }, index) => ({ record: `page:query:${index}`, expr: block.trim() }));
  expect(rules.length).toBeGreaterThan(50);
  writeFileSync(`${folder}/rules.yaml`, stringify({ groups: [{ name: 'pages', rules }] }));
  expect(await runProgram(command, ['check', 'rules', `${folder}/rules.yaml`])).toMatchObject({ ok: true });
});

describe('beside a running system', () => {
  let system: RunningSystem;
  let environment: Record<string, string>;
  beforeAll(async () => {
    await needPsql();
    system = await startEphemeral();
    const urls = Object.fromEntries(system.processes().map(({ name, url }) => [name, url]));
    environment = {
      PROCESSES: system.list,
      DATABASE_URL: urls.postgresql ?? '',
      ...(urls.mongodb && { MONGODB_URL: urls.mongodb }),
      BACKUP_DIR: `${folder}/backups`,
    };
    const tasks = `${system.url}/api/tasks`;
    const headers = { 'content-type': 'application/json' };
    const made = await fetch(tasks, { method: 'POST', headers, body: '{"title":"to be seen in metrics"}' });
    const { id } = (await made.json()) as { id: string };
    for (const url of [tasks, `${tasks}/${id}`]) expect((await fetch(url)).status).toBe(200);
  });
  afterAll(() => system[Symbol.asyncDispose]());

  test.each(ofKind('sh local'))('$page', async ({ block }) => {
    const here = block.replaceAll('http://127.0.0.1:8080', system.url);
    const outcome = await runProgram('bash', ['-euo', 'pipefail', '-c', here], { cwd: checkout, env: environment });
    expect(outcome).toMatchObject({ ok: true });
  });
});

async function needPsql(): Promise<void> {
  if (await findOnPath('psql', /PostgreSQL\) (\d+)/)) return;
  const refused = canInstallDebianPackages() ? await installDebianPackage('postgresql-client') : 'psql is not on PATH';
  expect(refused).toBeUndefined();
}
