/** Every page of Markdown: what it links to, names and tells to run is there. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { anchors, fencedBlocks, inlineCode, linkTargets } from './local/testing/markdown.ts';
import packageJson from './package.json' with { type: 'json' };

const checkout = import.meta.dirname;

const notOurs = ['node_modules', 'dist', 'cdktf.out', '.local', '.git'];
const pages = globSync('**/*.md', { cwd: checkout, exclude: ['**/node_modules', '.local', '.git'] }).map(page => ({
  page,
  text: readFileSync(path.join(checkout, page), 'utf8'),
}));

const files = globSync(['**/*.*', '{.ci,.github}/**', '.*'], {
  cwd: checkout,
  exclude: notOurs.map(folder => `**/${folder}`),
});
/** What reads like the name of a file, alone or with some of its path. */
const aFile = /(?<![\w*./-])[\w.-][\w./-]*\.(?:[cm]?[jt]s|md|ya?ml|json|sh|sql|conf|css|html)(?![\w/*-])/g;
/** Files that a reader makes, or finds: in a backup, or while all runs. */
const theirs = [
  'sdk.cjs',
  'manifest.json',
  'release.json',
  '.local/release/release.json',
  'get-task.cdx.json',
  '.local/processes.json',
];

/** A folder of the checkout's own, then more of a path. */
const rooms = readdirSync(checkout, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && !notOurs.includes(entry.name))
  .map(({ name }) => name);
const ofTheCheckout = new RegExp(`(?<![\\w./-])(?:${rooms.join('|')})/[\\w.*/-]*[\\w*/]`, 'g');

test('links lead somewhere, and to a heading that is there', () => {
  const dead = pages.flatMap(({ page, text }) =>
    linkTargets(text)
      .filter(target => !/^[a-z]+:/.test(target))
      .filter(target => !leadsSomewhere(page, target))
      .map(target => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
  expect(pages.flatMap(({ text }) => linkTargets(text)).length).toBeGreaterThan(100);
});

test('commands are shell', () => {
  const scripts = pages.map(({ page, text }) => ({ page, script: blocksOfShell(text).join('\n') }));
  for (const { page, script } of scripts.filter(each => each.script !== ''))
    expect(() => execFileSync('bash', ['-n'], { input: script, stdio: 'pipe' }), page).not.toThrow();
  expect(pages.flatMap(({ text }) => blocksOfShell(text)).length).toBeGreaterThan(100);
});

test('each `npm run …` is a script', () => {
  const named = pages.flatMap(({ page, text }) =>
    [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => ({ page, script })),
  );
  expect(named.filter(({ script }) => !(script in packageJson.scripts))).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

test('nobody waits for a job that may have failed to be complete', () => {
  const scripts = globSync('{knative,.github}/**/*.{sh,yaml}', { cwd: checkout }).map(script => ({
    page: script,
    text: readFileSync(path.join(checkout, script), 'utf8'),
  }));
  const waiting = [...scripts, ...pages.map(({ page, text }) => ({ page, text: blocksOfShell(text).join('\n') }))];
  expect(waiting.filter(({ text }) => /--for=condition=complete/i.test(text)).map(({ page }) => page)).toEqual([]);
  expect(scripts.length).toBeGreaterThan(5);
});

test('each path is there', () => {
  const named = pages.flatMap(({ page, text }) =>
    [...inlineCode(text), ...blocksOfShell(text)].flatMap(code =>
      [...code.matchAll(ofTheCheckout)].map(([file]) => ({ page, file })),
    ),
  );
  expect(named.filter(({ page, file }) => !isThere(file) && !isMadeBy(page, file))).toEqual([]);
  expect(named.length).toBeGreaterThan(100);
});

test('each file that is named is one, wherever it stands', () => {
  const named = pages.flatMap(({ page, text }) =>
    inlineCode(text).flatMap(code => [...code.matchAll(aFile)].map(([file]) => ({ page, file }))),
  );
  const known = named.filter(({ file }) => !theirs.includes(file));
  expect(known.filter(({ file }) => !files.some(each => `/${each}`.endsWith(`/${file}`)))).toEqual([]);
  expect(known.length).toBeGreaterThan(100);
});

test('each figure that README measures itself by stands on a page that it names there', () => {
  const readme = pages.find(({ page }) => page === 'README.md')?.text ?? '';
  const [, measured = ''] = /^## Measured$([\s\S]*?)^## /m.exec(readme) ?? [];
  const rows = measured.split('\n').filter(line => line.startsWith('| '));
  const missing = rows.flatMap(row => {
    const named = linkTargets(row).map(target => pages.find(({ page }) => page === target.split('#')[0])?.text ?? '');
    const figures = row.split('|')[2]?.match(/\d[\d.,–]*\d/g) ?? [];
    return figures.filter(figure => !named.some(text => text.includes(figure)));
  });
  expect(missing).toEqual([]);
  expect(rows.length).toBeGreaterThan(8);
});

test('each decision is in the list of decisions, in the order of their numbers', () => {
  const decisions = globSync('docs/decisions/[0-9]*.md', { cwd: checkout }).map(file => path.basename(file));
  const list = pages.find(({ page }) => page === 'docs/decisions/README.md');
  expect(linkTargets(list?.text ?? '')).toEqual(decisions.toSorted());
  expect(decisions.toSorted().map(file => Number.parseInt(file, 10))).toEqual(decisions.map((_, index) => index + 1));
});

function leadsSomewhere(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const to = file === '' ? page : path.join(path.dirname(page), file);
  if (anchor === undefined) return existsSync(path.join(checkout, to));
  const found = pages.find(each => each.page === to);
  return found !== undefined && anchors(found.text).includes(anchor);
}

function blocksOfShell(text: string): readonly string[] {
  return fencedBlocks(text)
    .filter(({ kind }) => /^(sh|bash)\b/.test(kind))
    .map(block => block.text);
}

/** What its own commands make, local/new.platform.test.ts finds. */
function isMadeBy(page: string, file: string): boolean {
  return page === 'docs/add-a-function.md' && /^functions\/archive-task\b/.test(file);
}

/** Of what is made only when somebody asks for it, the folder it is made in has to be. */
function isThere(file: string): boolean {
  const [kept = ''] = file.split('/cdktf.out');
  return globSync(kept, { cwd: checkout }).length > 0;
}
