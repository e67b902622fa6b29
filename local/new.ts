/** npm run new -- NAME: a function that builds, routes, documents, deploys and is tested: docs/add-a-function.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from '../functions/catalogue.ts';
import { generatedFiles } from '../generate.ts';
import { checkout } from './checkout.ts';
import { describeFailure, Failure, lastLines } from './failure.ts';
import { letGo } from './leash.ts';
import { allOrNothing } from './new-function/all-or-nothing.ts';
import { askedFunction } from './new-function/asked-function.ts';
import { type Source, sourcesOf } from './new-function/sources.ts';
import { endPrograms, runProgram } from './run-program.ts';
import { onStopSignals } from './stop-signals.ts';

const inCheckout = (file: string) => path.join(checkout, file);
const say = (line: string) => void process.stdout.write(`${line}\n`);
process.stdout.on('error', () => {}); // whoever read our output has gone

try {
  const asked = askedFunction(process.argv.slice(2), catalogue);
  const folder = `functions/${asked.name}`;
  if (existsSync(inCheckout(folder)))
    throw new Failure('making a function', `${folder}/ is there already`, 'remove it, or choose another name');
  const sources = sourcesOf(asked, catalogue, file => readFileSync(inCheckout(file), 'utf8'));
  const generated = [...(await generatedFiles()).map(file => file.path), `knative/base/${asked.name}.yaml`];
  const touched = [folder, ...generated, ...sources.map(source => source.path)].map(inCheckout);

  onStopSignals({ stop: endPrograms, hurry: () => {} });
  const before = contentsOf(touched);
  await allOrNothing(touched, () => make(sources));
  const after = contentsOf(touched);
  for (const { path: file } of sources) say(`${before.has(inCheckout(file)) ? 'changed' : 'made   '}  ${file}`);
  for (const file of new Set(generated)) {
    const [was, is] = [before.get(inCheckout(file)), after.get(inCheckout(file))];
    if (was !== is) say(`${was === undefined ? 'made   ' : 'changed'}  ${file}`);
  }
  say('');
  say(`next      write what it does: ${folder}/index.ts, and what is promised: index.test.ts`);
  say(`          say it in contract.ts, and in README.md's table; then \`npm run generate\``);
  say(`          npm test -- ${folder}`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}

async function make(sources: readonly Source[]): Promise<void> {
  for (const { path: file, contents } of sources) {
    mkdirSync(path.dirname(inCheckout(file)), { recursive: true });
    writeFileSync(inCheckout(file), contents);
  }
  const code = sources.map(source => source.path).filter(file => file.endsWith('.ts'));
  await run('formatting it', inCheckout('node_modules/.bin/biome'), ['check', '--write', ...code]);
  await run('generating what follows from it', process.execPath, [inCheckout('generate.ts')]);
}

async function run(step: string, command: string, args: readonly string[]): Promise<void> {
  const { ok, output } = await runProgram(command, args, { cwd: checkout });
  if (!ok) throw new Failure(step, `${lastLines(output, 30)}\nnothing was changed`, 'see to the cause, try again');
}

function contentsOf(files: readonly string[]): ReadonlyMap<string, string> {
  const there = files.filter(file => path.extname(file) !== '' && existsSync(file));
  return new Map(there.map(file => [file, readFileSync(file, 'utf8')]));
}
