/** Values as gzipped lines of JSON, and back; an error on either side of the zip is told on the other. */
import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';

export function zippedLines(values: AsyncIterable<unknown>): Readable {
  async function* lines() {
    for await (const value of values) yield `${JSON.stringify(value)}\n`;
  }
  return through(Readable.from(lines(), { objectMode: false }), createGzip());
}

export async function* unzippedLines(content: Readable): AsyncGenerator<unknown> {
  let begun = '';
  for await (const text of through(content, createGunzip()).setEncoding('utf8')) {
    const lines = (begun + text).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

function through(content: Readable, zip: Transform): Readable {
  pipeline(content, zip, () => {}); // its error is the zip's, too
  return zip;
}
