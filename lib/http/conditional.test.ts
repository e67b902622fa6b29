import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCondition, versionsMeant, weaklyMatches } from './conditional.ts';

const opaque = fc.stringMatching(/^[!#-~]{0,6}$/);
const entityTag = fc.record({ weak: fc.boolean(), tag: opaque.map(text => `"${text}"`) });
const separator = fc.constantFrom(',', ', ', ' ,\t', ',,');

test('every list of entity tags is read as it was written', () => {
  fc.assert(
    fc.property(fc.array(entityTag, { minLength: 1, maxLength: 5 }), separator, (tags, between) => {
      const header = tags.map(({ weak, tag }) => `${weak ? 'W/' : ''}${tag}`).join(between);
      expect(parseCondition('If-Match', header)).toEqual({ value: tags });
    }),
  );
});

test('whatever is sent, it is a condition or a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), header => {
      const { value, faults } = { value: undefined, faults: undefined, ...parseCondition('If-Match', header) };
      expect(value === undefined).toBe(faults !== undefined);
    }),
  );
});

test('strong comparison meets versions only; weak comparison any tag that looks the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), version => {
      const strong = [{ weak: false, tag: `"${version}"` }];
      const weak = [{ weak: true, tag: `"${version}"` }];
      expect(versionsMeant(strong)).toEqual([version]);
      expect(versionsMeant(weak)).toEqual([]);
      expect([weaklyMatches(strong, version), weaklyMatches(weak, version)]).toEqual([true, true]);
      expect(weaklyMatches(strong, version + 1)).toBe(false);
    }),
  );
});
