/** docs/scaling/README.md, read: the base load, and what was measured for it. And written: what ends first. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from '../functions/catalogue.ts';
import { production } from '../infra-cdktf/environments.ts';
import { type Asked, type Limit, lasts, limitsOf } from './growth.ts';
import { isServing, scaleOf } from './scale.ts';
import { documentedScales } from './testing/documented-scales.ts';

export const growthPage = readFileSync(path.join(import.meta.dirname, '../docs/scaling/README.md'), 'utf8');

/** A row: the function, of 100 requests, PostgreSQL's milliseconds, activities of a request. */
const row = /^\| (?<name>[a-z-]+) \| (?<share>\d+) \| (?<postgresql>[\d.]+) \| (?<activities>\d+) \|$/gm;

export const asked: readonly Asked[] = [...growthPage.matchAll(row)].map(({ groups = {} }) => {
  const contract = catalogue.filter(isServing).find(({ name }) => name === groups.name);
  const time = documentedScales.find(({ name, isLargest }) => name === groups.name && !isLargest)?.time;
  if (!contract || !time) throw new Error(`${groups.name} is no function that was measured`);
  const share = Number(groups.share) / 100;
  const [postgresql, activities] = [Number(groups.postgresql), Number(groups.activities)];
  return { name: contract.name, scale: scaleOf(contract), share, ...time, postgresql, activities };
});

/** What stands before a unit on the page: `**100 requests a second**`. */
function figure(unit: string): number {
  const [, number] = new RegExp(`\\*\\*([\\d.,]+) ${unit}\\*\\*`).exec(growthPage) ?? [];
  if (number === undefined) throw new Error(`docs/scaling/README.md lacks the figure of ${unit}`);
  return Number(number.replaceAll(',', ''));
}

export const limits: readonly Limit[] = limitsOf(
  production,
  { rate: figure('requests a second'), data: figure('GB') },
  asked,
  { relay: figure('µs for an activity'), restore: figure('seconds for a gigabyte') },
);

export const factors = [10, 100, 1_000] as const;

export const growthTable: string = [
  '| | at the base load | there is | lasts until |',
  '|---|---|---|---|',
  ...limits.map(limit => {
    const { what, unit, atBase, thereIs } = limit;
    return `| ${what} | ${short(atBase)} ${unit} | ${short(thereIs)} | ${short(lasts(limit))}× |`;
  }),
].join('\n');

/** What has ended at so many times the base load, the first first. */
export function endedAt(factor: number): readonly string[] {
  return limits.filter(limit => lasts(limit) < factor).map(({ what }) => what);
}

/** Two digits say what is known. */
function short(number: number): string {
  return Number(number.toPrecision(2)).toLocaleString('en');
}
