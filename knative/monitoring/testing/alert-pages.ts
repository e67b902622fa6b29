/** docs/operations/alerts, read: the pages, and the blocks of commands and queries in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { checkout } from '../../../local/checkout.ts';

export const folderOfPages = `${checkout}/docs/operations/alerts`;

export interface Page {
  /** Its file. */
  readonly page: string;
  readonly text: string;
}

export interface Block {
  readonly page: string;
  /** `sh local` can be run beside npm start, `sh` where the system runs in earnest. */
  readonly kind: 'sh' | 'sh local' | 'promql';
  readonly text: string;
}

export const pages: readonly Page[] = readdirSync(folderOfPages).map(page => ({
  page,
  text: readFileSync(`${folderOfPages}/${page}`, 'utf8'),
}));

export function blocksOf(wanted: Block['kind']): readonly Block[] {
  return pages.flatMap(({ page, text }) =>
    [...text.matchAll(/^ *```(.+)\n([\s\S]*?)^ *```$/gm)]
      .filter(([, kind]) => kind === wanted)
      .map(([, , block = '']) => ({ page, kind: wanted, text: block })),
  );
}
