import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { alerts } from './rules.ts';
import { blocksOf, folderOfPages, pages } from './testing/alert-pages.ts';

const withoutList = pages.filter(({ page }) => page !== 'README.md');

test('each alert has a page, and each page an alert', () => {
  expect(withoutList.map(({ page }) => page).sort()).toEqual(alerts.map(({ name }) => `${name}.md`).sort());
});

test('a page says what the alert means, how to look and what to do; the list names it under its severity', () => {
  const list = pages.find(({ page }) => page === 'README.md')?.text ?? '';
  for (const { page, text } of withoutList) {
    expect(text, page).toMatch(/^# \w+\n\n\S[\s\S]+\n## Check\n[\s\S]+\n## Do\n\n\S/);
    const severity = alerts.find(({ name }) => page === `${name}.md`)?.severity;
    expect(list, page).toMatch(new RegExp(`^- ${severity}: .*\\(${page}\\)`, 'm'));
  }
});

test('their commands are shell', () => {
  for (const { page, text } of [...blocksOf('sh'), ...blocksOf('sh local')]) {
    expect(() => execFileSync('bash', ['-n'], { input: text, stdio: 'pipe' }), page).not.toThrow();
  }
});

test('their links lead somewhere', () => {
  for (const { page, text } of pages) {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(path.join(folderOfPages, link)), `${page}: ${link}`).toBe(true);
    }
  }
});
