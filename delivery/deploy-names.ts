/**
 * npm run -s deploy-names -- --env ENV: what a workflow that deploys, or plans, has to know of Google Cloud, one `name=value` a
 * line, as GITHUB_OUTPUT takes it. All of it is said in infra-cdktf/.
 */
import { parseArgs } from 'node:util';
import { accountEmail, applyAccount, githubProviderPath, planAccount, releaseAccount } from '../infra-cdktf/names.ts';
import { describeFailure, Failure } from '../local/failure.ts';
import { targetOf } from './deploy-target.ts';

const { values } = parseArgs({ options: { env: { type: 'string' } } });

try {
  const { environment } = targetOf({ env: values.env, context: undefined, url: undefined });
  if (environment === undefined)
    throw new Failure('reading --env', `${values.env} is not on Google Cloud`, 'staging, production');
  const names = {
    'identity-provider': githubProviderPath(environment),
    'release-account': accountEmail(environment, releaseAccount),
    'plan-account': accountEmail(environment, planAccount),
    'apply-account': accountEmail(environment, applyAccount),
  };
  for (const [name, value] of Object.entries(names)) process.stdout.write(`${name}=${value}\n`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}
