/** A service for everything in the catalogue. A job is run by hand, but for the migration, which all others wait for. */
import { catalogue } from '../functions/catalogue.ts';
import type { Contract, JobContract } from '../lib/http/contract.ts';
import { contractEnvironment, settingsOf, unlimited } from '../local/function-environment.ts';
import { edge, metrics } from './networks.ts';
import { type Condition, healthcheck, type Service } from './service.ts';
import { databaseUrls, scratchStore, scratchUrls, storeUrls } from './store-services.ts';

const migration = 'migrate';

export function functionServices(): Record<string, Service> {
  return Object.fromEntries(catalogue.map(contract => [contract.name, serviceOf(contract)]));
}

function serviceOf(contract: Contract): Service {
  return contract.kind === 'job' ? jobService(contract) : servingService(contract);
}

/** What /readyz says. */
const ready =
  "require('http').get('http://127.0.0.1:8080/readyz', answer => process.exit(answer.statusCode === 200 ? 0 : 1))";

function servingService(contract: Exclude<Contract, JobContract>): Service {
  const { kind, name, stores, calls = [] } = contract;
  return {
    ...built(name, 'function'),
    environment: environmentOf(contract),
    // An event function is reached by those that call it: over a network of its name.
    networks: [...stores, ...calls, kind === 'event' ? name : edge, metrics],
    depends_on: { ...afterMigration, ...healthy(stores) },
    healthcheck: healthcheck('node', '-e', ready),
    mem_limit: '256m',
    restart: 'unless-stopped',
    stop_grace_period: '15s',
  };
}

function jobService(contract: JobContract): Service {
  const { name, stores, needs = [] } = contract;
  const needed = {
    backups: needs.includes('backups'),
    programs: needs.includes('postgresql-programs'),
    scratch: needs.includes('scratch-stores'),
  };
  return {
    ...built(name, needed.programs ? 'job-with-postgresql-programs' : 'function'),
    ...(name !== migration && { profiles: ['jobs'] }),
    environment: {
      ...environmentOf(contract),
      ...(needed.backups && { BACKUP_DIR: '/backups' }),
      ...(needed.scratch && scratchUrls),
    },
    networks: [...stores, ...(needed.scratch ? [scratchStore] : [])],
    ...(needed.backups && { volumes: ['backups:/backups'] }),
    depends_on: {
      ...(name !== migration && afterMigration),
      ...healthy(stores),
      ...(needed.scratch && healthy([scratchStore])),
    },
    init: true, // hands on the signals that end it: it has no handler of its own
    mem_limit: '512m',
    restart: 'no',
  };
}

function built(name: string, target: string): Pick<Service, 'image' | 'build' | 'pull_policy'> {
  return {
    image: `task-manager/${name}:\${VERSION:-local}`,
    build: { context: '.', target, args: { FUNCTION: name } },
    pull_policy: 'build',
  };
}

/** With the settings that are given to `docker compose`, an empty one being as good as none. */
function environmentOf(contract: Contract): Record<string, string> {
  const environment = contractEnvironment(contract, {
    databases: databaseUrls,
    stores: storeUrls,
    relayUrl: 'http://relay-activities:8080/',
    admission: { AUTH_MODE: 'disabled', ...unlimited },
  });
  for (const name of settingsOf(contract)) environment[name] = `\${${name}:-${environment[name] ?? ''}}`;
  return environment;
}

type Dependencies = Readonly<Record<string, { readonly condition: Condition }>>;

const afterMigration: Dependencies = { [migration]: { condition: 'service_completed_successfully' } };

function healthy(names: readonly string[]): Dependencies {
  return Object.fromEntries(names.map(name => [name, { condition: 'service_healthy' }]));
}
