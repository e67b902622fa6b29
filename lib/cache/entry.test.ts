import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, type Entry, encode } from './entry.ts';

const entries: fc.Arbitrary<Entry> = fc.record({
  version: fc.maxSafeNat(),
  body: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
});

test('an entry comes back as it went in, an empty body and one with spaces, too', () => {
  fc.assert(
    fc.property(entries, entry => {
      expect(decode(encode(entry))).toEqual({ entry });
    }),
  );
  expect(decode(encode({ version: 1, body: '' }))).toEqual({ entry: { version: 1, body: '' } });
});

test('a pending mark names its lease, if it has one', () => {
  expect(decode('P0 a-token')).toEqual({ lease: 'a-token' });
  expect(decode('P7')).toEqual({ lease: undefined });
});

test('an empty key is like a mark that nobody holds', () => {
  expect(decode(null)).toEqual({ lease: undefined });
});
