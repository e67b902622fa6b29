/**
 * A real API server, with Knative's webhook, takes every object of every overlay. It has the definitions of everything that
 * the overlays name (knative/install); nothing is made there but namespaces that are missing, for the while.
 */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../local/run-program.ts';
import { rendered } from '../testing/kustomize.ts';

const room = import.meta.dirname;
const overlays = readdirSync(room, { withFileTypes: true }).flatMap(each => (each.isDirectory() ? [each.name] : []));

const missing: string[] = [];

beforeAll(async () => {
  const objects = await Promise.all(overlays.map(overlay => rendered(`overlays/${overlay}`)));
  for (const namespace of new Set(objects.flat().flatMap(({ metadata }) => metadata.namespace ?? []))) {
    const { ok } = await runProgram('kubectl', ['create', 'namespace', namespace]);
    if (ok) missing.push(namespace);
  }
});

afterAll(async () => {
  if (missing.length > 0) await runProgram('kubectl', ['delete', 'namespace', ...missing]);
});

test.for(overlays)('%s is taken', async overlay => {
  const { ok, output } = await runProgram('kubectl', ['apply', '--dry-run=server', '-k', `${room}/${overlay}`]);
  expect(ok ? '' : output).toBe('');
});
