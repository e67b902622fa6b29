/** Activities counted by day, action and actor, as they are answered. */
import * as z from 'zod/mini';
import { action } from './activity.ts';

/** A UTC date, such as 2026-11-22. */
const day = z.string().register(z.globalRegistry, { format: 'date' });

const activityCount = z.object({ day, action, actor: z.string(), count: z.int().check(z.minimum(1)) });

/** Whole UTC days, the first and the last included. */
export const activityCounts = z.object({ from: day, to: day, days: z.array(activityCount) });

export type ActivityCount = Readonly<z.output<typeof activityCount>>;
