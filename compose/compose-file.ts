/** compose.yaml: the whole system in containers, for one machine. */
import { stringify } from 'yaml';
import { type GeneratedFile, generatedNotice } from '../generated-file.ts';
import { edgeService } from './edge-service.ts';
import { functionServices } from './function-services.ts';
import { monitoringServices } from './monitoring-services.ts';
import { outside } from './networks.ts';
import { hardening, type Service } from './service.ts';
import { storeServices } from './store-services.ts';

const head = ` ${generatedNotice}
 docker compose up --build    The whole system, on this machine alone: see docs/operations/compose.md.
 AUTH_MODE=disabled: whoever reaches its port may do everything. It listens on 127.0.0.1 only; leave it there.
`;

export function composeFile(): GeneratedFile {
  const services: Readonly<Record<string, Service>> = {
    edge: edgeService(),
    ...functionServices(),
    ...storeServices(),
    ...monitoringServices(),
  };
  const hardened = Object.entries(services).map(([name, service]) => [
    name,
    { '<<': hardening, ...structuredClone(service) }, // of what several share, YAML would make aliases
  ]);
  const file = {
    name: 'task-manager',
    'x-hardening': hardening,
    services: Object.fromEntries(hardened),
    networks: networksIn(services),
    volumes: volumesIn(services),
  };
  // What YAML 1.1 would read as no text, such as `no`, is quoted: some who read it still do.
  const yaml = stringify(file, { version: '1.1', anchorPrefix: 'hardening', lineWidth: 120 });
  return { path: 'compose.yaml', contents: head.replaceAll(/^/gm, '#').replace(/#$/, '') + yaml };
}

/** All but one have no way out. */
function networksIn(services: Readonly<Record<string, Service>>): Record<string, { internal?: true }> {
  const names = new Set(Object.values(services).flatMap(({ networks }) => networks));
  return Object.fromEntries([...names].map(name => [name, name === outside ? {} : { internal: true }]));
}

function volumesIn(services: Readonly<Record<string, Service>>): Record<string, object> {
  const sources = Object.values(services).flatMap(({ volumes = [] }) => volumes.map(each => each.split(':')[0] ?? ''));
  const named = new Set(sources.filter(source => !source.startsWith('.')));
  return Object.fromEntries([...named].map(name => [name, {}]));
}
