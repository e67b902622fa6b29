import { expect, test } from 'vitest';
import { isTrusted } from './trusted-url.ts';

test.for([
  'https://issuer.example',
  'https://issuer.example:8443/realms/one',
  'http://127.0.0.1:8080',
  'http://localhost:8080/jwks',
  'http://[::1]:8080',
])('%s is trusted', url => expect(isTrusted(url)).toBe(true));

test.for([
  'http://issuer.example',
  'http://127.0.0.1.issuer.example',
  'http://localhost.issuer.example',
  'http://0.0.0.0',
  'https://alice:secret@issuer.example',
  'file:///etc/keys',
  'data:application/json,{}',
  'issuer.example',
  '',
])('%s is not', url => expect(isTrusted(url)).toBe(false));
