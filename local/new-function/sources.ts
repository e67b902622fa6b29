/** The sources of a new function: its folder, from a template beside this file, and its lines in lists that people write. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Contract } from '../../lib/http/contract.ts';
import { rareScale } from '../../lib/http/scale.ts';
import { Failure } from '../failure.ts';
import type { AskedFunction } from './asked-function.ts';

export interface Source {
  /** From the checkout's root. */
  readonly path: string;
  readonly contents: string;
}

/** @param read a file of the checkout */
export function sourcesOf(
  asked: AskedFunction,
  catalogue: readonly Contract[],
  read: (file: string) => string,
): readonly Source[] {
  const last = catalogue.findLast(({ kind }) => kind === asked.kind)?.name ?? '';
  const edited = (file: string, edit: (text: string) => string) => ({ path: file, contents: edit(read(file)) });
  const behindLast = (line: string) => (text: string) => insert(text, { line, behind: `| ${last} |` });
  return [
    ...folderOf(asked),
    edited('functions/catalogue.ts', text => listed(text, asked.name, last)),
    edited('README.md', behindLast(`| ${asked.name} | ${takes(asked)} | ${summaryOf(asked).toLowerCase()} |`)),
    ...(asked.kind === 'job' ? [] : [edited('docs/scaling/concurrency.md', behindLast(notMeasured(asked)))]),
  ];
}

function folderOf(asked: AskedFunction): readonly Source[] {
  const template = asked.kind !== 'http' ? asked.kind : asked.method === 'GET' ? 'task-read' : 'task-change';
  return ['contract.ts', 'index.ts', 'test.ts'].map(file => ({
    path: `functions/${asked.name}/${file.replace(/^test/, 'index.test')}`,
    contents: filledIn(readFileSync(path.join(import.meta.dirname, template, file), 'utf8'), asked),
  }));
}

/** The templates are of a verb-task. */
function filledIn(template: string, asked: AskedFunction): string {
  const text = asked.kind === 'http' ? atRoute(template, asked) : template;
  return text
    .replaceAll('../../../', '../../')
    .replaceAll('verbTask', camelCase(asked.name))
    .replaceAll('verb-task', asked.name)
    .replaceAll('Verb a task', summaryOf(asked));
}

function atRoute(template: string, { method, path: route }: AskedFunction & { kind: 'http' }): string {
  const text = template.replaceAll('POST', method).replaceAll('/{id}/verb', route.replace('/api/tasks', ''));
  const inTests = text.replaceAll('}/verb`', `}${route.replace('/api/tasks/{id}', '')}\``);
  // Of the methods POST alone may not be sent twice.
  return method === 'POST' ? inTests : inTests.replace('  idempotent: true,\n', '').replaceAll(/, idempotency\b/g, '');
}

function listed(catalogue: string, name: string, last: string): string {
  const own = camelCase(name);
  const line = `import { contract as ${own} } from './${name}/contract.ts';`;
  const imported = insert(catalogue, { line, behind: `import { contract as ${camelCase(last)} }` });
  return insert(imported, { line: `  ${own},`, behind: `  ${camelCase(last)},` });
}

function insert(text: string, { line, behind }: { line: string; behind: string }): string {
  const lines = text.split('\n');
  const at = lines.findIndex(each => each.startsWith(behind));
  if (at === -1) throw new Failure('making a function', `no line begins with "${behind}"`, 'put it back: it is a list');
  return lines.toSpliced(at + 1, 0, line).join('\n');
}

function takes(asked: AskedFunction): string {
  if (asked.kind === 'http') return `${asked.method} ${asked.path}`;
  return asked.kind === 'event' ? `CloudEvent \`task-manager.${asked.name}.due\`` : 'a job';
}

function notMeasured({ name }: AskedFunction): string {
  return `| ${name} | ${rareScale.concurrency} | – | – | – | – | – | – | – |`;
}

/** archive-task: Archive a task. */
function summaryOf({ name }: AskedFunction): string {
  const words = name.replace(/-task$/, '-a-task').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
