/**
 * What is in an image, as CycloneDX 1.5. npm writes it of the whole tree; a bundle holds few of those packages, and esbuild
 * says which. Beside it there are Node, the programs of PostgreSQL, and the base that the shared libraries come from.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bases } from '../images/dockerfile.ts';
import { targetOf } from '../images/target.ts';
import type { Contract } from '../lib/http/contract.ts';
import { checkout } from '../local/checkout.ts';
import { Failure, lastLines } from '../local/failure.ts';
import { runProgram } from '../local/run-program.ts';
import packageJson from '../package.json' with { type: 'json' };

export interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

export interface Bill {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: string;
  readonly version: number;
  readonly metadata: { readonly component: object };
  readonly components: readonly Component[];
}

/** Beside the bundle, so that esbuild does not know of them. */
const copied: Readonly<Record<string, readonly string[]>> = { 'api-root': ['swagger-ui-dist'] };

/** @returns one for a function whose bundle is in dist/. @throws {Failure} when npm does not know the packages */
export async function billsOfMaterials(): Promise<(contract: Contract) => Bill> {
  const known = await packagesOfNpm();
  const outputs: Readonly<Record<string, { inputs: Readonly<Record<string, { bytesInOutput: number }>> }>> = JSON.parse(
    readFileSync(`${checkout}/dist/servers.json`, 'utf8'),
  );
  return contract => {
    const inputs = outputs[`dist/${contract.name}/server.js`]?.inputs ?? {};
    const bundled = Object.keys(inputs).filter(file => inputs[file]?.bytesInOutput);
    const folders = [
      ...bundled.flatMap(packageFolder),
      ...(copied[contract.name] ?? []).map(name => `node_modules/${name}`),
    ];
    const packages = [...new Set(folders.map(nameAndVersion))].sort().map(each => {
      const component = known.get(each);
      if (component === undefined) throw new Error(`npm sbom does not know ${each}`);
      return component;
    });
    return {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      metadata: { component: { type: 'container', name: contract.name, version: packageJson.version } },
      components: [...packages, ...runtimeOf(contract)],
    };
  };
}

async function packagesOfNpm(): Promise<ReadonlyMap<string, Component>> {
  // Told to omit what is for development, it omits what we ship, too, where that needs the same package.
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--loglevel=error'];
  const { ok, output } = await runProgram('npm', args, { cwd: checkout });
  if (!ok) throw new Failure('listing the packages (npm sbom)', lastLines(output), 'npm sbom shows the same');
  const { components }: { components: readonly Component[] } = JSON.parse(output);
  return new Map(components.map(component => [`${component.name}@${component.version}`, component]));
}

/** The innermost: packages have packages of their own. */
function packageFolder(file: string): readonly string[] {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  // A package may hold folders that say of themselves no more than what kind of modules they are.
  return folder !== undefined && existsSync(path.join(checkout, folder, 'package.json')) ? [folder] : [];
}

function nameAndVersion(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(path.join(checkout, folder, 'package.json'), 'utf8'));
  return `${name}@${version}`;
}

function runtimeOf(contract: Contract): readonly Component[] {
  const node = program('node', packageJson.devDependencies.node, bases.NODE, 'nodejs:node.js');
  if (targetOf(contract) === 'function') return node;
  const [, version = ''] = /:(\d+\.\d+)/.exec(bases.POSTGRESQL ?? '') ?? [];
  return [...node, ...program('postgresql', version, bases.POSTGRESQL, 'postgresql:postgresql')];
}

/** @param cpe vendor and product, by which the lists of vulnerabilities know it */
function program(
  name: string,
  version: string,
  base: string | undefined,
  cpe: string,
): readonly (Component & object)[] {
  const [, repository = '', image = '', tag = '', digest = ''] =
    /^((?:[^/]+\/)*([^/:]+)):([^@]+)@(.+)$/.exec(base ?? '') ?? [];
  const purl = `pkg:oci/${image}@${encodeURIComponent(digest)}?repository_url=${repository}&tag=${tag}`;
  return [
    {
      'bom-ref': `program:${name}`,
      type: 'application',
      name,
      version,
      purl: `pkg:generic/${name}@${version}`,
      ...{ cpe: `cpe:2.3:a:${cpe}:${version}:*:*:*:*:*:*:*` },
    },
    { 'bom-ref': `base:${name}`, type: 'container', name: repository, version: tag, purl },
  ];
}
