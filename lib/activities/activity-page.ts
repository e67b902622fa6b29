/** A page of activities, as it is answered. */
import * as z from 'zod/mini';
import { pageOf } from '../http/page.ts';
import { activity } from './activity.ts';

export const activityPage = pageOf(activity, z.nullable(z.string()));
