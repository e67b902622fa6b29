/** What stands in knative/, read as Kubernetes and Kustomize read it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Container } from '../container.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

const room = path.join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(room, file), 'utf8');

export interface PodTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly timeoutSeconds: number;
    readonly containerConcurrency: number;
    readonly topologySpreadConstraints?: readonly object[];
    readonly containers: readonly (Container & { readonly ports?: readonly { readonly containerPort: number }[] })[];
  };
}

/** An object whose kind the test knows. */
export type ObjectOf<Spec> = KubernetesObject & { readonly spec: Spec };
export type KnativeService = ObjectOf<{ readonly template: PodTemplate }>;
export type CronJob = ObjectOf<{
  readonly schedule: string;
  readonly suspend?: true;
  readonly jobTemplate: { readonly spec: { readonly template: PodTemplate } };
}>;
export type NetworkPolicy = ObjectOf<{
  readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly policyTypes: readonly string[];
}>;
export type HttpRoute = ObjectOf<{ readonly rules: readonly HttpRule[] }>;

export interface HttpRule {
  readonly matches: readonly HttpMatch[];
  readonly filters: readonly { readonly urlRewrite: { readonly hostname: string; readonly path?: object } }[];
}

export interface HttpMatch {
  readonly method?: string;
  readonly path: { readonly type: 'Exact' | 'RegularExpression' | 'PathPrefix'; readonly value: string };
}

export interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly literals: readonly string[] }[];
  readonly secretGenerator?: readonly { readonly name: string; readonly literals?: readonly string[] }[];
  readonly patches?: readonly Patch[];
}

export interface Patch {
  readonly target: { readonly group?: string; readonly kind: string; readonly name: string };
  /** A JSON patch (RFC 6902), as YAML. */
  readonly patch: string;
}

/** Files that are merged into what they name. */
export interface Merges {
  readonly resources: readonly string[];
  readonly patches: readonly { readonly path: string }[];
}

export function mergesIn(folder: string): Merges {
  return parse(textOf(`${folder}/kustomization.yaml`));
}

export function kustomizationIn(folder: string): Kustomization {
  return parse(textOf(`${folder}/kustomization.yaml`));
}

/** @param folder of a kustomization, whose own files are read */
export function objectsIn(folder: string): KubernetesObject[] {
  const files = (kustomizationIn(folder).resources ?? []).filter(file => file.endsWith('.yaml'));
  return files.flatMap(file => objectsOf(`${folder}/${file}`));
}

export function objectsOf(file: string): KubernetesObject[] {
  return parseAllDocuments(textOf(file)).map(document => document.toJS());
}

export const overlays = ['local', 'staging', 'production'] as const;

/** A kustomization and its components, and theirs. */
export function kustomizationsOf(folder: string): Kustomization[] {
  const own = kustomizationIn(folder);
  return [own, ...(own.components ?? []).flatMap(each => kustomizationsOf(path.join(folder, each)))];
}
