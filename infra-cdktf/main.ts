/** npm run synth, and what the CLI runs: writes cdktf.out/stacks/<environment>-<stack>/cdk.tf.json. Asks nobody anything. */
import path from 'node:path';
import { App } from 'cdktf';
import { environments } from './environments.ts';
import { forgetOtherBackends } from './forget-other-backends.ts';
import { stacks } from './stacks.ts';

/** The CLI says where it wants them. */
const outdir = process.env.CDKTF_OUTDIR ?? path.join(import.meta.dirname, 'cdktf.out');

const app = new App({ outdir });
for (const environment of environments) {
  const made = [];
  for (const stackOfEnvironment of Object.values(stacks)) {
    const stack = stackOfEnvironment(app, environment);
    for (const earlier of made) stack.addDependency(earlier);
    made.push(stack);
  }
}
app.synth();
for (const stack of forgetOtherBackends(path.join(outdir, 'stacks')))
  process.stdout.write(`${stack}: its state is in another bucket now, and Terraform begins there anew\n`);
