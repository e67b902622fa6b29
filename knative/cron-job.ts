/**
 * A job as a CronJob. One without a clock is suspended: `kubectl create job --from=cronjob/migrate …` runs it. A Job would
 * run when it is applied, and never be applied again with another image.
 */
import type { JobContract, Schedule } from '../lib/http/contract.ts';
import { type Container, containerOf } from './container.ts';
import { environmentOf } from './environment.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { labelsOf, named } from './namespace.ts';
import { reachLabels } from './reach.ts';
import { needs, resourcesOf } from './resources.ts';

const never: Schedule = '0 0 1 1 *';

export function jobCronJob(contract: JobContract): KubernetesObject {
  const { name, schedule } = contract;
  return cronJob({
    name,
    schedule,
    reach: reachLabels(contract),
    container: { ...containerOf(name, resourcesOf(needs.job)), env: environmentOf(contract) },
  });
}

export interface Run {
  readonly name: string;
  readonly schedule: Schedule | undefined;
  readonly reach: Readonly<Record<string, string>>;
  readonly container: Container;
}

export function cronJob({ name, schedule, reach, container }: Run): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: named(name),
    spec: {
      schedule: schedule ?? never,
      timeZone: 'Etc/UTC',
      ...(schedule === undefined && { suspend: true }),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3_600,
      jobTemplate: {
        spec: {
          // What a person runs, a person runs again.
          backoffLimit: schedule === undefined ? 0 : 2,
          activeDeadlineSeconds: 4 * 3_600,
          template: {
            metadata: { labels: { ...labelsOf(name), ...reach } },
            spec: {
              serviceAccountName: name,
              restartPolicy: 'Never',
              enableServiceLinks: false,
              containers: [container],
            },
          },
        },
      },
    },
  };
}
