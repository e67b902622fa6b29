/**
 * npm run infra -- plan --env ENV [--report FILE]: what every stack of an environment would change, by its state alone: no
 *   refresh and no lock, so that it takes no right but to read the state. --report adds it to a file of Markdown.
 * npm run infra -- apply --env ENV [--destroy allowed]: plans and applies the stacks that come after bootstrap, in their order.
 *   Refuses what destroys or replaces something, unless that is allowed.
 *
 * Terraform on PATH, and a login of Google Cloud. docs/operations/deploy.md
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { environments } from '../infra-cdktf/environments.ts';
import { checkout } from '../local/checkout.ts';
import { describeFailure, Failure, lastLines } from '../local/failure.ts';
import { destroyedBy, reportOf, stacksFor } from './infra-plan.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { env: { type: 'string' }, report: { type: 'string' }, destroy: { type: 'string' } },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const environment = environments.find(({ name }) => name === values.env);
  const [verb] = positionals;
  if (environment === undefined) throw new Failure('reading --env', `there is no ${values.env}`, 'staging, production');
  if (verb !== 'plan' && verb !== 'apply')
    throw new Failure('reading the arguments', 'plan, or apply?', 'npm run infra -- plan --env staging');
  const plans: { readonly stack: string; readonly plan: string }[] = [];
  await run('npm', ['run', '--silent', 'synth']);
  for (const stack of stacksFor(verb)) {
    const folder = `${checkout}/infra-cdktf/cdktf.out/stacks/${environment.name}-${stack}`;
    await run('terraform', [`-chdir=${folder}`, 'init', '-input=false', '-no-color']);
    plans.push({ stack, plan: verb === 'plan' ? await planned(folder) : await applied(folder, stack) });
  }
  if (values.report !== undefined) appendFileSync(values.report, reportOf(environment.name, plans));
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

function planned(folder: string): Promise<string> {
  return run('terraform', [`-chdir=${folder}`, 'plan', '-input=false', '-no-color', '-lock=false', '-refresh=false']);
}

async function applied(folder: string, stack: string): Promise<string> {
  const file = 'approved.tfplan';
  const plan = await run('terraform', [`-chdir=${folder}`, 'plan', '-input=false', '-no-color', `-out=${file}`]);
  const destroyed = destroyedBy(await run('terraform', [`-chdir=${folder}`, 'show', '-json', file], 'silent'));
  if (destroyed.length > 0 && values.destroy !== 'allowed')
    throw new Failure(
      `applying ${stack}`,
      `it would destroy or replace ${destroyed.join(', ')}`,
      '--destroy allowed, when that is meant',
    );
  await run('terraform', [`-chdir=${folder}`, 'apply', '-input=false', '-no-color', file]);
  return plan;
}

async function run(program: string, args: readonly string[], output: 'said' | 'silent' = 'said'): Promise<string> {
  say(`$ ${[program, ...args].join(' ')}`);
  const child = spawn(program, args, { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  if (output === 'said') child.stdout.pipe(process.stdout, { end: false });
  const [said, [code]] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Failure(`${program} ${args.join(' ')}`, lastLines(said, 5), 'read what it says');
  return said;
}
