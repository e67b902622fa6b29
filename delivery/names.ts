/**
 * npm run -s names [-- --env ENV]: what a workflow has to know of an environment on Google Cloud, one `name=value` a line, as
 * GITHUB_OUTPUT takes it; without --env, of the one in which images lie. All of it is said in infra-cdktf/.
 */
import { parseArgs } from 'node:util';
import {
  accountEmail,
  applyAccount,
  githubProviderPath,
  imageRegistry,
  imagesAccountId,
  imagesLieIn,
  planAccount,
  releaseAccount,
} from '../infra-cdktf/names.ts';
import { describeFailure, Failure } from '../local/failure.ts';
import { targetOf } from './deploy-target.ts';

const { values } = parseArgs({ options: { env: { type: 'string', default: imagesLieIn } } });

try {
  const { environment } = targetOf({ env: values.env, context: undefined, url: undefined });
  if (environment === undefined)
    throw new Failure('reading --env', `${values.env} is not on Google Cloud`, 'staging, production');
  const registry = imageRegistry(environment);
  const names = {
    'identity-provider': githubProviderPath(environment),
    registry,
    'registry-host': registry.split('/')[0],
    'images-account': accountEmail(environment, imagesAccountId),
    'release-account': accountEmail(environment, releaseAccount),
    'plan-account': accountEmail(environment, planAccount),
    'apply-account': accountEmail(environment, applyAccount),
  };
  for (const [name, value] of Object.entries(names)) process.stdout.write(`${name}=${value}\n`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}
