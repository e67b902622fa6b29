/** What is to happen in one history: who asks for what, and what breaks meanwhile. Data only, drawn by fast-check. */
import fc from 'fast-check';
import { type NewTask, priorities, statuses } from '../../../lib/tasks/task.ts';

/** There are two processes of each function. */
export type ProcessName = 'A' | 'B';

/** `*`, or versions, told by their distance from the highest that anybody knows when the request is sent. */
export type Meant = '*' | readonly number[];

export type PlannedDeed =
  | { readonly kind: 'get' }
  | { readonly kind: 'list activities' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'patch'; readonly patch: Partial<NewTask>; readonly meant?: Meant }
  | { readonly kind: 'delete'; readonly meant?: Meant };

/** All pauses come first, and are in milliseconds. */
export interface PlannedRequest {
  readonly pause: number;
  readonly by: ProcessName;
  /** Which of the plan's tasks. */
  readonly task: number;
  readonly deed: PlannedDeed;
}

export interface PlannedTask {
  readonly by: ProcessName;
  readonly fields: NewTask;
}

/** What happens beside the requests, and is no fault: nobody may notice anything but the time it takes. */
export type Disturbance = { readonly pause: number } & (
  | { readonly kind: 'relay passes'; readonly at: ProcessName }
  | { readonly kind: 'key evicted'; readonly task: number }
  | { readonly kind: 'redis flushed' }
  | { readonly kind: 'redis slow'; readonly at: ProcessName; readonly delay: number; readonly lasts: number }
  | { readonly kind: 'statements slow'; readonly at: ProcessName; readonly delay: number; readonly lasts: number }
  | { readonly kind: 'tasks locked'; readonly lasts: number }
);

/** What breaks Redis for a while, for one process or for both. */
export type Fault = { readonly pause: number } & (
  | { readonly kind: 'redis cut'; readonly at: ProcessName }
  | { readonly kind: 'redis black-holed'; readonly at: ProcessName; readonly lasts: number }
  | { readonly kind: 'redis too slow'; readonly at: ProcessName; readonly delay: number; readonly lasts: number }
  | { readonly kind: 'redis hangs'; readonly lasts: number }
  | { readonly kind: 'redis restarted' }
);

export interface Plan {
  readonly tasks: readonly PlannedTask[];
  /** Each sends its requests one after the other. */
  readonly clients: readonly (readonly PlannedRequest[])[];
  readonly disturbances: readonly Disturbance[];
  readonly faults: readonly Fault[];
}

const processes = fc.constantFrom<ProcessName>('A', 'B');
const pauses = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(10) },
  { weight: 1, arbitrary: fc.nat(60) },
);
/** Two of them, mostly the first: what is about one task meets more of what is about the same. */
const tasks = fc.constantFrom(0, 0, 1);

/** Few values, so that some changes change nothing. */
const fields = {
  title: fc.constantFrom('a', 'b', 'c'),
  description: fc.constantFrom('', 'x'.repeat(2_000)),
  status: fc.constantFrom(...statuses),
  priority: fc.constantFrom(...priorities),
  labels: fc.constantFrom<string[]>([], ['x'], ['x', 'y']),
  assignee: fc.constantFrom(null, 'ann'),
  due_at: fc.constantFrom(null, '2026-01-01T00:00:00.000Z'),
};
const plain = { noNullPrototype: true };
const whole = fc.record(fields, plain);
const names = ['title', 'status', 'labels', 'assignee', 'due_at', 'description'] as const;
const someFields = fc
  .subarray([...names], { minLength: 1, maxLength: 2 })
  .chain(chosen => fc.record(Object.fromEntries(chosen.map(name => [name, fields[name]])), plain));

const meant: fc.Arbitrary<Meant> = fc.constantFrom<Meant>([0], [0], [0], [-1], [1], [-1, 0], '*');
const conditionally = <D extends object>(deed: fc.Arbitrary<D>) =>
  fc.oneof(
    deed,
    fc.tuple(deed, meant).map(([unconditional, versions]) => ({ ...unconditional, meant: versions })),
  );

const deeds: fc.Arbitrary<PlannedDeed> = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ kind: 'get' as const }) },
  { weight: 6, arbitrary: conditionally(someFields.map(patch => ({ kind: 'patch' as const, patch }))) },
  { weight: 2, arbitrary: conditionally(fc.constant({ kind: 'delete' as const })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restore' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'list activities' as const }) },
);

const disturbances: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({ pause: pauses, kind: fc.constant('relay passes' as const), at: processes }),
  fc.record({ pause: pauses, kind: fc.constant('key evicted' as const), task: tasks }),
  fc.record({ pause: pauses, kind: fc.constant('redis flushed' as const) }),
  fc.record({
    pause: pauses,
    kind: fc.constant('redis slow' as const),
    at: processes,
    delay: fc.integer({ min: 2, max: 18 }), // each way: in time, as a rule
    lasts: fc.integer({ min: 20, max: 150 }),
  }),
  fc.record({
    pause: pauses,
    kind: fc.constant('statements slow' as const),
    at: processes,
    delay: fc.integer({ min: 5, max: 60 }),
    lasts: fc.integer({ min: 20, max: 150 }),
  }),
  fc.record({ pause: pauses, kind: fc.constant('tasks locked' as const), lasts: fc.integer({ min: 5, max: 80 }) }),
);

const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ pause: pauses, kind: fc.constant('redis cut' as const), at: processes }),
  fc.record({
    pause: pauses,
    kind: fc.constant('redis black-holed' as const),
    at: processes,
    lasts: fc.integer({ min: 20, max: 150 }),
  }),
  fc.record({
    pause: pauses,
    kind: fc.constant('redis too slow' as const),
    at: processes,
    delay: fc.constantFrom(24, 40, 200),
    lasts: fc.integer({ min: 20, max: 150 }),
  }),
  fc.record({ pause: pauses, kind: fc.constant('redis hangs' as const), lasts: fc.integer({ min: 10, max: 150 }) }),
  fc.record({ pause: pauses, kind: fc.constant('redis restarted' as const) }),
);

const requests: fc.Arbitrary<PlannedRequest> = fc.record({ pause: pauses, by: processes, task: tasks, deed: deeds });

export const plans: fc.Arbitrary<Plan> = fc.record({
  tasks: fc.array(fc.record({ by: processes, fields: whole }), { minLength: 2, maxLength: 2 }),
  clients: fc.array(fc.array(requests, { minLength: 3, maxLength: 9, size: 'max' }), { minLength: 3, maxLength: 4 }),
  disturbances: fc.array(disturbances, { maxLength: 4, size: 'max' }),
  faults: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(faults, { minLength: 1, maxLength: 2 }) },
  ),
});
