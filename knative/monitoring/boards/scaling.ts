/** How Knative follows the load: pods, concurrency, queues, cold starts, revisions. */
import { board } from './board.ts';
import { lines } from './lines.ts';
import { orZero, rate } from './promql.ts';
import { states } from './states.ts';
import { table } from './table.ts';

const service = 'kn_service_name';
const revision = 'kn_revision_name';
const chosen = `${service}=~"$function"`;

/** The autoscaler's own series. */
const pods = (kind: string) => `sum by (${service}) (kn_revision_pods_${kind}{${chosen}})`;
const ofRevision = (kind: string) => `max by (${service}, ${revision}) (kn_revision_pods_${kind}{${chosen}})`;
/** Of a function's revisions the one that takes the load. */
const concurrency = (kind: string) => `max by (${revision}) (kn_revision_concurrency_${kind}{${chosen}})`;

/** queue-proxy's series do not say whose they are; the information on their process does. */
const ofService = (series: string) =>
  `${series} * on (job, instance) group_left (${service}) max by (job, instance, ${service}) (target_info{container_name="queue-proxy", ${chosen}})`;
const invocations = (suffix: string) => ofService(rate(`kn_serving_invocation_duration_seconds_${suffix}`));

const activated = (labels = '') =>
  rate(`http_server_request_duration_seconds_count{${chosen}, ${revision}!=""${labels}}`);

const young = 300;
const starts = 'process_start_time_seconds{function=~"$function"}';

