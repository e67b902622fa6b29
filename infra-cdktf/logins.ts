/** Who logs in to PostgreSQL. */
export interface Login {
  /** The Secret of knative/ that holds its URL. */
  readonly secret: string;
  readonly user: string;
  /** `google`: by Cloud SQL, with the right to make roles. `migrate`: by our own job, from the URL, with what its role may. */
  readonly madeBy: 'google' | 'migrate';
}

export const logins: readonly Login[] = [{ secret: 'postgresql', user: 'task_manager_owner', madeBy: 'google' }];
