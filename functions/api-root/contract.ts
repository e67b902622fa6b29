import * as z from 'zod/mini';
import type { RootContract } from '../../lib/http/contract.ts';
import { healthReport } from './health-report.ts';

export const contract = {
  kind: 'root',
  name: 'api-root',
  summary: 'The pages about the API, and the answer to what no other function serves',
  routes: [
    {
      method: 'GET',
      path: '/health',
      operation: {
        name: 'get-health',
        summary: 'The state of each store',
        answers: [
          { status: 200, meaning: 'The API answers; degraded, without its cache or its log.', schema: healthReport },
          { status: 503, meaning: 'PostgreSQL is out of reach.', schema: healthReport, headers: ['Retry-After'] },
        ],
      },
    },
    {
      method: 'GET',
      path: '/openapi.json',
      operation: {
        name: 'get-openapi',
        summary: 'This document',
        condition: 'If-None-Match',
        answers: [{ status: 200, meaning: 'An OpenAPI 3.1 document.', schema: z.looseObject({}), headers: ['ETag'] }],
      },
    },
    {
      method: 'GET',
      path: '/docs',
      operation: {
        name: 'get-docs',
        summary: 'The reference page',
        answers: [{ status: 200, meaning: 'A page for people.', schema: z.string(), type: 'text/html' }],
      },
    },
    { method: 'GET', path: '/docs/{version}/{file}' },
    {
      method: 'GET',
      path: '/',
      operation: {
        name: 'get-root',
        summary: 'Where to begin',
        answers: [{ status: 302, meaning: 'The reference page is at `Location`.', headers: ['Location'] }],
      },
    },
  ],
  stores: ['postgresql', 'redis'],
  databaseRole: 'reader',
  scale: { min: 1 },
} as const satisfies RootContract;
