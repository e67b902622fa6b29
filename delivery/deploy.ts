/**
 * npm run deploy -- get-task [more… | --all] --env ENV [--images release.json | --image REF] [--context NAME] [--url URL]
 *   [--prometheus URL | --prometheus cluster] [--ready-within SECONDS] [--except tasks.column] [--since REF] [--ground] [--dry-run]
 *
 * Brings functions to an environment as its overlay has them, with the images of a release, and watches traffic move; what
 * goes wrong is taken back. Each change is said first, as the line that a person could type. --ground applies what all stand
 * on, too, for which a release's own account has no right. docs/operations/deploy.md
 */
import { parseArgs } from 'node:util';
import { catalogue } from '../functions/catalogue.ts';
import { describeFailure, Failure } from '../local/failure.ts';
import { clientOf } from './client.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { type Burning, burningAt } from './deploy-burn.ts';
import { type Images, imagesOf, oneImage } from './deploy-images.ts';
import { holdLease } from './deploy-lease.ts';
import { deployRelease, type Release } from './deploy-release.ts';
import { type Target, targetOf } from './deploy-target.ts';
import { type Forwarded, forwardedPrometheus } from './forwarded-prometheus.ts';
import { guardRelease } from './guarded-release.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { renderOverlay } from './rendered-overlay.ts';
import { type Smoke, smokeOf } from './smoke.ts';
import { smokeToken } from './smoke-token.ts';
import type { Watched } from './watch-rollout.ts';
import { withCredentials } from './with-credentials.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    env: { type: 'string' },
    images: { type: 'string' },
    image: { type: 'string' },
    context: { type: 'string' },
    url: { type: 'string' },
    prometheus: { type: 'string' },
    except: { type: 'string', multiple: true, default: [] },
    since: { type: 'string' },
    'ready-within': { type: 'string', default: '300' },
    ground: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
});

const say = (line: string) => void process.stdout.write(`${line}\n`);
const isRehearsal = values['dry-run'];

try {
  const target = targetOf({ env: values.env, context: values.context, url: values.url });
  await withCredentials(target, say);
  const kubectl = kubectlOf(target.context, { say, mode: isRehearsal ? 'rehearse' : 'do' });
  await deploy(target, kubectl);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

async function deploy(target: Target, kubectl: Kubectl): Promise<void> {
  const wanted = wantedNames();
  const images = imagesFor(target, wanted);
  const overlay = await renderOverlay(kubectl, target.overlay, images.of);
  say(`rendered: ${overlay.folder}`);
  const cluster = clusterOf(target.context, kubectl);
  if (target.environment && images.commit !== undefined)
    await guardRelease(cluster, images.commit, { except: values.except, since: values.since });
  if (values.ground) await layGround(kubectl, overlay.ground);
  if (isRehearsal) return rehearse(kubectl, wanted, overlay);
  const smoke = await smokeAt(target);
  const prometheus = await prometheusOf(target);
  try {
    await deployWatched(
      cluster,
      { wanted, images, overlay, smoke, burning: await burningBefore(prometheus?.url) },
      target,
    );
  } finally {
    prometheus?.end(); // else it keeps this process
  }
}

type Watching = Pick<Release, 'wanted' | 'images' | 'overlay'> & Pick<Watched, 'smoke' | 'burning'>;

async function deployWatched(
  cluster: Cluster,
  { wanted, images, overlay, smoke, burning }: Watching,
  target: Target,
): Promise<void> {
  const lease = await holdLease(kubectlOf(target.context), say);
  try {
    const { changed, migrated } = await deployRelease(cluster, {
      wanted,
      images,
      overlay,
      readyWithin: Number(values['ready-within']),
      watched: {
        smoke,
        burning,
        patience: 900,
        every: { look: 1_000, question: 10_000 },
        say,
        check: lease.check,
      },
    });
    say(`deployed to ${target.overlay}: ${changed.join(', ') || 'nothing'}${migrated ? ', after the migration' : ''}`);
  } finally {
    await lease.release();
  }
}

async function prometheusOf({ context }: Target): Promise<Forwarded | undefined> {
  const { prometheus } = values;
  if (prometheus === 'cluster') return forwardedPrometheus(context, say);
  return prometheus === undefined ? undefined : { url: prometheus, end: () => {} };
}

function wantedNames(): readonly string[] {
  const names = catalogue.map(({ name }) => name);
  const unknown = positionals.filter(name => !names.includes(name));
  if (unknown.length > 0) throw new Failure('reading the arguments', `there is no ${unknown.join()}`, names.join(', '));
  if (values.all === positionals.length > 0)
    throw new Failure('reading the arguments', 'which functions?', 'name some, or say --all');
  return values.all ? names : positionals;
}

function imagesFor({ environment, overlay }: Target, wanted: readonly string[]): Images {
  const tags = environment ? 'refused' : 'allowed';
  const { images, image } = values;
  if (environment && image !== undefined && wanted.includes('migrate'))
    throw new Failure(
      'reading --image',
      'of which commit it is is not known, and so not what it would take away from what serves',
      'deploy migrate with --images release.json',
    );
  if (images !== undefined && image !== undefined)
    throw new Failure('reading the arguments', '--images and --image are both given', 'one of them');
  const found =
    images !== undefined
      ? imagesOf(images, tags)
      : image !== undefined
        ? oneImage(wanted, image, tags)
        : { commit: undefined, of: new Map<string, string>() };
  const lacking = wanted.filter(name => !found.of.has(name));
  if (environment && lacking.length > 0)
    throw new Failure(
      `deploying to ${overlay}`,
      `there is no image of ${lacking.join(', ')}`,
      '--images release.json, or --image REF',
    );
  return found;
}

async function layGround(kubectl: Kubectl, file: string): Promise<void> {
  if (await kubectl.differs(file).catch(() => true)) await kubectl.change('apply', '--filename', file);
  if (!values.env || !['local', 'kind'].includes(values.env)) return;
  const stores = ['--namespace', 'stores', '--for=condition=Available', '--timeout=5m'];
  await kubectl.change('wait', 'deployment', '--all', ...stores);
}

async function rehearse(
  kubectl: Kubectl,
  wanted: readonly string[],
  { functions, settings, routes }: Awaited<ReturnType<typeof renderOverlay>>,
): Promise<void> {
  const files = [settings, ...wanted.flatMap(name => functions.get(name) ?? []), routes];
  for (const file of files) if (await kubectl.differs(file)) await kubectl.change('apply', '--filename', file);
  say('nothing was changed');
}

async function smokeAt({ url, environment }: Target): Promise<Smoke | undefined> {
  if (url === undefined) {
    say('smoke: none, because there is no --url');
    return undefined;
  }
  if (environment === undefined) return smokeOf(clientOf(url), 'whole');
  const token = await smokeToken(environment.tokens, process.env);
  if (token === undefined) say('smoke: what is open to all, because SMOKE_CLIENT_ID names no client');
  return smokeOf(clientOf(url, token), token === undefined ? 'open' : 'whole');
}

/** What burns already is perhaps what this deploy is to put out. */
async function burningBefore(url: string | undefined): Promise<Burning | undefined> {
  if (url === undefined) {
    say('objectives: not watched, because there is no --prometheus');
    return undefined;
  }
  const burning = burningAt(url);
  const before = await burning();
  if (before.length > 0) say(`objectives: ${before.join()} burns before this deploy, which is not judged by it`);
  return async () => (await burning()).filter(name => !before.includes(name));
}
