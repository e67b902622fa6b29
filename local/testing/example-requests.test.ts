import { expect } from 'vitest';
import { test } from './api.ts';
import { exampleRequest, httpContracts } from './example-requests.ts';

test.for(httpContracts)('$name answers its example well', async (contract, { api }) => {
  const { method, path, options, status } = await exampleRequest(contract, api);
  expect((await api.request(method, path, options)).status).toBe(status);
});
