/** Makes one edit of a mutation. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Edit } from './mutations.ts';

/** @throws when the text that is to be edited is not in the file once any more */
export function applyEdit(folder: string, { file, text, instead }: Edit): void {
  const [head, tail, ...more] = readFileSync(`${folder}/${file}`, 'utf8').split(text);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new Error(`${file} does not have this text once any more, mend bench/mutations.ts:\n${text}`);
  writeFileSync(`${folder}/${file}`, `${head}${instead}${tail}`);
}
