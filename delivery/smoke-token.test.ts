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
    { id: 'smoke', secret: 's:1' },
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
  const refused = smokeToken({ issuer, audience: 'x' }, { id: 'smoke', secret: 'hidden' });
  await expect(refused).rejects.toMatchObject({ step: `asking ${issuer} for the smoke’s token` });
  await expect(refused).rejects.not.toThrow('hidden');
});
