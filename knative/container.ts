/** What every container of ours has, and what it is given. */
import type { Variable } from './environment.ts';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly Variable[];
  readonly command?: readonly string[];
  readonly resources: Resources;
  readonly securityContext: typeof restricted;
}

export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** Pod Security's `restricted`; the image says which user it is. */
export const restricted = {
  runAsNonRoot: true,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Named as an image of this machine, whose tag Knative does not look up; a release names the registry's, by its digest. */
export function containerOf(functionName: string, resources: Resources): Container {
  return {
    name: functionName,
    image: `dev.local/task-manager/${functionName}:local`,
    resources,
    securityContext: restricted,
  };
}
