/** The functions in a cluster, by kubectl: one context, one namespace, nothing else. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { namespace } from '../knative/namespace.ts';
import { Failure, lastLines } from '../local/failure.ts';

const execute = promisify(execFile);

export interface Cluster {
  functions(): Promise<readonly FunctionState[]>;
  pods(): Promise<readonly Pod[]>;
  /** @param patch RFC 6902 */
  patch(functionName: string, patch: readonly Operation[]): Promise<void>;
  /** Runs a CronJob's job now, to its end. */
  run(cronJob: string): Promise<void>;
}

export interface FunctionState {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  /** Why it is not. */
  readonly reason: string;
  /** Whether its newest revision has failed to become ready. */
  readonly refused: boolean;
  /** The revision of the newest template, ready or not. */
  readonly created: string;
  /** The newest revision that has become ready. */
  readonly readied: string;
  readonly traffic: readonly { readonly revision: string; readonly percent: number }[];
}

export interface Pod {
  readonly name: string;
  readonly function: string;
  readonly revision: string;
  readonly ready: boolean;
}

export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** With it the template is another one, and so there is another revision. */
export function revisionChange(): Operation {
  const path = '/spec/template/metadata/annotations/task-manager~1rolled-out-at';
  return { op: 'add', path, value: new Date().toISOString() };
}

export function clusterOf(context: string): Cluster {
  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const given = ['--context', context, '--namespace', namespace.metadata.name, ...args];
    try {
      return (await execute('kubectl', given, { timeout: 300_000, maxBuffer: 2 ** 26 })).stdout;
    } catch (error) {
      const cause = error instanceof Error ? lastLines(error.message, 3) : String(error);
      throw new Failure(`kubectl ${args.slice(0, 3).join(' ')}`, cause, `kubectl --context ${context} version`);
    }
  };
  const listed = async <Item>(...args: readonly string[]): Promise<readonly Item[]> =>
    JSON.parse(await kubectl('get', ...args, '--output', 'json')).items;

  return {
    functions: async () => (await listed<KnativeService>('services.serving.knative.dev')).map(stateOf),
    pods: async () => (await listed<KubernetesPod>('pods', '--selector', 'serving.knative.dev/revision')).map(podOf),
    async patch(name, patch) {
      await kubectl(
        'patch',
        `services.serving.knative.dev/${name}`,
        '--type',
        'json',
        '--patch',
        JSON.stringify(patch),
      );
    },
    async run(cronJob) {
      const job = `${cronJob}-${Date.now()}`;
      await kubectl('create', 'job', job, `--from=cronjob/${cronJob}`);
      await kubectl('wait', `job/${job}`, '--for=condition=complete', '--timeout=240s');
      await kubectl('delete', 'job', job);
    },
  };
}

interface KnativeService {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly latestCreatedRevisionName?: string;
    readonly latestReadyRevisionName?: string;
    readonly conditions?: readonly Condition[];
    readonly traffic?: readonly { readonly revisionName: string; readonly percent?: number }[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function stateOf({ metadata, spec, status = {} }: KnativeService): FunctionState {
  const seen = status.observedGeneration === metadata.generation;
  const conditionIn = (wanted: string) => status.conditions?.find(({ type }) => type === wanted)?.status;
  const unready = status.conditions?.find(({ status }) => status !== 'True');
  return {
    name: metadata.name,
    image: spec.template.spec.containers[0]?.image ?? '',
    ready: seen && conditionIn('Ready') === 'True',
    refused: seen && conditionIn('ConfigurationsReady') === 'False',
    reason: seen
      ? `${unready?.type} ${unready?.status}: ${unready?.reason ?? ''} ${unready?.message ?? ''}`
      : 'not seen yet',
    created: status.latestCreatedRevisionName ?? '',
    readied: status.latestReadyRevisionName ?? '',
    traffic: (status.traffic ?? []).map(({ revisionName, percent = 0 }) => ({ revision: revisionName, percent })),
  };
}

interface KubernetesPod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: { readonly conditions?: readonly Condition[] };
}

function podOf({ metadata: { name, labels }, status: { conditions = [] } }: KubernetesPod): Pod {
  return {
    name,
    function: labels['serving.knative.dev/service'] ?? '',
    revision: labels['serving.knative.dev/revision'] ?? '',
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  };
}
