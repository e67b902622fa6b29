/** What stands in knative/base, against the contracts that it is made from and against what Knative lets pass. */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { loginVariableOf } from '../lib/stores/logins.ts';
import { grantedRoles } from '../lib/stores/roles.ts';
import { URL_VARIABLES } from '../local/function-environment.ts';
import { connectionsPerPod, type Variable } from './environment.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { isServing, scaleOf } from './scale.ts';
import { type CronJob, type KnativeService, type NetworkPolicy, objectsIn, type PodTemplate } from './testing/files.ts';
import { reservedPorts, reservedVariables } from './testing/known-keys.ts';

const objects = objectsIn('base');
const ofKind = <Kind extends KubernetesObject = KubernetesObject>(kind: string): readonly Kind[] =>
  objects.filter((each): each is Kind => each.kind === kind);
const services = ofKind<KnativeService>('Service');
const cronJobs = ofKind<CronJob>('CronJob');
const policies = ofKind<NetworkPolicy>('NetworkPolicy');

function only<Kind extends KubernetesObject>(kind: readonly Kind[], name: string): Kind {
  const [found, ...others] = kind.filter(({ metadata }) => metadata.name === name);
  if (found === undefined || others.length > 0) throw new Error(`there is not one ${name}`);
  return found;
}

const templateOf = (name: string): PodTemplate => only(services, name).spec.template;
const jobTemplateOf = (name: string): PodTemplate => only(cronJobs, name).spec.jobTemplate.spec.template;
const namesIn = (template: PodTemplate) => template.spec.containers.flatMap(({ env = [] }) => env.map(e => e.name));
const secretOf = (each: Variable) =>
  'valueFrom' in each && 'secretKeyRef' in each.valueFrom ? each.valueFrom.secretKeyRef.name : undefined;
const reachIn = ({ metadata }: PodTemplate) => Object.keys(metadata.labels).filter(key => key.startsWith('reach.'));

describe.for(catalogue.filter(isServing))('$name', contract => {
  const { name } = contract;
  const { metadata } = only(services, name);
  const template = templateOf(name);

  test('has no public name of its own', () => {
    expect(metadata.labels).toMatchObject({ 'networking.knative.dev/visibility': 'cluster-local' });
  });

  test('scales as its contract says', () => {
    const { min, max, concurrency } = scaleOf(contract);
    expect(max).toBeGreaterThanOrEqual(Math.max(min, 1));
    expect(template.metadata.annotations).toMatchObject({
      'autoscaling.knative.dev/min-scale': String(min),
      'autoscaling.knative.dev/max-scale': String(max),
      'autoscaling.knative.dev/target': String(concurrency),
    });
    expect(template.spec.containerConcurrency).toBeGreaterThan(concurrency);
  });

  test('has its pods on different nodes and in different zones when it always has several', () => {
    const { topologySpreadConstraints = [] } = template.spec;
    const spread = { maxSkew: 1, labelSelector: { matchLabels: { 'serving.knative.dev/service': name } } };
    const wanted = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(topologyKey =>
      expect.objectContaining({ ...spread, topologyKey }),
    );
    expect(topologySpreadConstraints).toEqual(scaleOf(contract).min > 1 ? wanted : []);
  });

  test('is given the time that queue-proxy and its own drain take', () => {
    expect(template.spec.timeoutSeconds).toBeGreaterThan(30 + 12);
  });

  test('takes no port or variable that is reserved', () => {
    for (const { ports = [] } of template.spec.containers) {
      expect(ports).toHaveLength(1);
      for (const { containerPort } of ports) expect(reservedPorts).not.toContain(containerPort);
    }
    for (const variable of namesIn(template)) expect(reservedVariables).not.toContain(variable);
  });

  test('may lose a pod to a node that is emptied, and has no more than one budget', () => {
    expect(only(ofKind('PodDisruptionBudget'), name)).toHaveProperty('spec.maxUnavailable', '25%');
  });
});

