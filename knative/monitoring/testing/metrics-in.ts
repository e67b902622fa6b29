/** The metrics that an expression of PromQL names. */

const notMetrics = [
  /"(?:[^"\\]|\\.)*"/g, // strings
  /\{[^}]*\}/g, // selectors
  /\[[^\]]*\]/g, // ranges
  /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, // lists of labels
  /\b(?:and|or|unless|bool|offset|by|without|on|ignoring|group_left|group_right)\b/g,
  /\b\d[\w.]*/g, // numbers and durations
];

/** A name that no parenthesis follows is a metric, once everything else that has names is gone. */
export function metricsIn(expression: string): readonly string[] {
  const bare = notMetrics.reduce((left, pattern) => left.replace(pattern, ' '), expression);
  const names = bare.matchAll(/[A-Za-z_:][\w:]*(?![\w:]*\s*\()/g);
  return [...new Set([...names].map(([name]) => name))];
}

/** A histogram is documented as one metric, and has three. */
export function withoutSuffix(metric: string): string {
  return metric.replace(/_(bucket|count|sum)$/, '');
}
