/** The list of all functions. Everything that is about all of them is made from it. */
import type { Contract } from '../lib/http/contract.ts';
import { contract as apiRoot } from './api-root/contract.ts';
import { contract as backUp } from './back-up/contract.ts';
import { contract as batchTasks } from './batch-tasks/contract.ts';
import { contract as cleanUp } from './clean-up/contract.ts';
import { contract as createTask } from './create-task/contract.ts';
import { contract as deleteTask } from './delete-task/contract.ts';
import { contract as drill } from './drill/contract.ts';
import { contract as eraseTenant } from './erase-tenant/contract.ts';
import { contract as getTask } from './get-task/contract.ts';
import { contract as listActivities } from './list-activities/contract.ts';
import { contract as listChanges } from './list-changes/contract.ts';
import { contract as listTasks } from './list-tasks/contract.ts';
import { contract as migrate } from './migrate/contract.ts';
import { contract as reconstructActivities } from './reconstruct-activities/contract.ts';
import { contract as relayActivities } from './relay-activities/contract.ts';
import { contract as replaceTask } from './replace-task/contract.ts';
import { contract as restore } from './restore/contract.ts';
import { contract as restoreTask } from './restore-task/contract.ts';
import { contract as rewind } from './rewind/contract.ts';
import { contract as summarizeActivities } from './summarize-activities/contract.ts';
import { contract as updateTask } from './update-task/contract.ts';

export const catalogue: readonly Contract[] = [
  createTask,
  getTask,
  listTasks,
  updateTask,
  replaceTask,
  deleteTask,
  restoreTask,
  batchTasks,
  listActivities,
  summarizeActivities,
  listChanges,
  relayActivities,
  cleanUp,
  migrate,
  eraseTenant,
  backUp,
  restore,
  rewind,
  reconstructActivities,
  drill,
  apiRoot,
];
