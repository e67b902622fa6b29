/** No file of the checkout has a key, a token or a password that opens anything. */
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const checkout = import.meta.dirname;

const notOurs = ['node_modules', 'dist', 'cdktf.out', '.local', '.git'].map(folder => `**/${folder}`);
const files = globSync(['**/*', '{.ci,.github}/**', '.*'], { cwd: checkout, exclude: notOurs }).filter(file =>
  statSync(path.join(checkout, file)).isFile(),
);

/** As their makers write them. */
const secrets: Readonly<Record<string, RegExp>> = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'a key of a Google account': /"private_key_id"\s*:/,
  'a key of a Google API': /\bAIza[\w-]{35}\b/,
  'a token of GitHub': /\b(?:gh[pousr]_\w{36}|github_pat_\w{50,})/,
  'a token of npm': /\bnpm_\w{36}\b/,
  'a token of Slack': /\bxox[abprs]-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{20,}/,
  'a key of AWS': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  'a signed token': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
};

test('none is in it', () => {
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap(file => {
    const text = readFileSync(path.join(checkout, file), 'latin1');
    return kindsIn(text).map(kind => `${file}: ${kind}`);
  });
  expect(found).toEqual([]);
});

test('one would be found', () => {
  const armour = '-----';
  expect(kindsIn(`${armour}BEGIN EC PRIVATE KEY${armour}`)).toEqual(['a private key']);
  expect(kindsIn(`token: ${'ghp'}_${'a1'.repeat(18)}`)).toEqual(['a token of GitHub']);
  expect(kindsIn(`Bearer ${'eyJ'}hbGciOiJFUzI1NiJ9.${'eyJ'}zdWIiOiJhbGljZSJ9.${'x'.repeat(86)}`)).toEqual([
    'a signed token',
  ]);
});

function kindsIn(text: string): readonly string[] {
  return Object.entries(secrets).flatMap(([kind, pattern]) => (pattern.test(text) ? [kind] : []));
}
