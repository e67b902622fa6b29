/** The names that schemas have in the document; one without a name is written out where it is used. */
import * as z from 'zod/mini';
import { activity } from '../../../lib/activities/activity.ts';
import { activityCounts } from '../../../lib/activities/activity-counts.ts';
import { activityPage } from '../../../lib/activities/activity-page.ts';
import { problemTypes } from '../../../lib/http/problem.ts';
import { problemSchema } from '../../../lib/http/problem-schema.ts';
import { batch } from '../../../lib/tasks/batch.ts';
import { batchResult, batchResults } from '../../../lib/tasks/batch-results.ts';
import { newTask, task, taskPatch, tombstone } from '../../../lib/tasks/task.ts';
import { changePage, taskPage } from '../../../lib/tasks/task-page.ts';
import { healthReport } from '../health-report.ts';
import { pascalCase, slugs } from './problem-types.ts';

const names = {
  NewTask: newTask,
  TaskPatch: taskPatch,
  Task: task,
  TaskPage: taskPage,
  Tombstone: tombstone,
  ChangePage: changePage,
  Batch: batch,
  BatchResult: batchResult,
  BatchResults: batchResults,
  Activity: activity,
  ActivityPage: activityPage,
  ActivityCounts: activityCounts,
  HealthReport: healthReport,
} as const satisfies Record<string, z.ZodMiniType>;

/** In zod's own registry, which its toJSONSchema reads. */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(names)) z.globalRegistry.add(schema, { id });
  for (const slug of slugs) {
    z.globalRegistry.add(problemSchema(slug), {
      id: `${pascalCase(slug)}Problem`,
      description: problemTypes[slug].meaning,
    });
  }
}
