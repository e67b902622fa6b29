import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { loggedError, stackTrace } from './logged-error.ts';

const secret = 'what nobody may see';
const withFields = (error: Error, fields: object) => Object.assign(error, fields);
const named = (name: string, message: string) => withFields(new Error(message), { name });
const databaseError = (code: string, message: string) =>
  withFields(new Error(message), { severity: 'ERROR', routine: 'exec', code, detail: secret, where: secret });

describe('what quotes its data is told by its kind', () => {
  test.each([
    ['a value that PostgreSQL cannot read', databaseError('22P02', `invalid input syntax: "${secret}"`)],
    ['a search that PostgreSQL cannot read', databaseError('42601', `syntax error in tsquery: "${secret}"`)],
    ['a key that is there already', databaseError('23505', 'duplicate key value violates unique constraint')],
    ['a document that MongoDB refuses', named('MongoServerError', secret)],
    ['a URL that is none', named('MongoParseError', secret)],
    ['a document that cannot be sent', named('BSONError', secret)],
    ['text that is no JSON', parsingError()],
    ['a command with its password', withFields(named('ReplyError', `WRONGPASS ${secret}`), { command: [secret] })],
    ['a value that Node refuses', withFields(new TypeError(secret), { code: 'ERR_INVALID_ARG_VALUE' })],
    ['a URL with a login', new Error('cannot reach redis://me:what%20nobody%20may%20see@host/')],
    ['fields of any kind', withFields(new Error('plain'), { config: secret, reason: { secret } })],
    ['what a schema does not know', schemaError()],
    ['a promise that was refused with it', withFields(new Error(secret), { code: 'ERR_UNHANDLED_REJECTION' })],
    ['what is no error', secret],
    ['what looks like a frame', named('MongoServerError', `refused\n    at ${secret}`)],
    ['what it came from', new Error('plain', { cause: named('MongoServerError', secret) })],
  ])('%s', (_name, error) => {
    const told = JSON.stringify([loggedError(error), error instanceof Error && stackTrace(error)]);
    expect(told).not.toMatch(/what( |%20)nobody/);
  });
});

test('what names its cause keeps its words', () => {
  const cause = databaseError('42P01', 'relation "tasks" does not exist');
  expect(loggedError(new Error('postgresql is out of reach', { cause }))).toEqual({
    type: 'Error',
    message: 'postgresql is out of reach',
    cause: { type: 'Error', message: 'relation "tasks" does not exist', code: '42P01' },
  });
  expect(loggedError(named('ReplyError', 'OOM command not allowed'))).toMatchObject({ message: 'OOM' });
});

test('a stack has the frames of the error and of what it came from', () => {
  const stack = stackTrace(new Error('outer', { cause: new Error('inner\n    at a place of its own') }));
  expect(stack).toMatch(/^Error: outer\n +at .*logged-error\.test\.ts:\d+/);
  expect(stack).toMatch(/\nCaused by: Error: inner\n/);
});

test('a cause that leads back to itself ends', () => {
  const one = new Error('one');
  const other = new Error('other', { cause: one });
  one.cause = other;
  expect(JSON.stringify([loggedError(one), stackTrace(one)]).match(/other/g)?.length).toBeGreaterThan(1);
});

function schemaError(): unknown {
  return z.strictObject({}).safeParse({ [secret]: 1 }).error;
}

function parsingError(): unknown {
  try {
    return JSON.parse(secret);
  } catch (error) {
    return error;
  }
}
