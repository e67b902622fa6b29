/** The stacks as checkov sees them, an independent list of what others got wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { installed } from '../local/installed.ts';
import { runProgram } from '../local/run-program.ts';
import { installPythonEnvironment } from '../local/stores/python.ts';
import { synthesized } from './testing/synthesized.ts';

const version = '3.3.30';

/** What it finds, and why it stays so. */
const accepted: Readonly<Record<string, string>> = {
  CKV2_GCP_13: 'log_duration: how long statements take, Query Insights tells, without a line in the log for each.',
  CKV_GCP_41:
    'apply-infra makes accounts and says as whom nodes run; reviewers let it act, and it grants no role of an owner.',
  CKV_GCP_49: 'The same: what makes the stacks may manage accounts.',
  CKV_GCP_6: 'Client certificates: connections are encrypted, and come from one network; the password says who it is.',
  CKV_GCP_12: 'Network policies: Dataplane V2 has them always, and refuses the argument that is looked for.',
  CKV_GCP_14: "Backups: the drill's scratch server is empty but for the hour of a drill.",
  CKV_GCP_62: "Logs of access to buckets: Cloud Audit Logs take their place, in Google's own words.",
  CKV_GCP_65: "Google Groups in the cluster's roles: they want a domain of an organization.",
  CKV_GCP_66:
    'Binary Authorization: a release names images by digest, from one repository; they are signed, and nothing in the cluster asks for that yet.',
  CKV_GCP_84: "Keys of one's own for images: there is nothing secret in them.",
  CKV_GCP_108: 'Host names in the log: each connection would wait for a look-up; addresses are there.',
  CKV_GCP_109: 'log_min_messages: the default says more than what is asked for.',
  CKV_GCP_110: 'pgAudit: no log holds what people wrote.',
  CKV_GCP_111: 'log_statement: the same.',
  CKV_GCP_125: 'The subject in the condition of the provider: each account names the one subject that may act as it.',
};

/** Those that break off where flags are JSON: what they ask for, google-rules.test.ts does. */
const brokenOff = ['CKV_GCP_54', 'CKV_GCP_57'];

test('checkov finds what is accepted, with a reason each, and nothing else', { timeout: 900_000 }, async () => {
  const [folder, made] = await Promise.all([
    installed(`checkov-${version}`, partial => installPythonEnvironment(`checkov==${version}`, partial)),
    synthesized(),
  ]);
  const stacks = mkdtempSync(`${tmpdir()}/checkov-`);
  try {
    for (const { environment, name, json } of made) {
      mkdirSync(`${stacks}/${environment.name}-${name}`);
      // It stumbles over the other blocks.
      const { resource, provider } = json;
      writeFileSync(
        `${stacks}/${environment.name}-${name}/cdk.tf.json`,
        JSON.stringify({ resource, provider }, undefined, 2),
      );
    }
    // Its own script names the interpreter by the folder it was installed in first.
    const program = [
      `${folder}/bin/checkov`,
      '--directory',
      stacks,
      '--framework',
      'terraform_json',
      '--skip-download',
    ];
    const { output } = await runProgram(
      `${folder}/bin/python`,
      [...program, '--output', 'json', '--quiet', '--compact'],
      {
        env: { LOG_LEVEL: 'ERROR' },
      },
    );
    const { results, summary } = JSON.parse(output.slice(output.search(/^\{$/m)));
    const found = new Set(results.failed_checks.map(({ check_id }: { check_id: string }) => check_id));
    expect([...found].sort()).toEqual(Object.keys(accepted).sort());
    const crashed = [...output.matchAll(/Failed to run check (\w+)/g)].map(([, check]) => check);
    expect([...new Set(crashed)].sort()).toEqual(brokenOff);
    expect(summary).toMatchObject({ parsing_errors: 0, checkov_version: version });
    expect(summary.passed).toBeGreaterThan(200);
  } finally {
    rmSync(stacks, { recursive: true });
  }
});
