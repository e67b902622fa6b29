/** Bundles everything in the catalogue: dist/<name>/server.js for our containers, index.js for the framework's CLI. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { copyDocs } from './functions/api-root/copy-docs.ts';
import { catalogue } from './functions/catalogue.ts';
import packageJson from './package.json' with { type: 'json' };

const root = import.meta.dirname;

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname' },
} as const satisfies esbuild.BuildOptions;

/** `server:<name>`: imports the function, which its index.ts exports by its name in camel case, and serves it. */
const serverEntry: esbuild.Plugin = {
  name: 'server-entry',
  setup(build) {
    build.onResolve({ filter: /^server:/ }, ({ path }) => ({ path: path.replace('server:', ''), namespace: 'server' }));
    build.onLoad({ filter: /.*/, namespace: 'server' }, ({ path: name }) => {
      const exported = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const contents = `
        import { ${exported} } from './functions/${name}/index.ts';
        import { serve } from './lib/http/server.ts';
        void serve(${exported});`;
      return { contents, resolveDir: root };
    });
  },
};

/** In our own host nobody reads the framework's registry: registering there would only load it. */
const noRegistry: esbuild.Plugin = {
  name: 'no-registry',
  setup(build) {
    build.onResolve({ filter: /^@google-cloud\/functions-framework$/ }, () => ({
      path: 'none',
      namespace: 'registry',
    }));
    build.onLoad({ filter: /.*/, namespace: 'registry' }, () => ({ contents: 'export const http = () => {};' }));
  },
};

/**
 * Of prom-client a bundle carries the kinds of metrics that we use. Its index loads all it has, and with that the whole of
 * OpenTelemetry's API, at each cold start.
 */
const fewMetrics: esbuild.Plugin = {
  name: 'few-metrics',
  setup(build) {
    build.onResolve({ filter: /^prom-client$/ }, () => ({ path: 'prom-client', namespace: 'few-metrics' }));
    build.onLoad({ filter: /.*/, namespace: 'few-metrics' }, () => {
      const used = ['Counter', 'Gauge', 'Histogram', 'Registry'];
      const line = (name: string) => `export { default as ${name} } from 'prom-client/lib/${name.toLowerCase()}.js';`;
      return { contents: used.map(line).join('\n'), resolveDir: root };
    });
  },
};

/** Of our package.json a bundle carries the version alone. */
const onlyVersion: esbuild.Plugin = {
  name: 'only-version',
  setup(build) {
    build.onLoad({ filter: /package\.json$/ }, ({ path: file }) => {
      if (path.relative(root, file) !== 'package.json') return undefined;
      return { contents: JSON.stringify({ version: packageJson.version }), loader: 'json' };
    });
  },
};

/** Packages that ours look for, and do without: one that is here for development alone would slip into a bundle. */
const lookedFor = ['supports-color'];

/** Bundled, the framework would have a registry of its own, and its CLI would not find the function. */
const external = ['@google-cloud/functions-framework'];

type Outputs = esbuild.Metafile['outputs'];

/** One bundle for each entry, made together: what several use is read once. */
async function bundle(
  outdir: string,
  entryPoints: readonly { in: string; out: string }[],
  { plugins = [], external = [] }: Pick<esbuild.BuildOptions, 'plugins' | 'external'> = {},
): Promise<Outputs> {
  const { metafile } = await esbuild.build({
    ...options,
    entryPoints: [...entryPoints],
    outdir,
    plugins: [...plugins, fewMetrics, onlyVersion],
    external: [...external, ...lookedFor],
  });
  return metafile.outputs;
}

/** A job that migrates reads its migrations from beside its bundle. */
async function copyMigrations(jobs: Outputs): Promise<void> {
  const migrating = Object.keys(jobs).filter(file => jobs[file]?.inputs['lib/stores/migrate.ts']);
  for (const file of migrating) {
    const folder = path.resolve(root, path.dirname(file), 'migrations');
    await cp(path.join(root, 'lib/stores/migrations'), folder, { recursive: true });
  }
}

/** Writes `outdir` anew; its servers.json says what went into each server.js. */
export async function build(outdir: string = path.join(root, 'dist')): Promise<void> {
  const names = (isJob: boolean) => catalogue.filter(({ kind }) => (kind === 'job') === isJob).map(({ name }) => name);
  const source = (name: string) => `functions/${name}/index.ts`;

  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  const [servers, jobs] = await Promise.all([
    bundle(
      outdir,
      names(false).map(name => ({ in: `server:${name}`, out: `${name}/server` })),
      { plugins: [serverEntry, noRegistry] },
    ),
    bundle(
      outdir,
      names(true).map(name => ({ in: source(name), out: `${name}/server` })),
    ),
    bundle(
      outdir,
      names(false).map(name => ({ in: source(name), out: `${name}/index` })),
      { external },
    ),
    copyDocs(path.join(outdir, 'api-root/docs')),
  ]);
  await copyMigrations(jobs);
  await writeFile(path.join(outdir, 'servers.json'), JSON.stringify({ ...servers, ...jobs }));
}

if (import.meta.main) await build();
