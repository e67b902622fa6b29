/** Knative: revisions, scaling; and the certificate of the door in front of it. */
import type { Alerts } from '../alert.ts';
import { asFunction } from '../knative-metrics.ts';
import { day, hour, minute } from '../timescale.ts';

const podsOfFunction = (kind: string) => `sum by (function) (${asFunction(`kn_revision_pods_${kind}`)})`;

export const knativeAlerts: Alerts = time => [
  {
    name: 'FunctionWithoutPods',
    severity: 'page',
    // All its revisions together: while a new one does not start, the one before serves.
    expression: `${podsOfFunction('desired')} > 0 and ${podsOfFunction('count')} == 0`,
    holds: 3 * minute,
    summary: '{{ $labels.function }} has no pod that is ready, though it is asked for: its clients wait, then get 503',
    description:
      '{{ $value }} pods are wanted. See why none becomes ready: no room on a node, an image that is not pulled, a start that fails.',
    board: 'scaling',
  },
  {
    name: 'RevisionNotReady',
    severity: 'ticket',
    // The condition comes from kube-state-metrics; pods that do not become ready are known to Knative itself, which counts
    // those that end among them.
    expression: [
      'max by (function) (knative_service_condition{type="Ready",status="True"}) == 0',
      `or max by (function) (${asFunction('kn_revision_pods_not_ready_count - kn_revision_pods_terminating_count')}) > 0`,
    ].join('\n'),
    holds: 10 * minute,
    summary:
      'The newest revision of {{ $labels.function }} does not become ready: the one before serves, if there is one',
    description:
      'A rollout is stuck. Read the condition that says why: mostly an image, a variable, or a failing start.',
    board: 'scaling',
  },
  {
    name: 'PanicMode',
    severity: 'ticket',
    expression: `max by (function) (${asFunction('kn_revision_panic_mode')}) == 1`,
    holds: 15 * minute,
    summary: '{{ $labels.function }} has been scaling in panic for long: load jumps, or its pods do not keep up',
    description:
      'Panic ends by itself when the load is steady for a minute. See whether requests or only their duration grew, and whether it is at its maximum.',
    board: 'scaling',
  },
  {
    name: 'ScaleAtMaximum',
    severity: 'ticket',
    // The maximum is the revision's own annotation, as kube-state-metrics reads it: no second list of limits.
    expression: [
      `max by (kn_revision_name, function) (${asFunction('kn_revision_pods_desired')})`,
      '>= on (kn_revision_name) group_left () (max by (kn_revision_name) (knative_revision_max_scale) > 1)',
    ].join('\n'),
    holds: 10 * minute,
    summary: '{{ $labels.function }} has as many pods as it may have: more load makes its clients wait',
    description:
      '{{ $value }} pods are wanted. See whether the load is real; then raise the maximum, with the connections of PostgreSQL in mind.',
    board: 'scaling',
  },
  {
    name: 'KnativeMetricsAbsent',
    severity: 'ticket',
    // Outside Knative no process has a revision.
    expression:
      '(absent(kn_revision_pods_desired) or absent(knative_service_condition)) and on () group(build_info{revision!=""})',
    holds: 15 * minute,
    summary: 'Knative or kube-state-metrics tells nothing: alerts on pods, revisions and scaling are blind',
    description:
      'Functions run on Knative, and these metrics of theirs are gone. See whether both are scraped, and what they say in their logs.',
    board: 'scaling',
  },
  {
    name: 'CertificateNearEnd',
    severity: 'ticket',
    expression: `certmanager_certificate_expiration_timestamp_seconds - time() < ${time.seconds(14 * day)}`,
    holds: hour,
    summary: 'The certificate {{ $labels.name }} ends soon: then no client can connect',
    description:
      'It ends in {{ $value | humanizeDuration }}; it should have been renewed at 30 days. Read what cert-manager says of its last order.',
    board: 'overview',
  },
];
