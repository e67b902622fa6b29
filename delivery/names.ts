/**
 * npm run -s names: what a workflow that pushes images has to know of Google Cloud, one `name=value` a line, as GITHUB_OUTPUT
 * takes it. All of it is said in infra-cdktf/.
 */
import { environments } from '../infra-cdktf/environments.ts';
import { accountEmail, githubProviderPath, imageRegistry, imagesAccountId, imagesLieIn } from '../infra-cdktf/names.ts';

const environment = environments.find(({ name }) => name === imagesLieIn);
if (environment === undefined) throw new Error(`there is no environment ${imagesLieIn}`);

const registry = imageRegistry(environment);
const values = {
  registry,
  'registry-host': registry.split('/')[0],
  'identity-provider': githubProviderPath(environment),
  'images-account': accountEmail(environment, imagesAccountId),
};
for (const [name, value] of Object.entries(values)) process.stdout.write(`${name}=${value}\n`);
