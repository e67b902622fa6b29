/** A system in which nothing is wrong: every series that a rule reads, of two of its functions. */
import { day } from '../timescale.ts';
import type { Signal } from './signal.ts';

const getTask = 'function="get-task",instance="get-task-1",job="functions"';
const relay = 'function="relay-activities",instance="relay-1",job="functions"';
const revision = 'kn_service_name="get-task",kn_revision_name="get-task-00001"';
const container = 'namespace="task-manager",pod="get-task-00001-a",container="user-container"';
const route = 'route="/api/tasks/{id}",method="GET"';
const GiB = 1024 ** 3;

/** Series that cases change. */
export const series = {
  functionUp: 'up{job="functions",instance="get-task-1"}',
  strangerUp: 'up{job="functions",instance="stranger-1"}',
  relayUp: 'up{job="functions",instance="relay-1"}',
  answered: `http_request_duration_seconds_count{${getTask},${route},status="2xx"}`,
  answeredInTime: `http_request_duration_seconds_bucket{${getTask},${route},status="2xx",le="0.1"}`,
  failed: `http_request_duration_seconds_count{${getTask},${route},status="5xx"}`,
  postgresqlUp: `store_up{${relay},store="postgresql"}`,
  redisUp: `store_up{${relay},store="redis"}`,
  mongodbUp: `store_up{${relay},store="mongodb"}`,
  postgresqlCalls: `store_operation_duration_seconds_count{${getTask},store="postgresql"}`,
  postgresqlErrors: `store_operation_errors_total{${getTask},store="postgresql",reason="unavailable"}`,
  waiting: `store_connections_waiting{${getTask},store="postgresql"}`,
  connections: `postgresql_connections{${relay}}`,
  databaseSize: `postgresql_database_size_bytes{${relay}}`,
  redisMemory: `redis_memory_used_bytes{${relay}}`,
  redisLimit: `redis_memory_max_bytes{${relay}}`,
  breaker: `cache_breaker_open{${getTask}}`,
  otherBreaker: `cache_breaker_open{${relay}}`,
  hits: `cache_operations_total{${getTask},operation="read",outcome="hit"}`,
  misses: `cache_operations_total{${getTask},operation="read",outcome="miss"}`,
  loggedAge: `outbox_oldest_row_age_seconds{${relay},lane="logged"}`,
  repairedAge: `outbox_oldest_row_age_seconds{${relay},lane="repaired"}`,
  parked: `outbox_parked_rows{${relay}}`,
  feedLag: `change_feed_lag_seconds{${relay}}`,
  backup: `backup_snapshot_timestamp_seconds{${relay}}`,
  backupEnded: `heartbeat_timestamp_seconds{${relay},name="back-up"}`,
  backupFailed: `heartbeat_timestamp_seconds{${relay},name="back-up-failed"}`,
  drillEnded: `heartbeat_timestamp_seconds{${relay},name="drill"}`,
  drillFailed: `heartbeat_timestamp_seconds{${relay},name="drill-failed"}`,
  ready: 'knative_service_condition{function="get-task",type="Ready",status="True"}',
  notReadyPods: `kn_revision_pods_not_ready_count{${revision}}`,
  panic: `kn_revision_panic_mode{${revision}}`,
  wanted: `kn_revision_pods_desired{${revision}}`,
  certificate: 'certmanager_certificate_expiration_timestamp_seconds{name="task-manager"}',
  cpu: `process_cpu_seconds_total{${getTask}}`,
  throttled: `container_cpu_cfs_throttled_periods_total{${container}}`,
  memory: `container_memory_working_set_bytes{${container}}`,
  eventLoop: `nodejs_eventloop_lag_p99_seconds{${getTask}}`,
  openFiles: `process_open_fds{${getTask}}`,
  volumeFree: 'kubelet_volume_stats_available_bytes{namespace="monitoring",persistentvolumeclaim="prometheus"}',
  nodeDiskFree: 'node_filesystem_avail_bytes{instance="node-1",mountpoint="/",fstype="ext4"}',
} as const;

export type SeriesName = keyof typeof series;

export const healthy: Readonly<Record<SeriesName, Signal>> = {
  functionUp: 1,
  strangerUp: 'absent',
  relayUp: 1,
  answered: { perSecond: 10 },
  answeredInTime: { perSecond: 10 },
  failed: { perSecond: 0 },
  postgresqlUp: 1,
  redisUp: 1,
  mongodbUp: 1,
  postgresqlCalls: { perSecond: 10 },
  postgresqlErrors: { perSecond: 0 },
  waiting: 0,
  connections: 20,
  databaseSize: GiB,
  redisMemory: GiB / 8,
  redisLimit: GiB,
  breaker: 0,
  otherBreaker: 0,
  hits: { perSecond: 9 },
  misses: { perSecond: 1 },
  loggedAge: 1,
  repairedAge: 1,
  parked: 0,
  feedLag: 0,
  backup: { secondsAgo: 3_600 },
  backupEnded: { secondsAgo: 3_600 },
  backupFailed: 'absent',
  drillEnded: { secondsAgo: 3_600 },
  drillFailed: 'absent',
  ready: 1,
  notReadyPods: 0,
  panic: 0,
  wanted: 2,
  certificate: 60 * day,
  cpu: { perSecond: 0.2 },
  throttled: { perSecond: 0 },
  memory: GiB / 8,
  eventLoop: 0.012,
  openFiles: 40,
  volumeFree: 50,
  nodeDiskFree: 50,
};

/** What stays as it is in every case. */
export const constants: Readonly<Record<string, Signal>> = {
  [`build_info{${getTask},version="1.0.0"}`]: 1,
  [`build_info{${relay},version="1.0.0"}`]: 1,
  [`postgresql_connections_max{${relay}}`]: 100,
  [`process_max_fds{${getTask}}`]: 1024,
  [`container_cpu_cfs_periods_total{${container}}`]: { perSecond: 10 },
  [`kube_pod_container_resource_limits{${container},resource="memory"}`]: GiB / 4,
  'knative_revision_max_scale{kn_revision_name="get-task-00001"}': 20,
  'kubelet_volume_stats_capacity_bytes{namespace="monitoring",persistentvolumeclaim="prometheus"}': 100,
  'node_filesystem_size_bytes{instance="node-1",mountpoint="/",fstype="ext4"}': 100,
};
