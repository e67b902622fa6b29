/** Bundles every function of the catalogue: dist/<name>/server.js for our containers, index.js for the framework's CLI. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { catalogue } from './functions/catalogue.ts';

const root = import.meta.dirname;

/** Our server finds the handler by the function's name in camel case, which index.ts exports. */
function serverEntry(name: string): string {
  const exported = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `
    import { ${exported} } from './functions/${name}/index.ts';
    import { serve } from './lib/http/server.ts';
    void serve(${exported});
  `;
}

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
} as const satisfies esbuild.BuildOptions;

async function bundle(name: string, outdir: string): Promise<void> {
  const folder = path.join(outdir, name);
  const [server] = await Promise.all([
    esbuild.build({
      ...options,
      stdin: { contents: serverEntry(name), resolveDir: root, sourcefile: `${name}.server.ts`, loader: 'ts' },
      outfile: path.join(folder, 'server.js'),
      plugins: [registeredByNobody],
    }),
    esbuild.build({
      ...options,
      entryPoints: [`functions/${name}/index.ts`],
      outfile: path.join(folder, 'index.js'),
      // Bundled, the framework would have a registry of its own, and its CLI would not find the function.
      external: ['@google-cloud/functions-framework'],
    }),
  ]);
  await writeFile(path.join(folder, 'server.meta.json'), JSON.stringify(server.metafile));
}

/** In our own host nobody reads the framework's registry: registering there would only load it. */
const registeredByNobody: esbuild.Plugin = {
  name: 'registered-by-nobody',
  setup(build) {
    build.onResolve({ filter: /^@google-cloud\/functions-framework$/ }, () => ({
      path: 'registry',
      namespace: 'none',
    }));
    build.onLoad({ filter: /.*/, namespace: 'none' }, () => ({
      contents: 'export const http = () => {};',
      loader: 'js',
    }));
  },
};

/** Writes `outdir` anew. */
export async function build(outdir: string = path.join(root, 'dist')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  await Promise.all(catalogue.filter(({ kind }) => kind !== 'job').map(({ name }) => bundle(name, outdir)));
}

if (import.meta.main) await build();
