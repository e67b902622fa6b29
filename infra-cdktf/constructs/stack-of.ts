/** A stack of an environment: its provider, its state, its labels. */
import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import { type App, GcsBackend, TerraformStack } from 'cdktf';
import { region } from '../addresses.ts';
import type { Environment } from '../environments.ts';
import { bucketName, system } from '../names.ts';

export function labelsOf({ name }: Environment): Record<string, string> {
  return { system, environment: name, 'managed-by': 'cdktf' };
}

export function stackOf(app: App, environment: Environment, name: string): TerraformStack {
  const stack = new TerraformStack(app, `${environment.name}-${name}`);
  const provider = new GoogleProvider(stack, 'google', {
    project: environment.project.id,
    region,
    // Billing and quotas are asked of this project, also when a person's own login is used.
    billingProject: environment.project.id,
    userProjectOverride: true,
  });
  // As an argument, their keys would be written in snake case.
  provider.addOverride('default_labels', labelsOf(environment));
  new GcsBackend(stack, { bucket: bucketName(environment, 'terraform-state'), prefix: name });
  // Older ones know no arguments that are kept out of the state.
  stack.addOverride('terraform.required_version', '>= 1.11');
  return stack;
}
