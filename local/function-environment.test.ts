import { expect, test } from 'vitest';
import { noBody, noParameters } from '../lib/http/contract.ts';
import { functionEnvironment, unlimited } from './function-environment.ts';

const given = {
  stores: { postgresql: 'postgresql://p', redis: 'redis://r', mongodb: 'mongodb://m' },
  relayUrl: 'http://127.0.0.1:1/',
  admission: { AUTH_MODE: 'disabled', ...unlimited },
};
const http = {
  kind: 'http',
  name: 'it',
  summary: '',
  route: { method: 'GET', path: '/' },
  scope: 'tasks:read',
  answers: [],
  query: noParameters,
  body: noBody,
} as const;

test('a function gets the stores of its contract, and no others', () => {
  const environment = functionEnvironment({ ...http, stores: ['postgresql'] }, given, { SECRET: 'x', PATH: '/bin' });
  expect(environment).toEqual({
    HOST: '127.0.0.1',
    AUTH_MODE: 'disabled',
    RATE_LIMIT_PER_MINUTE: '0',
    PATH: '/bin',
    DATABASE_URL: 'postgresql://p',
  });
});

test('only who nudges the relay knows where it is', () => {
  const nudging = functionEnvironment({ ...http, stores: [], calls: ['relay-activities'] }, given, {});
  expect(nudging).toMatchObject({ RELAY_URL: given.relayUrl });
});

test('a store that there is not has no variable', () => {
  const environment = functionEnvironment({ ...http, stores: ['redis'] }, { ...given, stores: {} }, {});
  expect(environment).not.toHaveProperty('REDIS_URL');
});

test('settings that a person tries reach the functions', () => {
  const environment = functionEnvironment({ ...http, stores: [] }, given, {
    RATE_LIMIT_PER_MINUTE: '5',
    LOG_LEVEL: 'debug',
  });
  expect(environment).toMatchObject({ RATE_LIMIT_PER_MINUTE: '5', LOG_LEVEL: 'debug' });
});
