import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from './checkout.ts';

const folder = `${checkout}/docs/operations/alerts`;
const pages = readdirSync(folder).map(page => ({ page, text: readFileSync(`${folder}/${page}`, 'utf8') }));

test('the commands of each page are shell', () => {
  for (const { page, text } of pages) {
    for (const [, block = ''] of text.matchAll(/^ *```sh.*\n([\s\S]*?)^ *```$/gm)) {
      expect(() => execFileSync('bash', ['-n'], { input: block, stdio: 'pipe' }), page).not.toThrow();
    }
  }
});

test('the links of each page lead somewhere', () => {
  for (const { page, text } of pages) {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(existsSync(path.join(folder, link)), `${page}: ${link}`).toBe(true);
    }
  }
});

test('a page says what the alert means, how to look and what to do; the list of pages names it', () => {
  const list = pages.find(({ page }) => page === 'README.md')?.text ?? '';
  for (const { page, text } of pages.filter(each => each.page !== 'README.md')) {
    expect(text, page).toMatch(/^# \w+\n\n\S[\s\S]+\n## Check\n[\s\S]+\n## Do\n\n\S/);
    expect(list).toContain(`(${page})`);
  }
});
