/** Every stack of an environment, each after those whose names it relies on. */
import type { App, TerraformStack } from 'cdktf';
import type { Environment } from './environments.ts';
import type { stackNames } from './names.ts';
import { bootstrap } from './stacks/bootstrap.ts';
import { data } from './stacks/data.ts';
import { delivery } from './stacks/delivery.ts';
import { network } from './stacks/network.ts';
import { platform } from './stacks/platform.ts';

export const stacks: Readonly<
  Record<(typeof stackNames)[number], (app: App, environment: Environment) => TerraformStack>
> = {
  bootstrap,
  network,
  platform,
  data,
  delivery,
};
