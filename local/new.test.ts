/** What `npm run new` makes, and what it refuses to make. docs/add-a-function.md is carried out in new.platform.test.ts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { checkout } from './checkout.ts';
import { allOrNothing } from './new-function/all-or-nothing.ts';
import { askedFunction } from './new-function/asked-function.ts';
import { sourcesOf } from './new-function/sources.ts';
import { runProgram } from './run-program.ts';

const asked = (line: string) => askedFunction(line.split(' '), catalogue);
const textOf = (file: string) => readFileSync(path.join(checkout, file), 'utf8');

test("a task's verb is a POST, and where there is a better route it is said", () => {
  expect(asked('archive-task')).toEqual({
    kind: 'http',
    name: 'archive-task',
    method: 'POST',
    path: '/api/tasks/{id}/archive',
  });
  expect(asked('see-votes --method GET --path /api/tasks/{id}/votes/latest')).toMatchObject({
    method: 'GET',
    path: '/api/tasks/{id}/votes/latest',
  });
  expect(asked('count-tasks --kind job')).toEqual({ kind: 'job', name: 'count-tasks' });
});

test.for([
  ['', 'is not a verb and a noun'],
  ['archive-task extra-task', 'takes one name, and got 2'],
  ['archive', 'is not a verb and a noun'],
  ['Archive-Task', 'is not a verb and a noun'],
  ['../archive-task', 'is not a verb and a noun'],
  ['summarize-the-activities-of-task', 'at most 27 characters'],
  ['get-task', 'there is a function get-task'],
  ['api-root', 'there is a function api-root'],
  ['archive-task --kind cron', '--kind is one of http, event, job'],
  ['archive-task --method post', '--method is one of GET, POST'],
  ['archive-task --path /api/tasks/{id}/restore', "POST /api/tasks/{id}/restore is restore-task's"],
  ['archive-task --path /api/tasks/archive', 'is not /api/tasks/{id}/ and'],
  ['archive-task --path /api/tasks/{task}/archive', 'is not /api/tasks/{id}/ and'],
  ['archive-things', 'does not end in -task, and there is no --path'],
  ['count-tasks --kind job --method GET', 'jobs have no --method'],
  ['archive-task --force', "Unknown option '--force'"],
])('%s: %s', ([line = '', cause]) => {
  expect(() => asked(line)).toThrow(cause);
  expect(() => asked(line)).toThrow('nothing was written');
});

test.for([
  'archive-task',
  'mark-done-task --method PUT',
  'see-votes --method GET --path /api/tasks/{id}/votes/latest',
  'count-tasks --kind event',
  'count-tasks --kind job',
])('of its template %s keeps nothing but what it is', line => {
  const made = asked(line);
  const sources = sourcesOf(made, catalogue, textOf);
  const folder = sources.filter(source => source.path.startsWith(`functions/${made.name}/`));
  expect(folder.map(source => path.basename(source.path))).toEqual(['contract.ts', 'index.ts', 'index.test.ts']);
  const text = folder.map(({ contents }) => contents).join('\n');
  expect(text).not.toMatch(/verb|\.\.\/\.\.\/\.\.\//i);
  expect(text).toContain(`name: '${made.name}'`);
  if (made.kind !== 'http') return;
  const { method, path: route } = made;
  expect(text).toContain(`/** ${method} ${route}: `);
  expect(text).toContain(`route: { method: '${method}', path: '${route}' }`);
  expect(text).toContain(`'${method}', \`${route.replace('{id}', '$' + '{task.id}')}\``);
  expect([...text.matchAll(/'(GET|POST|PUT)'/g)].every(([, told]) => told === method)).toBe(true);
  expect(text.includes('idempoten')).toBe(method === 'POST');
});

test('a failure half-way leaves every file as it was, and none that was not there', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'new-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [list, made] = [path.join(folder, 'list.ts'), path.join(folder, 'made')];
  writeFileSync(list, 'before');
  const halfWay = allOrNothing([list, made], async () => {
    writeFileSync(list, 'after');
    mkdirSync(made);
    writeFileSync(path.join(made, 'index.ts'), '');
    throw new Error('half-way');
  });
  await expect(halfWay).rejects.toThrow('half-way');
  expect(readFileSync(list, 'utf8')).toBe('before');
  expect(() => readFileSync(path.join(made, 'index.ts'))).toThrow('ENOENT');
});

test('the command says why it refuses, and how it is asked', async () => {
  const { ok, output } = await runProgram(process.execPath, ['local/new.ts', 'get-task'], { cwd: checkout });
  expect([ok, output]).toEqual([
    false,
    expect.stringMatching(
      /^failed: making a function\ncause: {2}there is a function get-task; nothing.*\nremedy: npm run new --/,
    ),
  ]);
});
