/**
 * The images of others, each by a tag of one version. To pin what a tag names today, append its digest: `@sha256:…`, as
 * `docker buildx imagetools inspect <image>` tells it.
 */
export const images = {
  postgresql: 'docker.io/library/postgres:18.4-bookworm',
  redis: 'docker.io/valkey/valkey:8.1.3-bookworm',
  mongodb: 'docker.io/library/mongo:8.0.12-noble',
  prometheus: 'docker.io/prom/prometheus:v3.5.0',
  alertmanager: 'docker.io/prom/alertmanager:v0.28.1',
  grafana: 'docker.io/grafana/grafana:12.1.0',
} as const;
