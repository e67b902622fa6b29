/**
 * npm run bench:knative -- --context NAME --url URL [--parts contract,from-zero,…] [--functions a,b] [--rounds 2] [--json FILE]
 *
 * The proof on a cluster in which the functions run (kubectl apply -k knative/overlays/local): the contract through the
 * gateway at URL, the first answer of what sleeps, bursts, releases under load, bad revisions. It asks with AUTH_MODE=disabled,
 * makes tasks, and changes Knative Services, in the namespace of the functions alone; the cluster has to be named.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clientOf } from '../delivery/client.ts';
import { clusterOf } from '../delivery/cluster.ts';
import { catalogue } from '../functions/catalogue.ts';
import { isServing } from '../knative/scale.ts';
import { describeFailure, Failure } from '../local/failure.ts';
import { badRevisions } from './knative/bad-revision.ts';
import { burst } from './knative/burst.ts';
import { contract } from './knative/contract.ts';
import { turnsOf } from './knative/deeds.ts';
import { fromZero } from './knative/from-zero.ts';
import type { Proof, Result } from './knative/proof.ts';
import { untilReady } from './knative/ready.ts';
import { rollout } from './knative/rollout.ts';
import { scaleDown } from './knative/scale-down.ts';
import { tableOf } from './knative/table.ts';

const { values } = parseArgs({
  options: {
    context: { type: 'string' },
    url: { type: 'string' },
    parts: { type: 'string', default: 'contract,from-zero,burst,rollout,scale-down,bad-revision' },
    functions: { type: 'string' },
    rounds: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
});

const parts: Readonly<Record<string, (proof: Proof) => Promise<Result | readonly Result[]>>> = {
  contract,
  'from-zero': fromZero,
  burst,
  rollout: proof => rollout(proof, values.functions?.split(',') ?? served),
  'scale-down': scaleDown,
  'bad-revision': badRevisions,
};
const served = catalogue.filter(isServing).map(({ name }) => name);
const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const results = await prove(given('context', 'a context of kubectl'), given('url', 'where the gateway listens'));
  say(`\n${tableOf(results)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
  process.exitCode = results.some(({ failed }) => failed.length > 0) ? 1 : 0;
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

async function prove(context: string, url: string): Promise<readonly Result[]> {
  const cluster = clusterOf(context);
  const client = clientOf(url);
  const results: Result[] = [];
  try {
    await untilReady(cluster, client);
    const proof: Proof = { cluster, client, turns: await turnsOf(client), rounds: Number(values.rounds), say };
    for (const name of values.parts.split(',')) {
      const part = parts[name];
      if (part === undefined)
        throw new Failure('reading --parts', `there is no part ${name}`, Object.keys(parts).join());
      say(name);
      const made = [await part(proof)].flat();
      for (const each of made.flatMap(({ failed }) => failed)) say(`  failed: ${Object.values(each).join(' ')}`);
      results.push(...made);
    }
  } finally {
    client.close();
  }
  return results;
}

function given(name: 'context' | 'url', meaning: string): string {
  const value = values[name];
  if (value === undefined)
    throw new Failure('reading the arguments', `there is no --${name}`, `--${name} says ${meaning}`);
  return value;
}
