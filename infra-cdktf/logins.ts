/** Who logs in to PostgreSQL: one for each role (docs/operations/database-roles.md). */
import { perRole } from '../lib/stores/roles.ts';

export interface Login {
  /** The Secret of knative/ that holds its URL. */
  readonly secret: string;
  readonly user: string;
  /** `google`: by Cloud SQL, with the right to make roles. `migrate`: by our own job, from the URL, with what its role may. */
  readonly madeBy: 'google' | 'migrate';
}

export const logins: readonly Login[] = Object.values(
  perRole<Login>(role => ({
    secret: `postgresql-${role}`,
    user: role === 'owner' ? 'task_manager_owner' : role.replace('-', '_'),
    madeBy: role === 'owner' ? 'google' : 'migrate',
  })),
);
