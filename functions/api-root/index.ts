/** api-root: /health, and the 404 and 405 problems of every path that no other function serves. */
import { http } from '@google-cloud/functions-framework';
import { rootEndpoint } from '../../lib/http/root-endpoint.ts';
import { catalogue } from '../catalogue.ts';
import { contract } from './contract.ts';
import { health, healthProbe } from './health.ts';

export const apiRoot = rootEndpoint({ contract, catalogue, opener: healthProbe, pages: { '/health': health } });

http(contract.name, apiRoot);
