/** docs/operations/alerts, read: the pages, and the blocks of commands and queries in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { checkout } from '../../../local/checkout.ts';
import { fencedBlocks } from '../../../local/testing/markdown.ts';

const folderOfPages = `${checkout}/docs/operations/alerts`;

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
    fencedBlocks(text)
      .filter(({ kind }) => kind === wanted)
      .map(block => ({ page, kind: wanted, text: block.text })),
  );
}

/** What a page looks for in the log of a function. */
export interface LogSearch {
  readonly page: string;
  /** As the page names it; `FUNCTION` is any. */
  readonly service: string;
  /** A pipeline that lines of the log go through, for instance `grep … | tail`. */
  readonly pipeline: string;
}

export function logSearches(): readonly LogSearch[] {
  return blocksOf('sh').flatMap(({ page, text }) =>
    [...text.matchAll(/ logs .*serving\.knative\.dev\/service=(\S+) .*?\| (grep .+)$/gm)].map(
      ([, service = '', pipeline = '']) => ({ page, service, pipeline }),
    ),
  );
}

/** The same in Cloud Logging: messages that a page's filter wants. */
export function wantedMessages(): readonly { readonly page: string; readonly message: string }[] {
  return blocksOf('sh').flatMap(({ page, text }) =>
    [...text.matchAll(/jsonPayload\.message="(.+?)"/g)].map(([, message = '']) => ({ page, message })),
  );
}
