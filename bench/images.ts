/**
 * npm run bench:images: how large the images are, one by one and all together. Each layer is compressed once, by zlib at
 * level 9 and by zstd at level 19; MB are millions of bytes.
 */
import { catalogue } from '../functions/catalogue.ts';
import { type Builder, openBuilder } from '../images/builder.ts';
import { type Compression, totalSize } from '../images/compressed-size.ts';
import type { Layer } from '../images/image.ts';
import { describeFailure } from '../local/failure.ts';
import { printedProgress } from '../local/progress.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const row = (cells: readonly string[]) =>
  say(cells.map((cell, index) => (index === 0 ? cell.padEnd(22) : cell.padStart(10))).join(''));

async function megabytes(layers: readonly Layer[], compression: Compression, digits: number): Promise<string> {
  return ((await totalSize(layers, compression)) / 1_000_000).toFixed(digits);
}

async function tell(name: string, layers: readonly Layer[], added: readonly Layer[]): Promise<void> {
  row([
    name,
    await megabytes(layers, 'gzip', 1),
    await megabytes(added, 'gzip', 2),
    await megabytes(layers, 'zstd', 1),
    await megabytes(added, 'zstd', 2),
  ]);
}

async function measure(builder: Builder): Promise<void> {
  say(`on ${builder.bases}`);
  row(['MB', 'gzip', 'adds', 'zstd', 'adds']);
  const all: Layer[] = [];
  for (const { name } of catalogue) {
    const { layers } = await builder.build(name);
    await tell(name, layers, layers.slice(1));
    all.push(...layers);
  }
  const [base] = all;
  await tell(
    `all ${catalogue.length} together`,
    all,
    all.filter(({ digest }) => digest !== base?.digest),
  );
}

try {
  const builder = await openBuilder(printedProgress(line => void process.stdout.write(line)));
  await measure(builder).finally(() => builder[Symbol.asyncDispose]());
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}
