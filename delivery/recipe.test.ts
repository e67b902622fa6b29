/** Which change of the Dockerfile reaches which image. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dockerfile, parseDockerfile } from '../images/dockerfile.ts';
import { recipeOf } from './recipe.ts';

const text = readFileSync(dockerfile, 'utf8');
const targets = ['function', 'job-with-postgresql-programs'] as const;

function changedBy(before: string, after: string) {
  expect(text).toContain(before);
  const changed = parseDockerfile(text.replace(before, after));
  return targets.filter(target => recipeOf(target, changed) !== recipeOf(target, parseDockerfile(text)));
}

test.each([
  ['the base of Node', 'node:24.21.0-bookworm@sha256:', 'node:24.21.0-bookworm@sha256:0', targets],
  ["the base of PostgreSQL's programs", '/postgres:18.4-', '/postgres:18.5-', ['job-with-postgresql-programs']],
  ["the edge's base", '/debian:bookworm-', '/debian:trixie-', []],
  ['a stage that both take from', 'mkdir -m 1777 tmp backups', 'mkdir -m 1777 tmp', targets],
  ['how bundles are built', 'npm ci --ignore-scripts --omit=dev', 'npm ci --omit=dev', targets],
  ["how PostgreSQL's programs are taken", 'bin/pg_dump ', 'bin/psql ', ['job-with-postgresql-programs']],
  ["the edge's own stage", 'STOPSIGNAL SIGQUIT', 'STOPSIGNAL SIGTERM', []],
  ['a comment', '# Labels are told twice', '# Labels stand twice', []],
] as const)('%s', (_, before, after, reached) => {
  expect(changedBy(before, after)).toEqual(reached);
});
