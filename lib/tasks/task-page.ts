/** Pages of tasks, as they are answered. */
import * as z from 'zod/mini';
import { pageOf } from '../http/page.ts';
import { task, tombstone } from './task.ts';

export const taskPage = pageOf(task, z.nullable(z.string()));

/** Its cursor is always given: the next page may be empty today. */
export const changePage = pageOf(z.union([task, tombstone]), z.string());
