/** Every stack as Terraform reads it, made by the program that makes them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installOwnPackages } from '../../local/own-packages.ts';
import { runProgram } from '../../local/run-program.ts';
import { type Environment, environments } from '../environments.ts';

export interface Stack {
  readonly environment: Environment;
  /** Without the environment's. */
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly resources: readonly Resource[];
}

export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly values: Values;
}

export type Values = Readonly<Record<string, unknown>>;

const room = path.join(import.meta.dirname, '..');

export async function synthesized(): Promise<readonly Stack[]> {
  await installOwnPackages('infra-cdktf');
  const outdir = mkdtempSync(path.join(tmpdir(), 'synthesized-'));
  try {
    const { ok, output } = await runProgram(process.execPath, [`${room}/main.ts`], { env: { CDKTF_OUTDIR: outdir } });
    if (!ok) throw new Error(output);
    return readdirSync(`${outdir}/stacks`).map(folder => stackIn(outdir, folder));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function stackIn(outdir: string, folder: string): Stack {
  const environment = environments.find(({ name }) => folder.startsWith(`${name}-`));
  if (environment === undefined) throw new Error(`${folder} is of no environment`);
  const json = JSON.parse(readFileSync(`${outdir}/stacks/${folder}/cdk.tf.json`, 'utf8'));
  return { environment, name: folder.slice(environment.name.length + 1), json, resources: resourcesIn(json.resource) };
}

function resourcesIn(byType: Readonly<Record<string, Readonly<Record<string, Values>>>>): Resource[] {
  return Object.entries(byType).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, { '//': _origin, ...values }]) => ({ type, id, values })),
  );
}
