/** Terraform itself, where it is at hand: with Google's provider when it can be had, else with one that takes anything. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { localFolder } from '../../local/checkout.ts';
import { Failure } from '../../local/failure.ts';
import { runProgram } from '../../local/run-program.ts';
import { findOnPath } from '../../local/stores/on-path.ts';
import type { Stack } from './synthesized.ts';

export interface Terraform {
  readonly provider: 'google' | 'stand-in';
  /** @returns what it says against the stack; empty when it says nothing */
  judge(stack: Stack): Promise<string>;
}

/** @throws {Failure} when there is none */
export async function openTerraform(anyStack: Stack): Promise<Terraform> {
  const found = (await findOnPath('terraform', /v(\d[\d.]+)/)) ?? (await findOnPath('tofu', /v(\d[\d.]+)/));
  if (found === undefined)
    throw new Failure('finding Terraform', 'there is none on PATH', 'install Terraform or OpenTofu, 1.11 or newer');
  const { command } = found;
  const probe = await judged(command, { terraform: { required_providers: requiredOf(anyStack) } }, ['init']);
  const provider = probe === '' ? 'google' : 'stand-in';
  return {
    provider,
    judge: ({ json }) =>
      provider === 'google'
        ? // Without a login, and with no way to anybody: a plan of what is not there yet asks nothing.
          judged(command, json, ['init', 'validate', 'plan'])
        : judged(command, standIn(json), ['init', 'validate']),
  };
}

function requiredOf({ json: { terraform } }: Stack): unknown {
  return (
    typeof terraform === 'object' && terraform && 'required_providers' in terraform && terraform.required_providers
  );
}

const plugins = `${localFolder}/installed/terraform-plugins`;

async function judged(command: string, json: object, steps: readonly string[]): Promise<string> {
  const folder = mkdtempSync(`${tmpdir()}/terraform-`);
  mkdirSync(plugins, { recursive: true });
  try {
    writeFileSync(`${folder}/cdk.tf.json`, JSON.stringify(json));
    writeFileSync(`${folder}/state_override.tf.json`, JSON.stringify({ terraform: { backend: { local: {} } } }));
    for (const step of steps) {
      const offline = { GOOGLE_OAUTH_ACCESS_TOKEN: 'offline', HTTPS_PROXY: 'http://127.0.0.1:9' };
      const env = { TF_PLUGIN_CACHE_DIR: plugins, ...(step === 'plan' && offline) };
      const args = [step, '-no-color', ...(step === 'validate' ? [] : ['-input=false'])];
      const { ok, output } = await runProgram(command, args, { cwd: folder, env, timeout: 120_000 });
      if (!ok) return output;
    }
    return '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The stack with `terraform_data`, which is built in, in place of each resource: syntax, functions, references, their order
 * and lifecycles are judged, arguments are not.
 */
function standIn(json: Stack['json']): object {
  const resources = Object.entries((json.resource ?? {}) as Record<string, Record<string, Record<string, unknown>>>);
  const standIns = resources.flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, { lifecycle, ...input }]) => [
      `${type}-${id}`,
      { input, lifecycle: lifecycleOfStandIn(lifecycle) },
    ]),
  );
  const terraform = { required_version: (json.terraform as { required_version?: string }).required_version };
  const text = JSON.stringify({
    terraform,
    locals: json.locals,
    resource: { terraform_data: Object.fromEntries(standIns) },
  });
  return JSON.parse(
    text.replaceAll(/\$\{[^}]*\}/g, expression =>
      expression.replaceAll(/\b(google_\w+)\.([\w-]+)\./g, 'terraform_data.$1-$2.output.'),
    ),
  );
}

/** What of a resource is left alone stands under its stand-in's `input`. */
function lifecycleOfStandIn(lifecycle: unknown): object {
  const { ignore_changes = [], ...others } = (lifecycle ?? {}) as { readonly ignore_changes?: readonly string[] };
  return { ...others, ignore_changes: ignore_changes.map(path => `input.${path}`) };
}
