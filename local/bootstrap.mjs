/**
 * node local/bootstrap.mjs <script.ts> [arguments]: installs what package-lock.json names, then runs the script on Node 24.
 * Plain JavaScript that Node 20 understands: it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { endProcess, identify, isRunning } from './process-identity.mjs';

const NEEDED_NODE = 24;
const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const nodeModules = `${checkout}/node_modules`;
const stamp = `${nodeModules}/.installed.json`;
const installer = `${checkout}/.local/installer.json`;
const packagedNode = `${nodeModules}/node/bin/node`;

const [script, ...args] = process.argv.slice(2);
if (script === undefined)
  fail('reading the command line', 'no script is named', 'node local/bootstrap.mjs local/start.ts');

await withLock(`${checkout}/.local/install.lock`, installWhenNeeded, {
  onWait: pid => say(`waiting for process ${pid}, which is installing the packages`),
});
run(Number.parseInt(process.versions.node, 10) >= NEEDED_NODE ? process.execPath : packagedNode);

/** The stamp is written last: without it, or with another lockfile's, whatever is there is installed anew. */
async function installWhenNeeded() {
  const wanted = createHash('sha256')
    .update(readFileSync(`${checkout}/package-lock.json`))
    .digest('hex');
  if (existsSync(packagedNode) && (readStamp() === wanted || npmInstalledTheSame())) return;
  const begun = Date.now();
  await endOrphanedInstaller();
  say('packages     npm ci …');
  rmSync(stamp, { force: true });
  await npm('installing the packages (npm ci)', ['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (!existsSync(packagedNode)) await runInstallScripts();
  mkdirSync(nodeModules, { recursive: true });
  writeFileSync(`${stamp}.new`, JSON.stringify({ lockfile: wanted }));
  renameSync(`${stamp}.new`, stamp);
  say(`packages     installed  ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

/** When a start is killed its npm goes on, and would fight ours over the same files. */
async function endOrphanedInstaller() {
  const left = readJson(installer);
  if (left === undefined || left.checkout !== checkout || !isRunning(left)) return;
  process.kill(-left.pid, 'SIGKILL'); // with what it started
  await endProcess(left);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // there is none, or half of one
  }
}

function readStamp() {
  return readJson(stamp)?.lockfile;
}

/** A developer's own `npm ci` is as good: npm writes its list of what is there last. */
function npmInstalledTheSame() {
  const wanted = readJson(`${checkout}/package-lock.json`)?.packages;
  const there = readJson(`${nodeModules}/.package-lock.json`)?.packages;
  if (wanted === undefined || there === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return there[path] === undefined ? optional === true : there[path].version === version;
  });
}

/** Where the user's npm runs no package's scripts (`ignore-scripts`), those that package.json allows still have to run. */
async function runInstallScripts() {
  const { allowScripts = {} } = JSON.parse(readFileSync(`${checkout}/package.json`, 'utf8'));
  const names = Object.keys(allowScripts).filter(name => allowScripts[name] && existsSync(`${nodeModules}/${name}`));
  await npm('preparing the packages (npm rebuild)', ['rebuild', '--ignore-scripts=false', ...names]);
  if (existsSync(packagedNode)) return;
  fail(
    'installing Node 24',
    `the npm package "node" left no ${packagedNode}`,
    'install Node 24 yourself, then run the command again',
  );
}

/** @returns when npm has succeeded; otherwise the process ends */
function npm(step, npmArguments) {
  const own = process.env.npm_execpath;
  const [command, first] = own !== undefined && /\.c?js$/.test(own) ? [process.execPath, [own]] : ['npm', []];
  return new Promise(resolve => {
    const child = spawn(command, [...first, ...npmArguments], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, npm_config_yes: 'true' },
      detached: true, // a group of its own, which can be ended with all that npm has started
    });
    if (child.pid !== undefined) writeFileSync(installer, JSON.stringify({ ...identify(child.pid), checkout }));
    const stopForwarding = forwardSignals(signal => process.kill(-child.pid, signal));
    const progress = setInterval(() => say('packages     still installing …'), 10_000);
    let output = '';
    const keep = data => {
      output = (output + data).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', error =>
      fail(step, `npm cannot be run: ${error.message}`, 'install npm, which comes with Node'),
    );
    child.once('close', (code, signal) => {
      clearInterval(progress);
      stopForwarding();
      rmSync(installer, { force: true });
      if (code === 0) return resolve();
      if (signal !== null) return fail(step, `npm was ended by ${signal}`, 'run the command again: it begins anew');
      fail(step, causeIn(output), 'see to the cause, then run the command again: it begins anew');
    });
  });
}

/** npm tells the cause first and its usage after it. */
function causeIn(output) {
  const lines = output.trimEnd().split('\n');
  const errors = lines.filter(line => line.startsWith('npm error') && !/^npm error *$/.test(line));
  const usage = errors.findIndex(line => line.includes('Usage:'));
  const told = usage === -1 ? errors : errors.slice(0, usage);
  return told.length === 0 ? lines.slice(-15).join('\n') : told.slice(0, 15).join('\n');
}

/** The channel tells the script of our end, also when we are killed. */
function run(node) {
  const child = spawn(node, [`${checkout}/${script}`, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  forwardSignals(signal => child.kill(signal));
  endWithNpm(child);
  child.once('error', error =>
    fail('starting Node 24', error.message, `remove ${nodeModules}, then run the command again`),
  );
  child.once('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

/** A killed npm passes on no signal: its end is noticed instead. */
function endWithNpm(child) {
  const npmProcess = process.env.npm_lifecycle_event === undefined ? undefined : identify(process.ppid);
  if (npmProcess === undefined) return;
  const watch = setInterval(() => {
    if (isRunning(npmProcess)) return;
    clearInterval(watch); // a second signal would mean: hurry
    child.kill('SIGTERM');
  }, 1_000);
  watch.unref();
}

function forwardSignals(forward) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/** Beside what the script answers: that may go into a file. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(step, cause, remedy) {
  const indent = text => text.replaceAll('\n', '\n        ');
  process.stderr.write(`failed: ${step}\ncause:  ${indent(cause)}\nremedy: ${remedy}\n`);
  process.exit(1);
}
