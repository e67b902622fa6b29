import { expect, test } from 'vitest';
import { noBody, noParameters } from '../lib/http/contract.ts';
import { functionEnvironment, unlimited } from './function-environment.ts';
import { databasesAt } from './stores/databases.ts';

const given = {
  databases: databasesAt('postgresql://postgres@p/db'),
  stores: { redis: 'redis://r', mongodb: 'mongodb://m' },
  relayUrl: 'http://127.0.0.1:1/',
  admission: { AUTH_MODE: 'disabled', ...unlimited },
};
const http = {
  kind: 'http',
  name: 'it',
  summary: '',
  route: { method: 'GET', path: '/' },
  scope: 'tasks:read',
  databaseRole: 'reader',
  answers: [],
  query: noParameters,
  body: noBody,
} as const;

test('a function gets the stores of its contract, the database as its role, and no others', () => {
  const environment = functionEnvironment({ ...http, stores: ['postgresql'] }, given, { SECRET: 'x', PATH: '/bin' });
  expect(environment).toEqual({
    HOST: '127.0.0.1',
    AUTH_MODE: 'disabled',
    RATE_LIMIT_PER_MINUTE: '0',
    PATH: '/bin',
    DATABASE_URL: 'postgresql://reader@p/db',
  });
});

test('who makes the logins is told of them all, and is the owner', () => {
  const job = { kind: 'job', name: 'it', summary: '', stores: ['postgresql'], databaseRole: 'owner' } as const;
  const urls = { DATABASE_URL: 'postgresql://postgres@p/db' };
  expect(functionEnvironment(job, given, {})).toEqual({ HOST: '127.0.0.1', ...urls });
  expect(functionEnvironment({ ...job, needs: ['logins'] }, given, {})).toEqual({
    HOST: '127.0.0.1',
    ...urls,
    READER_DATABASE_URL: 'postgresql://reader@p/db',
    WRITER_DATABASE_URL: 'postgresql://writer@p/db',
    KEEPER_DATABASE_URL: 'postgresql://keeper@p/db',
    BACK_UP_DATABASE_URL: 'postgresql://back_up@p/db',
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
