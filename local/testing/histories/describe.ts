/** What was seen, in words, for who has to find out why. */
import type { Interval, Observation } from './observation.ts';

/** One line for each observation and happening, in the order in which they began. */
export function describeHistory(
  observations: readonly Observation[],
  happenings: readonly (Interval & { readonly what: string })[],
): string {
  const lines = [...observations.map(one => ({ ...one, what: describe(one) })), ...happenings].toSorted(
    (one, other) => one.began - other.began,
  );
  const [first] = lines;
  const since = (at: number) => (at - (first?.began ?? at)).toFixed(1).padStart(7);
  return lines.map(({ began, ended, what }) => `${since(began)} –${since(ended)} ms  ${what}`).join('\n');
}

export function describe({ requestId, by, deed, status, version, cache }: Observation): string {
  const { kind, ...asked } = deed;
  const details = Object.entries(asked).filter(([, value]) => value !== undefined);
  const words = details.map(([name, value]) => ` ${name} ${shorten(JSON.stringify(value))}`).join('');
  const answer = [status, version && `version ${version}`, cache].filter(Boolean).join(', ');
  return `${by} ${requestId}: ${kind}${words} → ${answer}`;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
