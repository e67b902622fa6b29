/** What is planned of the stacks, and what of that takes something away. */
import * as z from 'zod/mini';
import { stackNames } from '../infra-cdktf/names.ts';

/** A person applies the first: with it come the accounts that apply the others. */
const [, ...others] = stackNames;

export function stacksFor(verb: 'plan' | 'apply'): readonly string[] {
  return verb === 'plan' ? stackNames : others;
}

const change = z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) });
const planned = z.object({ resource_changes: z.optional(z.array(change)) });

/** @param json as `terraform show -json` writes it */
export function destroyedBy(json: string): readonly string[] {
  const { resource_changes = [] } = planned.parse(JSON.parse(json));
  return resource_changes.filter(({ change }) => change.actions.includes('delete')).map(({ address }) => address);
}

/** GitHub takes a comment of 65,536 characters, for the stacks of both environments; all is in the run's log. */
const most = 6_000;

export function reportOf(
  environment: string,
  plans: readonly { readonly stack: string; readonly plan: string }[],
): string {
  const sections = plans.map(({ stack, plan }) => {
    const summary = /^(?:Plan: .*|No changes\..*)$/m.exec(plan)?.[0] ?? 'see the plan';
    const shown = plan.length > most ? `${plan.slice(0, most)}\n… the rest is in the log` : plan;
    return `<details><summary>${stack}: ${summary}</summary>\n\n\`\`\`\`\n${shown.trim()}\n\`\`\`\`\n\n</details>\n`;
  });
  return `### ${environment}\n\n${sections.join('\n')}\n`;
}
