/** The activity: one for each change of a task, ordered by the version that the change made. */
export type Action = 'created' | 'updated' | 'deleted' | 'restored' | 'purged';

export interface Activity {
  readonly id: string;
  readonly task_id: string;
  readonly action: Action;
  readonly actor: string;
  readonly request_id: string;
  /** The version of the task that this change made. */
  readonly version: number;
  /** RFC 3339, UTC, with milliseconds. */
  readonly at: string;
  /** The fields that a client can set and this change did. */
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

/** An activity with the tenant whose task it is about: what the log stores and no client sees. */
export interface LoggedActivity extends Activity {
  readonly tenant: string;
}
