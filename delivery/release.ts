/**
 * npm run release -- --registry HOST/PATH [--push] [--only get-task,list-tasks]: builds the image of each function that has
 * changed, and writes .local/release/: release.json, which a deployment takes; sbom/, a bill of materials for each; and
 * built.sha256, what is to be signed and sealed, where there is any. Without --push the images stay in this machine's storage.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from '../functions/catalogue.ts';
import { checkout } from '../local/checkout.ts';
import { describeFailure, Failure, lastLines } from '../local/failure.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { letGo } from '../local/leash.ts';
import { printedProgress } from '../local/progress.ts';
import { runProgram } from '../local/run-program.ts';
import { contentKeys } from './content-keys.ts';
import { type MadeRelease, makeRelease } from './make-release.ts';
import { releaseFolder, writeRelease } from './release-file.ts';
import { writeBills } from './write-bills.ts';

const progress = printedProgress(line => void process.stdout.write(line));
const usage = 'npm run release -- --registry HOST/PATH [--push] [--only get-task,list-tasks]';

try {
  const { place, only, destination } = readArguments();
  const commit = await commitOf(destination);
  await progress.step('dist', buildWhenStale, outcome => outcome);
  const keys = await contentKeys(checkout);
  const wants = (name: string) => only === undefined || only.includes(name);
  const contracts = catalogue.filter(({ name }) => wants(name));
  const others = catalogue.filter(({ name }) => !wants(name));
  const made = await makeRelease({ place, destination, commit, contracts, others, keys }, progress);
  await write(commit, made);
  tell(made);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}

function readArguments() {
  const { values } = parseArgs({
    options: { registry: { type: 'string' }, push: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const refuse = (cause: string) => new Failure('reading the command line', cause, usage);
  if (!values.registry || !/^[\w.-]+(:\d+)?(\/[\w.-]+)+$/.test(values.registry))
    throw refuse('--registry is HOST/PATH');
  const only = values.only?.split(',');
  const unknown = only?.filter(name => !catalogue.some(contract => contract.name === name)) ?? [];
  if (unknown.length > 0) throw refuse(`the catalogue has no ${unknown.join(', ')}`);
  return { place: values.registry, only, destination: values.push ? 'registry' : 'this machine' } as const;
}

/** What is pushed says which commit it is of: it has to be that commit. */
async function commitOf(destination: 'registry' | 'this machine'): Promise<string> {
  const git = async (...args: readonly string[]) => {
    const { ok, output } = await runProgram('git', args, { cwd: checkout });
    if (!ok) throw new Failure(`git ${args[0]}`, lastLines(output, 5), 'release from a clone');
    return output.trim();
  };
  const changes = await git('status', '--porcelain');
  if (destination === 'registry' && changes !== '')
    throw new Failure(
      'finding the commit',
      `these are in no commit:\n${lastLines(changes)}`,
      'commit them, or stash them',
    );
  return git('rev-parse', 'HEAD');
}

async function write(commit: string, { images, built }: MadeRelease): Promise<void> {
  rmSync(releaseFolder, { recursive: true, force: true });
  mkdirSync(releaseFolder, { recursive: true });
  await writeBills(
    catalogue.filter(({ name }) => name in images),
    `${releaseFolder}/sbom`,
  );
  // As sha256sum writes it; what is on this machine only has no digest.
  const sums = built.flatMap(name => {
    const [, image, digest] = /^(.+)@sha256:(.+)$/.exec(images[name] ?? '') ?? [];
    return digest === undefined ? [] : `${digest}  ${image}\n`;
  });
  if (sums.length > 0) writeFileSync(`${releaseFolder}/built.sha256`, sums.join(''));
  writeRelease(`${releaseFolder}/release.json`, { commit, made: new Date().toISOString(), images });
}

function tell({ images, built, missing }: MadeRelease): void {
  if (missing.length > 0)
    progress.note('left out', `${missing.join(', ')}: there is no image of them, and --only names others`);
  const file = path.relative(checkout, `${releaseFolder}/release.json`);
  progress.note('release', `${Object.keys(images).length} images, ${built.length} of them not sealed: ${file}`);
}
