/** The smoke’s token comes from the issuer that the functions trust. */
import { expect, test } from 'vitest';
import { smokeToken } from './smoke-token.ts';
import { type Asked, answering } from './testing/answering.ts';

test('client credentials, at the endpoint that the issuer names', async () => {
  const asked: Asked[] = [];
  const issuer = await answering((each, url) => {
    asked.push(each);
    return each.path === '/token' ? { access_token: 'a.b.c' } : { token_endpoint: `${url}/token` };
  });
  const token = await smokeToken(
    { issuer: `${issuer}/`, audience: 'https://api.example.com' },
    { SMOKE_CLIENT_ID: 'smoke', SMOKE_CLIENT_SECRET: 's:1' },
  );
  expect(token).toBe('a.b.c');
  expect(asked.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration', '/token']);
  expect(Object.fromEntries(new URLSearchParams(asked[1]?.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'tasks:read tasks:write',
    audience: 'https://api.example.com',
  });
  expect(asked[1]?.authorization).toBe(`Basic ${btoa('smoke:s%3A1')}`);
});

test('a refusal names the issuer, and not the secret', async () => {
  const issuer = await answering(() => undefined);
  const refused = smokeToken({ issuer, audience: 'x' }, { SMOKE_CLIENT_ID: 'smoke', SMOKE_CLIENT_SECRET: 'hidden' });
  await expect(refused).rejects.toMatchObject({ step: `asking ${issuer} for the smoke’s token` });
  await expect(refused).rejects.not.toThrow('hidden');
});

test('in a workflow GitHub says who asks, and there is no secret', async () => {
  const asked: Asked[] = [];
  const server = await answering((each, url) => {
    asked.push(each);
    if (each.path.startsWith('/github')) return { value: 'of.git.hub' };
    return each.path === '/token' ? { access_token: 'a.b.c' } : { token_endpoint: `${url}/token` };
  });
  const workflow = { ACTIONS_ID_TOKEN_REQUEST_URL: `${server}/github?api=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'run' };
  const client = { SMOKE_CLIENT_ID: 'smoke', ...workflow };
  expect(await smokeToken({ issuer: server, audience: 'https://api.example.com' }, client)).toBe('a.b.c');
  expect(asked[1]).toMatchObject({ authorization: 'Bearer run' });
  expect(new URL(asked[1]?.path ?? '', server).searchParams.get('audience')).toBe(server);
  expect(Object.fromEntries(new URLSearchParams(asked[2]?.body))).toMatchObject({
    client_id: 'smoke',
    client_assertion: 'of.git.hub',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
});

test('where no client is named, there is no token', async () => {
  expect(await smokeToken({ issuer: 'http://127.0.0.1:1', audience: 'x' }, {})).toBeUndefined();
});
