/** Whether tasks and activities agree with each other to the version. */
import { type History, histories, type Lifetime } from './task-activities.ts';

export interface Agreement {
  readonly tasks: number;
  readonly activities: number;
  /** Tasks of which activities are missing or too many, some by name. */
  readonly disagreeing: number;
  readonly examples: readonly string[];
}

const mostExamples = 5;

/** What the log has beyond a task's version is left aside. */
export async function agreementOf(lifetime: Lifetime): Promise<Agreement> {
  let [tasks, activities, disagreeing] = [0, 0, 0];
  const examples: string[] = [];
  for await (const some of histories(lifetime)) {
    tasks += some.length;
    for (const { task, activities: all } of some) {
      const history = { task, activities: all.filter(({ version }) => version <= task.version) };
      activities += history.activities.length;
      if (isWhole(history)) continue;
      disagreeing += 1;
      if (examples.length < mostExamples) examples.push(describe(history));
    }
  }
  return { tasks, activities, disagreeing, examples };
}

/** Exactly one activity for each version from 1. */
export function isWhole({ task, activities }: History): boolean {
  return activities.length === task.version && activities.every(({ version }, index) => version === index + 1);
}

function describe({ task, activities }: History): string {
  const versions = activities.map(({ version }) => version).join(', ');
  return `task ${task.id} is at version ${task.version}, and has the activities ${versions || 'of none'}`;
}
