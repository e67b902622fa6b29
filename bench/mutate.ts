/**
 * npm run mutate [-- parts of names]: makes each of the mistakes of mutations.ts in a copy of the checkout, or those with
 * such names, and runs the tests that should notice. Fails when one of them survives.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { checkout, localFolder } from '../local/checkout.ts';
import { describeFailure, Failure, lastLines } from '../local/failure.ts';
import { letGo } from '../local/leash.ts';
import { seconds } from '../local/progress.ts';
import { runProgram } from '../local/run-program.ts';
import { cloneInto, linkPackages } from '../local/testing/clone.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import { applyEdit } from './apply-edit.ts';
import { type Mutation, mutations } from './mutations.ts';

/** In this order, up to the first that notices: the models are to be strong enough by themselves. */
const suites = ['lib/cache/model.test.ts', 'functions/histories.test.ts', 'lib/cache'];

interface Verdict {
  readonly caughtBy: string | undefined;
  readonly milliseconds: number;
}

try {
  const parts = process.argv.slice(2);
  const unknown = parts.find(part => !mutations.some(({ name }) => name.includes(part)));
  if (unknown !== undefined)
    throw new Failure('choosing mutations', `none has "${unknown}" in its name`, 'see bench/mutations.ts');
  const chosen = mutations.filter(({ name }) => parts.length === 0 || parts.some(part => name.includes(part)));
  const folder = copyOfCheckout();
  say('(nothing)', await judge(folder, undefined));
  let survived = 0;
  for (const mutation of chosen) {
    const verdict = await judge(folder, mutation);
    say(mutation.name, verdict);
    if (verdict.caughtBy === undefined) survived += 1;
  }
  process.stdout.write(`${chosen.length} mutations, ${survived} survived\n`);
  process.exitCode = survived === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}

function copyOfCheckout(): string {
  const folder = `${throwAwayFolder()}/mutated`;
  cloneInto(folder, 0o755);
  linkPackages(folder);
  if (!existsSync(`${folder}/node_modules`))
    throw new Failure('copying the checkout', 'its node_modules cannot be linked', `give TMPDIR a folder on its disk`);
  mkdirSync(`${folder}/.local`);
  if (existsSync(`${localFolder}/installed`)) symlinkSync(`${localFolder}/installed`, `${folder}/.local/installed`);
  return folder;
}

/** @throws {Failure} when it is not a test that failed; or one did, with nothing changed */
async function judge(folder: string, mutation: Mutation | undefined): Promise<Verdict> {
  const begun = performance.now();
  const edits = mutation?.edits ?? [];
  try {
    for (const edit of edits) applyEdit(folder, edit);
    const caughtBy = await firstToNotice(folder);
    if (mutation === undefined && caughtBy !== undefined)
      throw new Failure('running the tests with nothing changed', `${caughtBy} failed`, 'npm test shows the same');
    return { caughtBy, milliseconds: performance.now() - begun };
  } finally {
    for (const { file } of edits) copyFileSync(`${checkout}/${file}`, `${folder}/${file}`);
  }
}

async function firstToNotice(folder: string): Promise<string | undefined> {
  for (const suite of suites) {
    const failed = await firstFailure(folder, suite);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

async function firstFailure(folder: string, suite: string): Promise<string | undefined> {
  const output = `${folder}/.local/report.json`;
  rmSync(output, { force: true });
  const vitest = [`${folder}/node_modules/vitest/vitest.mjs`, 'run', suite, '--bail=1'];
  const outcome = await runProgram(process.execPath, [...vitest, '--reporter=json', `--outputFile=${output}`], {
    cwd: folder,
  });
  if (outcome.ok) return undefined;
  const failures = existsSync(output) ? failuresIn(JSON.parse(readFileSync(output, 'utf8')), folder) : [];
  const [first] = failures;
  if (first === undefined) throw new Failure(`running ${suite}`, lastLines(outcome.output, 30), 'see to the cause');
  return first;
}

function failuresIn({ testResults }: Report, folder: string): string[] {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ title }) => `${name.replace(`${folder}/`, '')}: ${title}`),
  );
}

function say(name: string, { caughtBy = 'SURVIVED', milliseconds }: Verdict): void {
  const by = name === '(nothing)' ? 'passes' : caughtBy;
  process.stdout.write(`${name.padEnd(56)} ${seconds(milliseconds).padStart(7)}  ${by}\n`);
}
