/** Names by which one stack, or knative/, finds what another one made. */
import { region } from './addresses.ts';
import type { Environment } from './environments.ts';
import { logins } from './logins.ts';

/** The one of each kind in a project; also the label `system`. */
export const system = 'task-manager';

/** In the order in which they are made. */
export const stackNames = ['bootstrap', 'network', 'platform', 'data', 'delivery'] as const;

/** Buckets share one namespace with all the world. */
export function bucketName({ project }: Environment, purpose: 'terraform-state' | 'backups'): string {
  return `${project.id}-${purpose}`;
}

/** Whoever calls Google's services as a service account of Kubernetes (Workload Identity Federation for GKE). */
export function kubernetesPrincipal({ project }: Environment, namespace: string, account: string): string {
  const pool = `projects/${project.number}/locations/global/workloadIdentityPools/${project.id}.svc.id.goog`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespace}/sa/${account}`;
}

/** The same as one who may act as an account of Google's. */
export function kubernetesMember({ project }: Environment, namespace: string, account: string): string {
  return `serviceAccount:${project.id}.svc.id.goog[${namespace}/${account}]`;
}

/** Workflows of GitHub. */
export const githubPool = 'github';
export const githubProvider = 'actions';

/** Where a workflow's token becomes one of Google's. */
export function githubProviderPath({ project }: Environment): string {
  return `projects/${project.number}/locations/global/workloadIdentityPools/${githubPool}/providers/${githubProvider}`;
}

/** Who pushes the images of main. */
export const imagesAccountId = 'deliver-images';

/** Images are built once and lie in one place: what was tried on staging is, to the byte, what production runs. */
export const imagesLieIn: Environment['name'] = 'production';

/** `HOST/PATH` of the images. */
export function imageRegistry({ project }: Environment): string {
  return `${region}-docker.pkg.dev/${project.id}/${system}`;
}

/** As whom the nodes pull them. */
export const nodesAccountId = `${system}-nodes`;

/** From where a workflow acts: main's branch, one of GitHub's environments on main, or a pull request and nothing more. */
export type WorkflowContext = 'ref:refs/heads/main' | 'pull_request' | `environment:${string}`;

export function githubPrincipal({ project, repository }: Environment, context: WorkflowContext): string {
  const pool = `projects/${project.number}/locations/global/workloadIdentityPools/${githubPool}`;
  return `principal://iam.googleapis.com/${pool}/subject/repo:${repository.name}:${context}`;
}

/**
 * Of a token of GitHub's, in CEL, the subject of such a principal. GitHub's own has numbers in it for newer repositories, and
 * gives a pull request that names an environment that environment's.
 */
export const githubSubject =
  "'repo:' + assertion.repository + ':' + (assertion.event_name == 'pull_request' ? 'pull_request' : has(assertion.environment) ? 'environment:' + assertion.environment : 'ref:' + assertion.ref)";

/** Whose tokens are taken, in CEL: all of GitHub has one issuer. A pull request's target runs what others wrote, as main. */
export function githubCondition({ repository }: Environment): string {
  const onMain = "assertion.ref == 'refs/heads/main' && assertion.event_name != 'pull_request_target'";
  return `assertion.repository_id == '${repository.id}' && (assertion.event_name == 'pull_request' || (${onMain}))`;
}

/** The account that applies a release, also by its address in the cluster's own roles. */
export const releaseAccount = 'release';

/** Who plans, and who applies what was approved. */
export const planAccount = 'plan-infra';
export const applyAccount = 'apply-infra';

/** Of the project's own: to get as far as the cluster's door, where its own roles decide. */
export const clusterRole = 'reachCluster';

export function customRole({ project }: Environment, role: string): string {
  return `projects/${project.id}/roles/${role}`;
}

/** By which the gateway's Service asks for its address. */
export function gatewayAddressName({ name }: Environment): string {
  return `${system}-${name}`;
}

/** By which firewall rules know the nodes. */
export const nodeTag = `${system}-node`;

/** In Secret Manager: the URL that a Secret of knative/ holds. External Secrets reads it by this name. */
export function secretName(secret: string): string {
  return `${system}-${secret}-url`;
}

/** All of them. */
export const storedSecrets: readonly string[] = [
  ...logins.map(({ secret }) => secret),
  ...['redis', 'mongodb', 'scratch-postgresql', 'scratch-mongodb'],
].map(secretName);

/** The network as other services are told of it. */
export function networkPath({ project }: Environment): string {
  return `projects/${project.id}/global/networks/${system}`;
}

/** In Cloud SQL and in Firestore, whose own rules for names these follow. */
export const databaseName = 'task_manager';
export const activityLogName = system;
export const scratchName = `${system}-scratch`;

export function subnetworkPath({ project }: Environment): string {
  return `projects/${project.id}/regions/${region}/subnetworks/${system}`;
}

/**
 * A function that talks to Google's services has an account of Google's, because Firestore lets in by tokens of identity,
 * and only an account has these. Accounts have 6 to 30 characters.
 */
export function functionAccountId(functionName: string): string {
  return `fn-${functionName}`;
}

export function accountEmail({ project }: Environment, accountId: string): string {
  return `${accountId}@${project.id}.iam.gserviceaccount.com`;
}

/** Of knative/. */
export const functionNamespace = system;

/** The controller of External Secrets, as its chart names it: namespace and service account. */
export const secretReader = { namespace: 'external-secrets', account: 'external-secrets' } as const;

/** cert-manager, which proves by a record in the zone that the host is ours. */
export const certificateManager = { namespace: 'cert-manager', account: 'cert-manager' } as const;
