/** relay-activities: moves what waits in the outbox, when it is nudged and on its own clock. */
import { http } from '@google-cloud/functions-framework';
import { activityRelay } from '../../lib/activities/activity-relay.ts';
import { eventEndpoint } from '../../lib/http/event-endpoint.ts';
import { taskKey } from '../../lib/tasks/task-key.ts';
import { contract } from './contract.ts';

export const relayActivities = eventEndpoint(contract, activityRelay(taskKey), async ({ relay }) => {
  await relay.pass();
});

http(contract.name, relayActivities);