export const scaling = board({
  uid: 'scaling',
  title: 'Scaling',
  description: 'How Knative follows the load: pods, concurrency, queues, cold starts, revisions.',
  functions: { metric: 'kn_revision_pods_desired', label: service },
  rows: [
    {
      title: 'Pods',
      columns: 8,
      height: 10,
      panels: [
        lines({
          title: 'Pods wanted',
          description:
            'By the autoscaler, for the load that it sees, whatever a function’s maximum is. It follows the load within the stable window.',
          unit: 'short',
          alerts: ['ScaleAtMaximum'],
          queries: [{ expr: pods('desired'), legend: `{{${service}}}` }],
        }),
        lines({
          title: 'Pods there',
          description: 'That exist and are ready, by function. None is as it should be for one that may scale to zero.',
          unit: 'short',
          alerts: ['RevisionNotReady'],
          queries: [{ expr: pods('count'), legend: `{{${service}}}` }],
        }),
        lines({
          title: 'Pods that are short',
          description:
            'Wanted and not there. For as long as a start takes that is as it should be. Beyond: the function is at its maximum, no node has room, the image cannot be pulled, or it does not become ready.',
          unit: 'short',
          alerts: ['ScaleAtMaximum', 'FunctionWithoutPods', 'RevisionNotReady'],
          queries: [{ expr: `clamp_min(${pods('desired')} - ${pods('count')}, 0)`, legend: `{{${service}}}` }],
        }),
      ],
    },
    {
      title: 'Load',
      columns: 8,
      height: 10,
      panels: [
        lines({
          title: 'Concurrency of a pod, of its target',
          description:
            'Requests that a pod answers at once, averaged over the stable window. At 100 % it has what it is meant to have; above for long: pods cannot be added fast enough, or no more are allowed.',
          unit: 'percentunit',
          bounds: { worse: 'above', warn: 1, bad: 1.5 },
          upTo: 1,
          alerts: ['ScaleAtMaximum'],
          queries: [{ expr: `${concurrency('stable')} / ${concurrency('target')}`, legend: `{{${revision}}}` }],
        }),
        lines({
          title: 'Requests in the busiest pod',
          description:
            'Being answered and waiting in its queue-proxy, as of its last request. Beyond the container’s concurrency they wait; beyond ten times that they are refused with a 503.',
          unit: 'short',
          alerts: ['ScaleAtMaximum'],
          queries: [
            {
              expr: `max by (${service}) (${ofService('kn_serving_queue_depth')})`,
              legend: `{{${service}}}`,
            },
          ],
        }),
        states({
          title: 'Panic mode',
          description:
            'The load doubled within seconds, and the autoscaler only adds pods. For a minute that is as it should be; for long, the target or the minimum is too low for the load.',
          named: { 0: { text: 'stable', is: 'good' }, 1: { text: 'panic', is: 'bad' } },
          alerts: ['PanicMode'],
          queries: [{ expr: `max by (${service}) (kn_revision_panic_mode{${chosen}})`, legend: `{{${service}}}` }],
        }),
      ],
    },
    {
      title: 'Requests, as Knative sees them',
      columns: 8,
      height: 10,
      panels: [
        lines({
          title: 'Requests by status',
          description:
            'Answers of all pods, from their queue-proxies. A 502 or 504 here that the functions do not count: a process ended or did not answer in time.',
          unit: 'reqps',
          drawn: 'stacked',
          alerts: ['FunctionFailing'],
          queries: [
            {
              expr: `sum by (http_response_status_code) (${invocations('count')})`,
              legend: '{{http_response_status_code}}',
            },
          ],
        }),
        lines({
          title: '99th percentile in queue-proxy',
          description:
            'The wait in the queue included. Far above the function’s own (board Functions): requests wait for a free place, and more pods or a higher concurrency are needed.',
          unit: 's',
          alerts: ['ReadLatencyBurnFast'],
          queries: [
            {
              expr: `histogram_quantile(0.99, sum by (${service}, le) (${invocations('bucket')}))`,
              legend: `{{${service}}}`,
            },
          ],
        }),
        lines({
          title: 'Requests through the activator',
          description:
            'It is in the way of a function that is scaled to zero, or has little capacity to spare, and holds requests until a pod is ready. Its 5xx are requests for which none became ready in time.',
          unit: 'reqps',
          alerts: ['RevisionNotReady'],
          queries: [
            { expr: `sum by (${service}) (${activated()})`, legend: `{{${service}}}` },
            {
              expr: orZero(`sum(${activated(', http_response_status_code=~"5.."')})`, `sum(${activated()})`),
              legend: '5xx',
            },
          ],
        }),
      ],
    },
    {
      title: 'Cold starts',
      columns: 8,
      height: 9,
      panels: [
        lines({
          title: 'Processes that began in the last five minutes',
          description:
            'By function. A steady stream without a change of load: processes end again and again, or pods come and go because the window is too short.',
          unit: 'short',
          alerts: ['PanicMode', 'FunctionDown'],
          queries: [
            {
              expr: orZero(`count by (function) (${starts} > time() - ${young})`, `count by (function) (${starts})`),
              legend: '{{function}}',
            },
          ],
        }),
        lines({
          title: 'From the start of a process until it listens',
          description:
            'The slowest that runs now, by function. Slow at every start: it loads more than it uses; now and then: the CPU is short. What the pod takes before that, Knative does not measure.',
          unit: 's',
          queries: [
            {
              expr: 'max by (function) (cold_start_duration_seconds{function=~"$function", phase="listening"})',
              legend: '{{function}}',
            },
          ],
        }),
        lines({
          title: 'Requests that wait in the activator',
          description:
            'For a pod to become ready, by revision. Not zero for longer than a start takes: none becomes ready.',
          unit: 'short',
          alerts: ['RevisionNotReady'],
          queries: [
            {
              expr: `max by (${revision}) (kn_revision_request_queued and on (${revision}) kn_revision_pods_desired{${chosen}})`,
              legend: `{{${revision}}}`,
            },
          ],
        }),
      ],
    },
    {
      title: 'Revisions, and Knative itself',
      columns: 12,
      height: 10,
      panels: [
        table({
          title: 'Revisions',
          description:
            'Two of a function during a rollout are as it should be. One that wants pods and has none does not become ready: its predecessor goes on serving. Pods that end count as not ready, too.',
          alerts: ['RevisionNotReady'],
          labels: { [service]: 'Function', [revision]: 'Revision' },
          columns: [
            { heading: 'Wanted', unit: 'short', expr: ofRevision('desired') },
            { heading: 'There', unit: 'short', expr: ofRevision('count') },
            { heading: 'Pending', unit: 'short', expr: ofRevision('pending_count') },
            { heading: 'Not ready', unit: 'short', expr: ofRevision('not_ready_count') },
            { heading: 'Ending', unit: 'short', expr: ofRevision('terminating_count') },
          ],
        }),
        lines({
          title: 'Knative’s own work',
          description:
            'Changes that its controller has yet to act upon, by kind. A queue that only grows: the control plane is stuck; what runs goes on, and nothing scales or rolls out.',
          unit: 'short',
          alerts: ['RevisionNotReady'],
          queries: [
            {
              expr: 'sum by (kind) (label_replace(kn_workqueue_depth, "kind", "$1", "name", "(?:.*reconciler[.])?(.+?)(?:[.][Rr]econciler)?"))',
              legend: '{{kind}}',
            },
          ],
        }),
      ],
    },
  ],
});
