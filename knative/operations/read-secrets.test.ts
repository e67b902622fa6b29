import path from 'node:path';
import { expect, test } from 'vitest';
import { tryScript } from '../testing/stand-in-kubectl.ts';

const script = path.join(import.meta.dirname, 'read-secrets.sh');

/** Two secrets of an hour ago; the second one is read again at the look that is said. */
function readAgain(look: number): string {
  const line = (name: string, hour: number) => `echo '${name} 2026-11-24T0${hour}:00:00Z'`;
  return `
    *"get externalsecret"*)
      if [ "$times" -ge 2 ]; then ${line('postgresql-owner', 4)}; else ${line('postgresql-owner', 3)}; fi
      if [ "$times" -ge ${look} ]; then ${line('redis', 4)}; else ${line('redis', 3)}; fi ;;`;
}

test('it ends when every secret has been read since, not when each is ready', async () => {
  const { ok, told } = await tryScript([script], readAgain(4));
  expect(ok).toBe(true);
  expect(told.map(each => each.split(' ').slice(2, 4).join(' '))).toEqual([
    'get externalsecret',
    'annotate externalsecret',
    'get externalsecret',
    'get externalsecret',
    'get externalsecret',
    'wait --for=condition=Ready',
  ]);
});

test('one that is not read is named', async () => {
  const { ok, output } = await tryScript([script], readAgain(1_000), { PATIENCE: '1' });
  expect([ok, output]).toEqual([false, expect.stringMatching(/^not read: redis; why, tells kubectl/m)]);
});

test('where there is none, nothing is waited for', async () => {
  expect(await tryScript([script], '*) ;;')).toMatchObject({ ok: false, output: 'there is no ExternalSecret\n' });
});
