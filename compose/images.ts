/**
 * The images of others, each by a tag of one version and, because a tag may move, by the digest that it had, as
 * `docker buildx imagetools inspect <image>` tells it. MongoDB's is still to be appended.
 */
export const images = {
  postgresql:
    'docker.io/library/postgres:18.4-bookworm@sha256:1961f96e6029a02c3812d7cb329a3b03a3ac2bb067058dec17b0f5596aca9296',
  redis:
    'docker.io/valkey/valkey:8.1.3-bookworm@sha256:fea8b3e67b15729d4bb70589eb03367bab9ad1ee89c876f54327fc7c6e618571',
  mongodb: 'docker.io/library/mongo:8.0.12-noble',
  prometheus:
    'docker.io/prom/prometheus:v3.5.0@sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996',
  alertmanager:
    'docker.io/prom/alertmanager:v0.28.1@sha256:27c475db5fb156cab31d5c18a4251ac7ed567746a2483ff264516437a39b15ba',
  grafana: 'docker.io/grafana/grafana:12.1.0@sha256:6ac590e7cabc2fbe8d7b8fc1ce9c9f0582177b334e0df9c927ebd9670469440f',
} as const;
