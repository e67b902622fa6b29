import { expect, test } from 'vitest';
import { forDriver, withOptions, withoutPassword } from './postgresql-url.ts';

test('a password leaves the URL, wherever it stands in it', () => {
  const rest = 'postgresql://me@h/db?sslmode=require';
  expect(withoutPassword('postgresql://me:s%23cret@h/db?sslmode=require')).toEqual({ url: rest, password: 's#cret' });
  expect(withoutPassword('postgresql://me@h/db?password=s%23cret&sslmode=require')).toEqual({
    url: rest,
    password: 's#cret',
  });
  expect(withoutPassword(rest)).toEqual({ url: rest, password: undefined });
});

test('settings join those that the URL has', () => {
  expect(withOptions('postgresql://h/db', '-c a=1')).toBe('postgresql://h/db?options=-c%20a%3D1');
  expect(withOptions('postgresql://h/db?options=-c%20b%3D2', '-c a=1')).toBe(
    'postgresql://h/db?options=-c%20b%3D2%20-c%20a%3D1',
  );
});

test('only what is read in two ways is said more clearly', () => {
  const encrypted = 'postgresql://h/db?sslmode=require';
  expect(forDriver(encrypted)).toBe(`${encrypted}&uselibpqcompat=true`);
  for (const url of ['postgresql://h/db', 'postgresql://h/db?sslmode=verify-full']) expect(forDriver(url)).toBe(url);
});
