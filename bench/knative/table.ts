/** What was found, for people: a table of Markdown. */
import type { Result } from './proof.ts';

export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ name, requests, failed, figures }) => {
    const measured = Object.entries(figures).map(([what, value]) => `${what}: ${value}`);
    return [name, requests, failed.length, measured.join(', ')];
  });
  return [['part', 'requests', 'failed', 'figures'], ['---', '---', '---', '---'], ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}
