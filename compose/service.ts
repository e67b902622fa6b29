/** A service of the Compose specification, as far as ours use it. */
export interface Service {
  readonly image: string;
  readonly build?: {
    readonly context: string;
    readonly target: string;
    readonly args?: Readonly<Record<string, string>>;
  };
  /** Of what is built here: no registry is asked for it first, and what runs is what the checkout holds. */
  readonly pull_policy?: 'build';
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly init?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  /** `127.0.0.1:host:container` */
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?: Healthcheck;
  readonly mem_limit: string;
  /** Of /dev/shm, which Docker makes of 64 MB. */
  readonly shm_size?: string;
  readonly restart: 'unless-stopped' | 'no';
  readonly stop_grace_period?: string;
}

export type Condition = 'service_healthy' | 'service_completed_successfully';

export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly start_period: string;
  readonly start_interval: string;
}

/** Asked each second while it starts, rarely then: each time is a process of its own. */
export function healthcheck(...command: readonly string[]): Healthcheck {
  return { test: ['CMD', ...command], interval: '30s', timeout: '5s', start_period: '60s', start_interval: '1s' };
}

/** What no service goes without. */
export const hardening = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  pids_limit: 256,
} as const;
