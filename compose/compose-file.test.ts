/** compose.yaml as a whole: what it names is there, everything in the catalogue is in it, and nothing is open that need not be. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../functions/catalogue.ts';
import { stages } from '../images/dockerfile.ts';
import { usualConnections } from '../lib/stores/postgresql.ts';
import { perRole } from '../lib/stores/roles.ts';
import { contractEnvironment, URL_VARIABLES } from '../local/function-environment.ts';
import { loginOf } from '../local/stores/databases.ts';
import type { Service } from './service.ts';

const root = path.join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface ComposeFile {
  readonly services: Readonly<Record<string, Service & Readonly<Record<string, unknown>>>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const file: ComposeFile = parse(textOf('compose.yaml'), { merge: true });
const services = Object.entries(file.services).map(([name, service]) => ({ name, service }));

function serviceOf(name: string): Service {
  const service = file.services[name];
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return service;
}

describe.for(catalogue)('$name', contract => {
  const { name, kind, stores, calls = [] } = contract;
  const { build, environment = {}, networks, depends_on = {}, profiles, volumes } = serviceOf(name);

  test('is an image of its own, from a stage of the Dockerfile', () => {
    expect(build?.args).toEqual({ FUNCTION: name });
    expect(stages.map(stage => stage.name)).toContain(build?.target);
  });

  test('has what its contract needs in its environment, and where it is', () => {
    const places = {
      databases: perRole(role => role),
      stores: { redis: 'r', mongodb: 'm' },
      relayUrl: 'relay',
      admission: { AUTH_MODE: 'a' },
    };
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining(Object.keys(contractEnvironment(contract, places))),
    );
    for (const store of Object.keys(URL_VARIABLES) as (keyof typeof URL_VARIABLES)[]) {
      const host = environment[URL_VARIABLES[store]]?.replace(/^\w+:\/\/(?:\w+@)?([\w-]+):.*$/, '$1');
      expect([store, host]).toEqual([store, stores.some(each => each === store) ? store : undefined]);
    }
    expect(environment.DATABASE_URL).toContain(`//${loginOf(contract.databaseRole)}@`);
    expect(environment.RELAY_URL).toBe(
      calls.includes('relay-activities') ? 'http://relay-activities:8080/' : undefined,
    );
    expect(environment.BACKUP_DIR).toBe(volumes?.some(volume => volume.endsWith(':/backups')) ? '/backups' : undefined);
  });

  test('reaches its stores and what it calls, over their networks, and waits for the stores', () => {
    for (const reached of [...stores, ...calls]) {
      expect(networks).toContain(reached);
      expect(serviceOf(reached).networks).toContain(reached);
    }
    expect(Object.keys(depends_on)).toEqual(expect.arrayContaining([...stores]));
    for (const store of ['postgresql', 'redis', 'mongodb'] as const)
      expect(networks.includes(store)).toBe(stores.some(each => each === store));
  });

  test('begins when the database has its schema', () => {
    const condition = name === 'migrate' ? undefined : 'service_completed_successfully';
    expect(depends_on.migrate?.condition).toBe(condition);
  });

  test('is reached by the edge when it is HTTP; a job waits to be run', () => {
    expect(networks.includes('edge')).toBe(kind === 'http' || kind === 'root');
    expect(profiles).toEqual(kind === 'job' && name !== 'migrate' ? ['jobs'] : undefined);
  });
});

describe.for(catalogue.filter(({ kind }) => kind !== 'job'))('$name', ({ name }) => {
  test('is scraped, and stopped no sooner than it has drained', () => {
    const { networks, stop_grace_period } = serviceOf(name);
    expect(networks).toContain('metrics');
    expect(textOf('compose/prometheus.yml')).toMatch(new RegExp(`- ${name}:9464\n +labels:\n +function: ${name}\n`));
    expect(stop_grace_period).toBe('15s');
  });
});

describe.for(services)('service $name', ({ service }) => {
  test('has no more rights than it needs', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
    });
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('cap_add');
  });

  test('runs as a numbered user who is not root', () => {
    if (service.build === undefined) expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    else expect(service).not.toHaveProperty('user');
  });

  test('is reached from this machine only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/);
  });

  test('is of one version, and tells when it is ready', () => {
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+(\.\d+)?(-\w+)?(@sha256:\w{64})?$/);
    if (service.restart === 'unless-stopped') expect(service.healthcheck?.test[0]).toBe('CMD');
  });

  test('names networks, volumes, files and services that there are', () => {
    for (const network of service.networks) expect(file.networks).toHaveProperty(network);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (!source.startsWith('./')) expect(file.volumes).toHaveProperty(source);
      else expect([source, existsSync(path.join(root, source))]).toEqual([source, true]);
    }
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other = serviceOf(name);
      if (condition === 'service_healthy') expect(other).toHaveProperty('healthcheck');
      else expect(other.restart).toBe('no');
      expect([undefined, service.profiles?.[0]]).toContain(other.profiles?.[0]);
    }
  });
});

test('only what publishes a port has a way out', () => {
  const open = Object.keys(file.networks).filter(name => !file.networks[name]?.internal);
  const joined = services.filter(({ service }) => service.networks.some(network => open.includes(network)));
  expect(joined.map(({ name }) => name)).toEqual(
    services.filter(({ service }) => service.ports).map(({ name }) => name),
  );
});

test('what is built here is asked of no registry', () => {
  for (const { service } of services) expect(service.pull_policy).toBe(service.build && 'build');
});

test('PostgreSQL takes the connections that all pools may open', () => {
  const [, most = ''] = /max_connections=(\d+)/.exec(serviceOf('postgresql').command?.join(' ') ?? '') ?? [];
  const users = catalogue.filter(({ stores }) => stores.some(store => store === 'postgresql'));
  expect(Number(most)).toBeGreaterThanOrEqual(users.length * usualConnections);
});

test('nothing in it is a secret', () => {
  expect(textOf('compose.yaml')).not.toMatch(/password|secret|token|:\/\/[^/\s]*:[^/\s]*@/i);
});
