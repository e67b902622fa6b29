/** Bundles everything in the catalogue: dist/<name>/server.js for our containers, index.js for the framework's CLI. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { catalogue } from './functions/catalogue.ts';
import type { Contract } from './lib/http/contract.ts';

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

/** The server's entry imports the function, which its index.ts exports by its name in camel case, and serves it. */
async function bundleForServer(name: string, folder: string): Promise<void> {
  const exported = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const contents = `
    import { ${exported} } from './functions/${name}/index.ts';
    import { serve } from './lib/http/server.ts';
    void serve(${exported});`;
  const { metafile } = await esbuild.build({
    ...options,
    stdin: { contents, resolveDir: root, sourcefile: `${name}.server.ts`, loader: 'ts' },
    outfile: path.join(folder, 'server.js'),
    plugins: [noRegistry],
  });
  await writeFile(path.join(folder, 'server.meta.json'), JSON.stringify(metafile));
}

/** Bundled, the framework would have a registry of its own, and its CLI would not find the function. */
async function bundleForFramework(name: string, folder: string): Promise<void> {
  await esbuild.build({
    ...options,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: path.join(folder, 'index.js'),
    external: ['@google-cloud/functions-framework'],
  });
}

async function bundleJob(name: string, folder: string): Promise<void> {
  const { metafile } = await esbuild.build({
    ...options,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: path.join(folder, 'server.js'),
  });
  await writeFile(path.join(folder, 'server.meta.json'), JSON.stringify(metafile));
  const migrations = Object.keys(metafile.inputs).includes('lib/stores/migrate.ts');
  if (migrations)
    await cp(path.join(root, 'lib/stores/migrations'), path.join(folder, 'migrations'), { recursive: true });
}

async function bundle({ kind, name }: Contract, outdir: string): Promise<void> {
  const folder = path.join(outdir, name);
  if (kind === 'job') await bundleJob(name, folder);
  else await Promise.all([bundleForServer(name, folder), bundleForFramework(name, folder)]);
}

/** Writes `outdir` anew. */
export async function build(outdir: string = path.join(root, 'dist')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  await Promise.all(catalogue.map(contract => bundle(contract, outdir)));
}

if (import.meta.main) await build();
