/** clean-up: purges the trash, expired idempotency keys, and what is left of tasks that were purged long ago. */
import { http } from '@google-cloud/functions-framework';
import { eventEndpoint } from '../../lib/http/event-endpoint.ts';
import { cleaner } from '../../lib/tasks/cleaner.ts';
import { contract } from './contract.ts';

export const cleanUp = eventEndpoint(contract, cleaner, async ({ clean, requestId }) => {
  await clean(requestId);
});

http(contract.name, cleanUp);
