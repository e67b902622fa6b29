/** The turns of PromQL that the boards share. */

/** The range of a rate: Grafana makes it four scrapes long at least. */
const range = '[$__rate_interval]';

/** How much a counter grows in a second. @param counter with its selector */
export function rate(counter: string): string {
  return `rate(${counter}${range})`;
}

/** The value that this share of a histogram's observations does not exceed. @param selector in braces @param by labels */
export function quantile(share: number, histogram: string, selector: string, by: readonly string[] = []): string {
  return `histogram_quantile(${share}, sum by (${[...by, 'le'].join(', ')}) (${rate(`${histogram}_bucket${selector}`)}))`;
}

/**
 * 0 where `counted` has no series and `known` has one: a counter has none for what never happened, and an empty panel would
 * not tell that from a query that is wrong.
 */
export function orZero(counted: string, known: string): string {
  return `(${counted} or ${known} * 0)`;
}

/** Of the answers of each function, those that are 5xx. */
export function errorShare(selector: string): string {
  const answers = (labels: string) => `sum by (function) (${rate(`http_request_duration_seconds_count${labels}`)})`;
  const all = answers(selector);
  return `${orZero(answers(selector.replace('}', ', status="5xx"}')), all)} / ${all}`;
}
