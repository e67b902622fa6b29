/** Whether a migration takes something away: what a delivery asks before it runs one beside a revision that serves. */
import { judge } from './judge.ts';

/** @returns what it takes away or narrows that an older revision may use, a phrase each: `drops the column tasks.title` */
export async function contractions(sql: string): Promise<string[]> {
  return (await judge(sql)).filter(({ kind }) => kind === 'contracts').map(({ what }) => what);
}

export async function isDestructive(sql: string): Promise<boolean> {
  return (await contractions(sql)).length > 0;
}