describe.for(catalogue)('$name', contract => {
  const { name, stores, kind, calls = [] } = contract;
  const template = kind === 'job' ? jobTemplateOf(name) : templateOf(name);

  test('is told of the stores that its contract names, and reaches them', () => {
    for (const store of ['postgresql', 'redis', 'mongodb'] as const) {
      const named = stores.some(each => each === store);
      expect([store, namesIn(template).includes(URL_VARIABLES[store])]).toEqual([store, named]);
      expect([store, reachIn(template).includes(`reach.task-manager/${store}`)]).toEqual([store, named]);
    }
  });

  test('enters the database as the role of its contract; only who makes the logins knows of others', () => {
    const secrets = new Map(
      template.spec.containers.flatMap(({ env = [] }) => env.map(each => [each.name, secretOf(each)])),
    );
    expect(secrets.get('DATABASE_URL')).toBe(`postgresql-${contract.databaseRole}`);
    const others = [...secrets].filter(([variable]) => variable.endsWith('_DATABASE_URL'));
    const ofDatabase = others.filter(([, secret]) => secret !== 'scratch-postgresql');
    expect(ofDatabase).toEqual(
      name === 'migrate' ? grantedRoles.map(role => [loginVariableOf(role), `postgresql-${role}`]) : [],
    );
  });

  test('reaches functions when it calls one, and knows where', () => {
    expect(reachIn(template).includes('reach.task-manager/functions')).toBe(calls.length > 0);
    expect(namesIn(template).includes('RELAY_URL')).toBe(calls.includes('relay-activities'));
  });

  test('says who may when it answers HTTP', () => {
    expect(namesIn(template).includes('AUTH_MODE')).toBe(kind === 'http' || kind === 'root');
  });

  test('runs as a service account of its own, which has no token of the cluster', () => {
    expect(template.spec.serviceAccountName).toBe(name);
    expect(only(ofKind('ServiceAccount'), name)).toMatchObject({ automountServiceAccountToken: false });
  });

  test('opens no more connections to PostgreSQL than are counted', () => {
    const [container] = template.spec.containers;
    const value = String(connectionsPerPod);
    expect(container?.env).toContainEqual({ name: 'DATABASE_CONNECTIONS', value });
  });

  test('has each variable once', () => {
    expect(namesIn(template)).toEqual([...new Set(namesIn(template))]);
  });
});

const templates = [
  ...services.map(({ metadata, spec }) => ({ name: metadata.name, template: spec.template })),
  ...cronJobs.map(({ metadata, spec }) => ({
    name: `cron ${metadata.name}`,
    template: spec.jobTemplate.spec.template,
  })),
];

describe.for(templates)('the pods of $name', ({ template }) => {
  test('are restricted, and ask for what they take', () => {
    for (const container of template.spec.containers)
      expect(container).toMatchObject({
        securityContext: {
          runAsNonRoot: true,
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        resources: {
          requests: { cpu: expect.stringMatching(/^\d+m$/), memory: expect.stringMatching(/^\d+Mi$/) },
          limits: { memory: expect.stringMatching(/^\d+Mi$/) },
        },
      });
  });

  test('reach nothing for which there is no policy', () => {
    const selected = policies.flatMap(({ spec }) => Object.keys(spec.podSelector.matchLabels ?? {}));
    for (const label of reachIn(template)) expect(selected).toContain(label);
  });
});

test('a clock runs what has a schedule; the rest waits for a person', () => {
  const clocks = cronJobs.map(({ metadata, spec }) => [metadata.name, spec.suspend ? undefined : spec.schedule]);
  const planned = catalogue.flatMap(contract => {
    const schedule = contract.kind === 'job' || contract.kind === 'event' ? contract.schedule : undefined;
    return contract.kind === 'job' || schedule ? [[contract.name, schedule]] : [];
  });
  expect(clocks.sort()).toEqual(planned.sort());
});

test('what no policy allows is denied, both ways', () => {
  expect(only(policies, 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});

test('nothing in the namespace has more rights than Pod Security restricted', () => {
  expect(only(ofKind('Namespace'), 'task-manager').metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});
