/** api-root: the pages about the API, and the 404 and 405 problems of every path that no other function serves. */
import { http } from '@google-cloud/functions-framework';
import { rootEndpoint } from '../../lib/http/root-endpoint.ts';
import { catalogue } from '../catalogue.ts';
import { contract } from './contract.ts';
import { docs, docsFile } from './docs-page.ts';
import { health, healthProbe } from './health.ts';
import { openapi } from './openapi-page.ts';
import { redirect } from './redirect.ts';

export const apiRoot = rootEndpoint({
  contract,
  catalogue,
  opener: healthProbe,
  pages: {
    '/': redirect('/docs'),
    '/docs': docs,
    '/docs/{version}/{file}': docsFile,
    '/openapi.json': openapi,
    '/health': health,
  },
});

http(contract.name, apiRoot);
