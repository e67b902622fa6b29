/** Where a deploy goes: an overlay, the context of kubectl that leads to its cluster, and where its API is reached. */
import { readdirSync } from 'node:fs';
import { region } from '../infra-cdktf/addresses.ts';
import { type Environment, environments } from '../infra-cdktf/environments.ts';
import { system } from '../infra-cdktf/names.ts';
import { checkout } from '../local/checkout.ts';
import { Failure } from '../local/failure.ts';

export interface Target {
  /** In knative/overlays. */
  readonly overlay: string;
  readonly context: string;
  /** undefined: nobody said where, and nothing is asked. */
  readonly url: string | undefined;
  /** Of Google Cloud; undefined in a cluster of one's own. */
  readonly environment: Environment | undefined;
  /** The line that brings the context, where there is one. */
  readonly credentials: readonly string[] | undefined;
}

interface Given {
  readonly env: string | undefined;
  readonly context: string | undefined;
  readonly url: string | undefined;
}

export function targetOf({ env, context, url }: Given): Target {
  const overlays = readdirSync(`${checkout}/knative/overlays`, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? [entry.name] : [],
  );
  if (env === undefined || !overlays.includes(env))
    throw new Failure('reading --env', env ? `there is no overlay ${env}` : 'it is not given', overlays.join(', '));
  const environment = environments.find(({ name }) => name === env);
  if (environment === undefined) {
    if (context === undefined)
      throw new Failure('reading --context', 'a cluster of one’s own has to be named', 'kubectl config get-contexts');
    return { overlay: env, context, url, environment, credentials: undefined };
  }
  const { project, host } = environment;
  return {
    overlay: env,
    context: context ?? `gke_${project.id}_${region}_${system}`,
    url: url ?? `https://${host}`,
    environment,
    credentials:
      context === undefined
        ? [
            ...['container', 'clusters', 'get-credentials', system],
            ...[`--project=${project.id}`, `--location=${region}`, '--dns-endpoint'],
          ]
        : undefined,
  };
}
