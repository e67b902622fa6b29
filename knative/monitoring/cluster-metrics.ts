/** What rules read beside the metrics of docs/metrics.md, by who tells it. */
export const clusterMetrics = {
  prometheus: ['up', 'ALERTS', 'ALERTS_FOR_STATE'],
  knative: [
    'kn_revision_pods_count',
    'kn_revision_pods_desired',
    'kn_revision_pods_not_ready_count',
    'kn_revision_pods_terminating_count',
    'http_server_request_duration_seconds_count',
    'kn_revision_panic_mode',
  ],
  // by kube-state-metrics.yaml, and by itself
  'kube-state-metrics': [
    'knative_service_condition',
    'knative_revision_max_scale',
    'kube_pod_container_resource_limits',
  ],
  'cert-manager': ['certmanager_certificate_expiration_timestamp_seconds'],
  kubelet: [
    'container_cpu_cfs_periods_total',
    'container_cpu_cfs_throttled_periods_total',
    'container_memory_working_set_bytes',
    'kubelet_volume_stats_available_bytes',
    'kubelet_volume_stats_capacity_bytes',
  ],
  'node-exporter': ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes', 'node_filesystem_readonly'],
} as const;
