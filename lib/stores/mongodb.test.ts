import { expect, test } from 'vitest';
import { mongodbUrl, withDatabase } from './mongodb.ts';

test('a URL may name several hosts, and another database keeps the servers and the login', () => {
  for (const url of ['mongodb://a:1,b:2/db?replicaSet=r', 'mongodb+srv://u:p@h', 'mongodb://h/'])
    expect(mongodbUrl.safeParse(url).success).toBe(true);
  for (const url of ['mongodb://', 'http://h/db', 'mongodb:/h']) expect(mongodbUrl.safeParse(url).success).toBe(false);
  expect(withDatabase('mongodb://a:1,b:2/db?replicaSet=r', 'x')).toBe('mongodb://a:1,b:2/x?replicaSet=r');
  expect(withDatabase('mongodb://h', 'x')).toBe('mongodb://h/x');
  expect(withDatabase('mongodb://u:p@h/db?tls=true', 'x')).toBe('mongodb://u:p@h/x?tls=true&authSource=db');
  expect(withDatabase('mongodb://u:p@h/', 'x')).toBe('mongodb://u:p@h/x?authSource=admin');
  expect(withDatabase('mongodb://u:p@h/db?authSource=a', 'x')).toBe('mongodb://u:p@h/x?authSource=a');
});
