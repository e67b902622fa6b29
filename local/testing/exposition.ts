/** Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), read. */

export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
}

export interface Series {
  /** The family's; of a histogram with a suffix. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** @throws when a line is none of the format's */
export function readExposition(text: string): readonly MetricFamily[] {
  return text
    .split(/^(?=# HELP )/m)
    .filter(part => part.trim() !== '')
    .map(readFamily);
}

function readFamily(text: string): MetricFamily {
  const {
    name = '',
    help = '',
    type = '',
    lines = '',
  } = /^# HELP (?<name>\w+) (?<help>.+)\n# TYPE \k<name> (?<type>\w+)\n(?<lines>[^#]*)$/.exec(text)?.groups ?? {};
  if (name === '') throw new Error(`no metric: ${text}`);
  return { name, help, type, series: lines.split('\n').filter(Boolean).map(readSeries) };
}

function readSeries(line: string): Series {
  const {
    name = '',
    labels = '',
    value = '',
  } = /^(?<name>\w+)\{(?<labels>.*)\} (?<value>\S+)$/.exec(line)?.groups ?? {};
  if (name === '') throw new Error(`no series: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/g)].map(([, label = '', given = '']) => [
    label,
    given,
  ]);
  return {
    name,
    labels: Object.fromEntries(pairs),
    value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
  };
}
