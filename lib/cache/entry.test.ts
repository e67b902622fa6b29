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
      expect(decode(encode(entry, 'mine'), 'mine')).toEqual({ entry });
    }),
  );
  expect(decode(encode({ version: 1, body: '' }, 'mine'), 'mine')).toEqual({ entry: { version: 1, body: '' } });
});

test('a pending mark names its lease, if it has one', () => {
  expect(decode('P0 a-token', 'mine')).toEqual({ lease: 'a-token' });
  expect(decode('P7', 'mine')).toEqual({ lease: undefined });
});

test('an empty key is like a mark that nobody holds', () => {
  expect(decode(null, 'mine')).toEqual({ lease: undefined });
});

test.each(['other', 'min', 'mine-too'])(
  'a body of the rendering %s is none of mine, and that there is none is',
  rendering => {
    fc.assert(
      fc.property(entries, entry => {
        const held = entry.body === undefined ? { entry } : { lease: undefined };
        expect(decode(encode(entry, rendering), 'mine')).toEqual(held);
      }),
    );
  },
);
