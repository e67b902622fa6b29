import { afterEach, expect, test } from 'vitest';
import { type LocalAuth, startAuth } from './auth.ts';
import { functionEnvironment } from './function-environment.ts';
import { databasesAt } from './stores/databases.ts';
import { openApi } from './testing/api.ts';
import { curlLine } from './welcome.ts';

let auth: LocalAuth;
afterEach(() => auth.stop());

test('with --auth the functions ask for the token that is printed', async () => {
  auth = await startAuth('oidc');
  await using api = await openApi({ ...auth.variables });
  expect((await api.request('GET', '/api/tasks')).status).toBe(401);
  const printed = /-H 'authorization: (Bearer \S+)'/.exec(curlLine(8080, auth.token))?.[1] ?? '';
  expect(auth.note).toContain(auth.token);
  const made = await api.request('POST', '/api/tasks', {
    body: { title: 'Ship the release' },
    headers: { authorization: printed },
  });
  expect([made.status, made.json.created_by]).toEqual([201, 'alice']);
});

test('without it everyone is anonymous, and the curl line needs no token', async () => {
  auth = await startAuth('disabled');
  expect(auth.variables).toEqual({ AUTH_MODE: 'disabled' });
  expect(curlLine(8080, auth.token)).not.toContain('authorization');
});

test('only functions that answer HTTP learn of the issuer', async () => {
  auth = await startAuth('oidc');
  const given = {
    databases: databasesAt('postgresql://p'),
    stores: {},
    relayUrl: 'http://127.0.0.1:1/',
    admission: auth.variables,
  };
  const contract = { name: 'it', summary: '', stores: [], databaseRole: 'reader' } as const;
  const root = functionEnvironment({ ...contract, kind: 'root', routes: [] }, given, {});
  expect(root).toMatchObject(auth.variables);
  const event = functionEnvironment({ ...contract, kind: 'event', event: 'task-manager.it' }, given, {});
  expect(Object.keys(event).filter(name => name.startsWith('AUTH_'))).toEqual([]);
});
