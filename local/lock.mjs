/** A lock file that names its holder, so that a dead holder's lock is no obstacle. */
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isRunning } from './process-identity.mjs';

const STEALING_TAKES_AT_MOST = 10_000;

/** @param {string} path */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    if (create(path)) return { release: () => release(path) };
    const holder = readHolder(path);
    if (holder !== undefined && isRunning(holder)) return { heldBy: holder.pid };
    if (!removeStale(path)) return { heldBy: undefined };
  }
}

/**
 * @param {string} path
 * @param {() => Promise<unknown>} work
 * @param {{ onWait?: (pid: number | undefined) => void }} [options]
 */
export async function withLock(path, work, { onWait } = {}) {
  let told = false;
  for (;;) {
    const lock = tryLock(path);
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!told && lock.heldBy !== undefined) {
      told = true;
      onWait?.(lock.heldBy);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Written aside and linked, the file is never seen without its content. */
function create(path) {
  const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(aside, JSON.stringify(identify(process.pid)));
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(aside);
  }
}

function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // released meanwhile, or torn by a crash of the machine
  }
}

/** One at a time: of two that find the same stale lock, the slower must not remove the faster one's new lock. */
function removeStale(path) {
  const claim = `${path}.steal`;
  try {
    writeFileSync(claim, '', { flag: 'wx' });
  } catch {
    removeWhen(claim, () => Date.now() - statSync(claim).mtimeMs > STEALING_TAKES_AT_MOST);
    return false;
  }
  const holder = readHolder(path);
  if (holder === undefined || !isRunning(holder)) removeWhen(path, () => true);
  removeWhen(claim, () => true);
  return true;
}

function release(path) {
  removeWhen(path, () => readHolder(path)?.pid === process.pid);
}

function removeWhen(path, condition) {
  try {
    if (condition()) unlinkSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
