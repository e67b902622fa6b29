/** All boards, and the files from which Grafana is provisioned. */
import type { GeneratedFile } from '../../../generated-file.ts';
import { activities } from './activities.ts';
import { cache } from './cache.ts';
import { functions } from './functions.ts';
import { overview } from './overview.ts';
import { scaling } from './scaling.ts';

export const boards = [overview, functions, cache, activities, scaling];

/** JSON has no comments: that they are generated is for their folder to tell. */
export function boardFiles(): readonly GeneratedFile[] {
  return boards.map(board => ({
    path: `knative/monitoring/boards/${board.uid}.json`,
    contents: `${JSON.stringify(board, null, 2)}\n`,
  }));
}
