/** What is nearly used up: CPU, memory, disks, file descriptors. */
import type { Alerts } from '../alert.ts';
import { minute } from '../timescale.ts';

const namespace = 'namespace="task-manager"';
const byContainer = 'by (namespace, pod, container)';

export const saturationAlerts: Alerts = time => {
  const rate = time.duration(5 * minute);
  return [
    {
      name: 'CpuSaturated',
      severity: 'ticket',
      expression: `max by (function) (rate(process_cpu_seconds_total{job="functions"}[${rate}])) > 0.9`,
      holds: 10 * minute,
      summary: 'A process of {{ $labels.function }} uses its whole core: its clients wait',
      description:
        '{{ $value | humanizePercentage }} of the one core that its JavaScript can use. See whether the load is spread over the pods, then whether there are enough.',
      board: 'functions',
    },
    {
      name: 'CpuThrottled',
      severity: 'ticket',
      expression: [
        `sum ${byContainer} (rate(container_cpu_cfs_throttled_periods_total{${namespace},container!=""}[${rate}]))`,
        `/ sum ${byContainer} (rate(container_cpu_cfs_periods_total{${namespace},container!=""}[${rate}])) > 0.25`,
      ].join('\n'),
      holds: 15 * minute,
      summary: '{{ $labels.container }} in {{ $labels.pod }} is held back by its CPU limit: its clients wait',
      description: 'In {{ $value | humanizePercentage }} of all periods. Raise the limit, or let it scale earlier.',
      board: 'functions',
    },
    {
      name: 'MemoryNearLimit',
      severity: 'ticket',
      expression: [
        `max ${byContainer} (container_memory_working_set_bytes{${namespace},container!=""})`,
        `/ max ${byContainer} (kube_pod_container_resource_limits{${namespace},resource="memory"}) > 0.9`,
      ].join('\n'),
      holds: 5 * minute,
      summary:
        '{{ $labels.container }} in {{ $labels.pod }} nears its memory limit: it will be killed, with its requests',
      description:
        '{{ $value | humanizePercentage }} of the limit. See whether the heap grows without end, or with the load.',
      board: 'functions',
    },
    {
      name: 'EventLoopLag',
      severity: 'ticket',
      expression: 'max by (function) (nodejs_eventloop_lag_p99_seconds) > 0.1',
      holds: 10 * minute,
      summary: 'Something in {{ $labels.function }} keeps its event loop busy: every request of that process waits',
      description:
        'For {{ $value | humanizeDuration }}, one time in a hundred. See whether its CPU is used up; if not, large bodies or answers are the first suspects.',
      board: 'functions',
    },
    {
      name: 'FileDescriptorsNearLimit',
      severity: 'ticket',
      expression: 'max by (function) (process_open_fds{job="functions"} / process_max_fds) > 0.8',
      holds: 5 * minute,
      summary: '{{ $labels.function }} nears its limit of open files: then it accepts no connection',
      description:
        '{{ $value | humanizePercentage }} are open. Connections that are not closed are the first suspects: count them by their peer.',
      board: 'functions',
    },
    {
      name: 'DiskNearFull',
      severity: 'ticket',
      expression: [
        'min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.1',
        'or min by (instance, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes and node_filesystem_readonly == 0) < 0.1',
      ].join('\n'),
      holds: 15 * minute,
      summary:
        'A disk is nearly full: {{ or $labels.persistentvolumeclaim $labels.mountpoint }} on {{ or $labels.namespace $labels.instance }}',
      description:
        '{{ $value | humanizePercentage }} is free. On a node pods are evicted next; on a volume of Prometheus, alerts end.',
      board: 'overview',
    },
  ];
};
