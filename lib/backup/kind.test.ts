import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkout } from '../../local/checkout.ts';
import { keptDays, kindOf } from './kind.ts';
import { backupName, type Kind } from './manifest.ts';

const day = 24 * 60 * 60 * 1000;

/** The kinds of backups that are taken at these instants, one after the other. */
function kindsOf(instants: readonly Date[]): { at: Date; kind: Kind }[] {
  const made: string[] = [];
  return instants.map(at => {
    const taken_at = at.toISOString();
    const kind = kindOf(taken_at, made);
    made.push(backupName({ kind, taken_at }));
    return { at, kind };
  });
}

test('the first of a month is monthly, the first of another week is weekly, the others are daily', () => {
  const november = Array.from({ length: 10 }, (_, index) => new Date(Date.UTC(2026, 9, 30, 3) + index * day));
  expect(kindsOf(november).map(({ at, kind }) => `${at.toISOString().slice(5, 10)} ${kind}`)).toEqual([
    '10-30 monthly', // a Friday
    '10-31 daily',
    '11-01 monthly',
    '11-02 weekly', // a Monday
    '11-03 daily',
    '11-04 daily',
    '11-05 daily',
    '11-06 daily',
    '11-07 daily',
    '11-08 daily',
  ]);
});

test('whenever the job ran and whenever it failed, each month has one monthly, and each week one that is kept longer', () => {
  const gaps = fc.array(fc.integer({ min: 60_000, max: 40 * day }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      gaps,
      fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (waits, start) => {
        let at = start.getTime();
        const instants = waits.map(wait => {
          at += wait;
          return new Date(at);
        });
        const taken = kindsOf(instants);
        for (const [, ofMonth] of Map.groupBy(taken, each => each.at.toISOString().slice(0, 7))) {
          expect(ofMonth.map(({ kind }) => kind === 'monthly')).toEqual(ofMonth.map((_, index) => index === 0));
        }
        for (const [, ofWeek] of Map.groupBy(taken, each => Math.floor((each.at.getTime() / day + 3) / 7))) {
          expect(ofWeek[0]?.kind).not.toBe('daily');
          expect(ofWeek.filter(({ kind }) => kind === 'weekly').length).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});

test('the page for operators says for how long each kind is kept, as the bucket does it', () => {
  const page = readFileSync(`${checkout}/docs/operations/back-up-and-restore.md`, 'utf8');
  expect(page).toContain(
    `\`daily/\` is kept ${keptDays.daily} days, \`weekly/\` ${keptDays.weekly}, \`monthly/\` ${keptDays.monthly}`,
  );
});
