/** nginx in front of the functions: the one service that the API is reached by. */
import { catalogue } from '../functions/catalogue.ts';
import { edge, outside } from './networks.ts';
import { nginxFile } from './nginx.ts';
import { healthcheck, type Service } from './service.ts';

export function edgeService(): Service {
  const served = catalogue.filter(({ kind }) => kind === 'http' || kind === 'root');
  return {
    image: `task-manager/edge:\${VERSION:-local}`,
    build: { context: '.', target: 'edge' },
    pull_policy: 'build',
    networks: [outside, edge],
    ports: [`127.0.0.1:\${PORT:-8080}:8080`],
    volumes: [`./${nginxFile}:/etc/nginx/nginx.conf:ro`],
    tmpfs: ['/tmp'],
    depends_on: Object.fromEntries(served.map(({ name }) => [name, { condition: 'service_healthy' as const }])),
    healthcheck: healthcheck('bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/8080'),
    mem_limit: '64m',
    restart: 'unless-stopped',
    stop_grace_period: '15s',
  };
}
