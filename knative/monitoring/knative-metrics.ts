/**
 * What Knative Serving 1.23 tells Prometheus, as far as boards and rules ask for it; read from a running cluster. Each series
 * has otel_scope_* labels, too.
 *
 * - The autoscaler's and the activator's (port 9090) name their service, configuration, revision and namespace as
 *   `kn_service_name`, `kn_configuration_name`, `kn_revision_name`, `k8s_namespace_name`; the activator's active and queued
 *   requests only the last two.
 * - A queue-proxy's (port 9091 of each pod) do not say whose they are: its `target_info` does.
 */
export const knativeMetrics = [
  'kn_revision_concurrency_stable', // autoscaler
  'kn_revision_concurrency_target',
  'kn_revision_panic_mode',
  'kn_revision_pods_count',
  'kn_revision_pods_desired',
  'kn_revision_pods_not_ready_count',
  'kn_revision_pods_pending_count',
  'kn_revision_pods_terminating_count',
  'kn_revision_request_queued', // activator
  'http_server_request_duration_seconds_count',
  'kn_serving_invocation_duration_seconds_bucket', // queue-proxy
  'kn_serving_invocation_duration_seconds_count',
  'kn_serving_queue_depth', // set when a request comes, so it keeps the last one's value
  'target_info', // all of them
  'kn_workqueue_depth', // controller and autoscaler
] as const;

/** Knative's own name of a Service becomes ours. */
export const asFunction = (expression: string) =>
  `label_replace(${expression}, "function", "$1", "kn_service_name", "(.+)")`;
