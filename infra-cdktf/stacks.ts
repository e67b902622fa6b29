/** Every stack of an environment, each after those whose names it relies on. */
import type { App, TerraformStack } from 'cdktf';
import type { Environment } from './environments.ts';
import { bootstrap } from './stacks/bootstrap.ts';
import { data } from './stacks/data.ts';
import { network } from './stacks/network.ts';

export const stacks: Readonly<Record<string, (app: App, environment: Environment) => TerraformStack>> = {
  bootstrap,
  network,
  data,
};
