/** Pictures are drawn with the code's own names: each is there, and so is each arrow between two of them. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from './functions/catalogue.ts';
import { fencedBlocks } from './local/testing/markdown.ts';

const checkout = import.meta.dirname;

/** What is no file of ours, and no function. */
const stores = { PostgreSQL: 'postgresql', Redis: 'redis', MongoDB: 'mongodb' } as const;
const others = ['client', ...Object.keys(stores)];

const pictures = globSync('**/*.md', { cwd: checkout, exclude: ['**/node_modules', '.local', '.git'] }).flatMap(page =>
  fencedBlocks(readFileSync(path.join(checkout, page), 'utf8'))
    .filter(({ kind }) => kind === 'mermaid')
    .map(({ text }, number) => ({ name: `${page}, ${number + 1}`, text })),
);

test('README has some', () => {
  expect(pictures.filter(({ name }) => name.startsWith('README.md')).length).toBeGreaterThan(1);
});

test.for(pictures)('$name', ({ text }) => {
  const [first, ...lines] = text.trimEnd().split('\n');
  expect(first).toMatch(/^flowchart (LR|TD)$/);
  const names = new Map([...text.matchAll(/(\w+)\["([^"]+)"\]/g)].map(([, id = '', name = '']) => [id, name]));
  for (const line of lines) {
    const { from = '', to = '' } = arrow.exec(line)?.groups ?? {};
    expect([line, faultOf(names.get(from), names.get(to))]).toEqual([line, 'none']);
  }
});

/** `from --> to` or `from -- "what" --> to`; a node has its name where it comes first. */
const arrow = /^ {2}(?<from>\w+)(?:\["[^"]+"\])? --(?: "[^"]+" --)?> (?<to>\w+)(?:\["[^"]+"\])?$/;

function faultOf(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return 'no arrow between two names';
  for (const name of [from, to]) if (!isKnown(name)) return `${name} is not there`;
  const caller = catalogue.find(({ name }) => name === from);
  if (caller) return `${callsOf(caller).includes(to) ? 'none' : `${from} has no business with ${to}`}`;
  if (from.endsWith('.ts') && to.endsWith('.ts')) return imports(from, to) ? 'none' : `${from} does not import ${to}`;
  return 'none';
}

function isKnown(name: string): boolean {
  return (
    others.includes(name) || catalogue.some(contract => contract.name === name) || existsSync(path.join(checkout, name))
  );
}

function callsOf({ stores: own, calls = [] }: (typeof catalogue)[number]): readonly string[] {
  const named = Object.entries(stores).filter(([, store]) => own.some(each => each === store));
  return [...named.map(([name]) => name), ...calls];
}

function imports(from: string, to: string): boolean {
  const source = readFileSync(path.join(checkout, from), 'utf8');
  const targets = [...source.matchAll(/ from '(\.[^']+)'/g)].map(([, target = '']) =>
    path.join(path.dirname(from), target),
  );
  return targets.includes(to);
}
