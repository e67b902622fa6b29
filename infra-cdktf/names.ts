/** Names by which one stack, or knative/, finds what another one made. */
import type { Environment } from './environments.ts';

/** The one of each kind in a project; also the label `system`. */
export const system = 'task-manager';

/** Buckets share one namespace with all the world. */
export function bucketName({ project }: Environment, purpose: 'terraform-state' | 'backups'): string {
  return `${project.id}-${purpose}`;
}

/** Whoever calls Google's services as a service account of Kubernetes (Workload Identity Federation for GKE). */
export function kubernetesPrincipal({ project }: Environment, namespace: string, account: string): string {
  const pool = `projects/${project.number}/locations/global/workloadIdentityPools/${project.id}.svc.id.goog`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespace}/sa/${account}`;
}

/** Workflows of GitHub, by the subject that GitHub puts into their tokens. */
export const githubPool = 'github';

export function githubPrincipal({ project, repository }: Environment, context: string): string {
  const pool = `projects/${project.number}/locations/global/workloadIdentityPools/${githubPool}`;
  return `principal://iam.googleapis.com/${pool}/subject/repo:${repository}:${context}`;
}

/** By which the gateway's Service asks for its address. */
export const gatewayAddressName = `${system}-gateway`;

/** By which firewall rules know the nodes. */
export const nodeTag = `${system}-node`;

/** In Secret Manager: what a Secret of knative/ holds under its key. External Secrets reads it by this name. */
export function secretName(secret: string, key: 'url' | 'ca'): string {
  return `${system}-${secret}-${key}`;
}

/** The network as other services are told of it. */
export function networkPath({ project }: Environment): string {
  return `projects/${project.id}/global/networks/${system}`;
}

/** In Cloud SQL and in Firestore, whose own rules for names these follow. */
export const databaseName = 'task_manager';
export const activityLogName = system;
export const scratchName = `${system}-scratch`;
