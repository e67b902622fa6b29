/** The roles of the database: what each may do in it, and no more. Which function has which, its contract says. */

/** `owner` made everything, may do everything to it, and grants the others what they have. */
export type Role = GrantedRole | 'owner';

export type GrantedRole = keyof typeof grants;

interface Grants {
  /** Privileges on each table, those that later migrations make included. */
  readonly allTables?: string;
  /** Privileges, as GRANT takes them. */
  readonly tables: Readonly<Record<string, string>>;
  /** Functions that not everybody may call. */
  readonly functions: readonly string[];
  readonly transactions: 'short' | 'of any length';
}

/**
 * What a revision takes away here, the one before it, which still serves, must do without already: as with a migration
 * that contracts.
 */
export const grants = {
  /** Answers GET. */
  reader: {
    tables: { tasks: 'select', tombstones: 'select', outbox: 'select', change_feed: 'select', heartbeats: 'select' },
    functions: [],
    transactions: 'short',
  },
  /** Changes tasks. It deletes none, the trash being an update, and what it has recorded it cannot touch. */
  writer: {
    tables: {
      tasks: 'select, insert, update',
      outbox: 'insert',
      idempotency_keys: 'select, insert, update',
      erased_tenants: 'select',
    },
    functions: [],
    transactions: 'short',
  },
  /** Runs behind the API: the relay, the clean-up, the erasure. Of tasks it locks those that it purges. */
  keeper: {
    tables: {
      tasks: 'select, update (deleted_at), delete',
      tombstones: 'select, insert, delete',
      outbox: 'select, insert, update (logged_at, repaired_at, parked_because), delete',
      idempotency_keys: 'select, delete',
      erased_tenants: 'select, insert',
      heartbeats: 'select, insert, update',
    },
    functions: ['open_transactions()'],
    transactions: 'short',
  },
  /** Reads everything, and leaves its sign of life; the drill's side of the live database, too. */
  'back-up': {
    allTables: 'select',
    tables: { heartbeats: 'insert, update' },
    functions: [],
    transactions: 'of any length',
  },
} as const satisfies Record<string, Grants>;

export const grantedRoles: readonly GrantedRole[] = ['reader', 'writer', 'keeper', 'back-up'];

/** Something for each role. */
export function perRole<Value>(make: (role: Role) => Value): Readonly<Record<Role, Value>> {
  return {
    reader: make('reader'),
    writer: make('writer'),
    keeper: make('keeper'),
    'back-up': make('back-up'),
    owner: make('owner'),
  };
}

export function grantsOf(role: GrantedRole): Grants {
  return grants[role];
}

/** The role that the grants are made to. Nobody logs in as it: logins are its members, and come and go. */
export function groupOf(role: GrantedRole): string {
  return `task_manager_${role.replace('-', '_')}`;
}
