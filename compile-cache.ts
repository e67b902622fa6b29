/**
 * node --hash-seed=1 compile-cache.ts <function> <its server.js> <folder>: starts it, asks it, and keeps in the folder what
 * V8 compiled on the way. Where NODE_COMPILE_CACHE names that folder, the same user's processes of the same file start from
 * there. The order in which V8 writes follows the seed of its hashes: with a fixed one the same file gives the same bytes.
 */
import { once } from 'node:events';
import { createRequire, enableCompileCache, flushCompileCache } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { catalogue } from './functions/catalogue.ts';

const [name, script = '', folder] = process.argv.slice(2);
const contract = catalogue.find(each => each.name === name);
if (contract === undefined) throw new Error(`${name} is not in the catalogue`);
// A job starts once, and nobody waits for it.
if (contract.kind !== 'job') await warm(contract.kind === 'http' ? contract.route.path : '/');

async function warm(path: string): Promise<never> {
  const port = await freePort();
  const metricsPort = await freePort();
  const nowhere = '127.0.0.1:9';
  Object.assign(process.env, {
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    LOG_LEVEL: 'silent',
    AUTH_MODE: 'disabled',
    DATABASE_URL: `postgres://${nowhere}/none`,
    REDIS_URL: `redis://${nowhere}`,
    MONGODB_URL: `mongodb://${nowhere}`,
  });
  // A cache is taken only by a process with the same flags, and one that serves has a seed that nobody knows.
  setFlagsFromString('--hash-seed=0');
  enableCompileCache(folder);
  createRequire(import.meta.url)(script);
  while (!(await answers(`http://127.0.0.1:${port}/readyz`))) await sleep(10);
  await answers(`http://127.0.0.1:${port}${path}`);
  await answers(`http://127.0.0.1:${metricsPort}/metrics`);
  flushCompileCache();
  process.exit(0);
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async response => (await response.arrayBuffer()).byteLength > 0,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
