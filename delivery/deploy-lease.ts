/**
 * One deploy at a time: a Lease in the functions' namespace, renewed while the deploy lives. One that is not renewed belongs
 * to nobody any more. Whoever waits sees that by its own clock, since no two machines agree on the time.
 */
import { hostname, userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { namespace } from '../knative/namespace.ts';
import { Failure } from '../local/failure.ts';
import type { Kubectl } from './kubectl.ts';

/** Another deploy may be at work: nothing is to be changed any more, nor taken back. */
export class LeaseLost extends Failure {}

export interface Held {
  /** @throws {LeaseLost} when another one has it by now, or may have */
  check(): void;
  release(): Promise<void>;
}

interface Lease {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly renewTime: string;
  };
}

/** Seconds without a renewal, after which its holder is dead. */
const duration = 30;
const name = 'deploy';

export interface LeaseTiming {
  /** Milliseconds. */
  readonly patience: number;
  readonly renewal: number;
}

export async function holdLease(
  kubectl: Pick<Kubectl, 'read' | 'send' | 'change'>,
  say: (line: string) => void,
  { patience, renewal }: LeaseTiming = { patience: duration * 1_000, renewal: 8_000 },
): Promise<Held> {
  const holder = `${process.env.GITHUB_RUN_ID ?? userInfo().username}@${hostname()}:${process.pid}`;
  const inNamespace = ['--namespace', namespace.metadata.name];
  let lost: string | undefined;

  const find = async (): Promise<Lease | undefined> => {
    const found = await kubectl.read('get', `lease/${name}`, ...inNamespace, '--ignore-not-found', '--output', 'json');
    return found === '' ? undefined : JSON.parse(found);
  };
  const leaseOf = (resourceVersion?: string): Lease => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, ...namespaced, ...(resourceVersion !== undefined && { resourceVersion }) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: duration,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    },
  });
  const namespaced = { namespace: namespace.metadata.name };

  const found = await find();
  if (found === undefined) await kubectl.send('create', leaseOf());
  else {
    if (found.spec.holderIdentity !== '') await untilDead(found);
    // With another version in between it fails: somebody was faster.
    await kubectl.send('replace', leaseOf(found.metadata.resourceVersion));
  }

  async function untilDead(lease: Lease): Promise<void> {
    const { holderIdentity, renewTime } = lease.spec;
    say(`${holderIdentity} has been deploying here: looking for ${patience / 1_000} s whether it still is`);
    await pause(patience);
    const now = await find();
    if (now === undefined || now.spec.holderIdentity === '') return;
    if (now.spec.renewTime !== renewTime || now.spec.holderIdentity !== holderIdentity)
      throw new Failure(
        'waiting for another deploy',
        `${now.spec.holderIdentity} is at it`,
        'try again when it has ended',
      );
    say(`${holderIdentity} gives no sign of life: its work is taken up`);
  }

  let renewedAt = performance.now();
  const renew = async (): Promise<void> => {
    const asked = performance.now();
    const lease = await find();
    if (lease?.spec.holderIdentity === holder) {
      await kubectl.send('replace', leaseOf(lease.metadata.resourceVersion));
      renewedAt = asked;
    } else lost = lease?.spec.holderIdentity ?? 'nobody';
  };
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renew().catch(() => undefined); // the next one may be answered, and a dead one is noticed by the others
  }, renewal);

  return {
    check() {
      const remedy = 'let that one end, then look again: what this one has begun is taken up';
      if (lost !== undefined) throw new LeaseLost('deploying alone', `${lost} took this deploy’s place`, remedy);
      const silent = performance.now() - renewedAt;
      // Before the others' patience ends.
      if (silent > (patience * 2) / 3)
        throw new LeaseLost(
          'deploying alone',
          `for ${Math.round(silent / 1_000)} s the cluster has not heard of it`,
          remedy,
        );
    },
    async release() {
      clearInterval(timer);
      await renewing;
      const lease = await find();
      if (lease?.spec.holderIdentity !== holder) return;
      const { metadata, spec } = lease;
      await kubectl.send('replace', {
        ...lease,
        metadata: leaseOf(metadata.resourceVersion).metadata,
        spec: { ...spec, holderIdentity: '' },
      });
    },
  };
}
