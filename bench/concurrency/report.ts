/** What is printed of a function, and of all of them. */
import { kneeOf } from './knee.ts';
import type { Measured } from './measure.ts';

export interface Figures {
  readonly title: string;
  /** MiB, before anything was asked. */
  readonly idle: number;
  /** All rounds. */
  readonly measured: readonly Measured[];
}

/**
 * Milliseconds that a request waits longer for stores across the network of a zone, two or three round trips, than for
 * those of this machine.
 */
const distance = 2;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const row = ([first = '', ...rest]: readonly string[]) =>
  say(first.padEnd(24) + rest.map(cell => cell.padStart(12)).join(''));

export function reportFunction({ title, measured }: Figures): void {
  say('');
  row([title, 'requests/s', 'spread', 'refused', 'p10', 'p50', 'p99', 'of a core', 'a request', 'others', 'memory']);
  for (const same of Object.values(Object.groupBy(measured, ({ concurrency }) => concurrency))) {
    const { concurrency, throughput, refused, p10, p50, p99, share, processor, others, memory } = middle(same ?? []);
    row([
      String(concurrency),
      throughput.toFixed(0),
      percent(spread(same ?? [], 'throughput')),
      String(refused),
      ...[p10, p50, p99].map(ms),
      percent(share),
      ms(processor),
      percent(others),
      mib(memory),
    ]);
  }
}

export function reportAll(all: readonly Figures[]): void {
  say('');
  row(['', 'processor', 'spread', 'PostgreSQL', 'alone', 'spread', 'knee', 'at a core', 'idle', 'at knee', 'at twice']);
  for (const { title, idle, measured } of all) {
    const several = measured.filter(each => each.concurrency >= 5 && Number.isFinite(each.processor));
    const alone = measured.filter(({ concurrency }) => concurrency === 1);
    const [{ processor, postgresql }, { p10 }] = [middle(several), middle(alone)];
    const knee = kneeOf({ processor, response: p10 + distance });
    const memoryAt = (concurrency: number) =>
      Math.max(...measured.filter(each => each.concurrency <= concurrency).map(({ memory }) => memory));
    row([
      title,
      ms(processor),
      percent(spread(several, 'processor')),
      ms(postgresql),
      ms(p10),
      percent(spread(alone, 'p10')),
      knee.toFixed(1),
      `${(1_000 / processor).toFixed(0)}/s`,
      mib(idle),
      mib(memoryAt(Math.ceil(knee))),
      mib(memoryAt(2 * Math.ceil(knee))),
    ]);
  }
  const others = median(all.flatMap(({ measured }) => measured.map(each => each.others)));
  say(`\nothers had ${percent(others)} of the core, in the median`);
  if (others > 0.1) say('throughput and p99 tell more of them than of the functions: measure again when it is quiet');
}

/** Each figure's median. */
function middle(same: readonly Measured[]): Measured {
  const of = (figure: keyof Measured) => median(same.map(each => each[figure]));
  return {
    concurrency: of('concurrency'),
    throughput: of('throughput'),
    refused: of('refused'),
    p10: of('p10'),
    p50: of('p50'),
    p99: of('p99'),
    processor: of('processor'),
    postgresql: of('postgresql'),
    share: of('share'),
    others: of('others'),
    memory: of('memory'),
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

/** From the lowest to the highest, as a part of the median. */
function spread(same: readonly Measured[], figure: keyof Measured): number {
  const all = same.map(each => each[figure]);
  return (Math.max(...all) - Math.min(...all)) / median(all);
}

const percent = (part: number) => `${(100 * part).toFixed(0)} %`;
const ms = (milliseconds: number) => `${milliseconds.toFixed(2)} ms`;
const mib = (memory: number) => `${memory.toFixed(0)} MiB`;
