import type { Metrics } from '../../lib/observability/metrics.ts';
import { readExposition } from './exposition.ts';

/** What metrics tell now: the value of a series such as `store_up{store="redis"}`; undefined when there is none. */
export async function scrape(metrics: Metrics): Promise<(series: string) => number | undefined> {
  const series = readExposition(await metrics.exposition()).flatMap(family => family.series);
  const values = new Map(
    series.map(({ name, labels: { function: _, ...labels }, value }) => {
      const told = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return [told.length === 0 ? name : `${name}{${told.join()}}`, value];
    }),
  );
  return wanted => values.get(wanted);
}
