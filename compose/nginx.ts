/** The edge of compose.yaml as nginx's configuration: what local/edge.ts is to `npm start`. */
import { catalogue } from '../functions/catalogue.ts';
import { type GeneratedFile, generatedNotice } from '../generated-file.ts';
import { Problem } from '../lib/http/problem.ts';
import { noSuchRoute } from '../lib/http/route.ts';
import { routeTable } from './route-table.ts';

export const nginxFile = 'compose/nginx.conf';

/** Where it runs. */
export interface Surroundings {
  readonly port: number;
  /** What names are looked up by; none is needed where functions have addresses. */
  readonly resolver?: string;
  /** `host:port` */
  addressOf(name: string): string;
  /** A folder for its files. */
  readonly temporary: string;
  /** Seconds for a function to begin its answer; its own limit is 10 s. */
  readonly patience?: number;
}

const inCompose: Surroundings = {
  port: 8080,
  resolver: '127.0.0.11',
  addressOf: name => `${name}:8080`,
  temporary: '/tmp',
};

export function nginxFileOfCompose(): GeneratedFile {
  return { path: nginxFile, contents: `# ${generatedNotice}\n${nginxConfiguration(inCompose)}` };
}

/**
 * Needs the module headers-more. A request is passed on as it was sent, once and never again, and its body and answer are
 * streamed; nginx answers for itself only what is no HTTP, what goes to a probe, and when a function cannot be reached.
 */
export function nginxConfiguration({ port, resolver, addressOf, temporary, patience = 15 }: Surroundings): string {
  const root = catalogue.find(({ kind }) => kind === 'root')?.name ?? 'root';
  const routes = routeTable(catalogue).map(({ pattern, name }) => `"~${pattern}" ${addressOf(name)};`);
  return `daemon off;
worker_processes 2;
pid ${temporary}/nginx.pid;
error_log stderr warn;
include /etc/nginx/modules-enabled/*.conf;

events {
  worker_connections 1024;
}

http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(each => `  ${each}_temp_path ${temporary}/${each};`).join('\n')}
${resolver === undefined ? '' : `  resolver ${resolver} valid=2s ipv6=off;\n`}
  more_clear_headers Server;

  # Every route of functions/catalogue.ts; nobody comes to a function's probes from outside.
  map "$request_method $request_uri" $function {
    "~^\\S+ /(livez|readyz)(\\?|$)" "";
    ${routes.join('\n    ')}
    default ${addressOf(root)};
  }

  # HTTP/1.0 needs no Host.
  map $http_host $host_or_any {
    "" localhost;
    default $http_host;
  }

  map $http_x_request_id $problem_id {
    "~^[A-Za-z0-9._:+/=-]{1,128}$" $http_x_request_id;
    default $request_id;
  }

  server {
    listen ${port};
    keepalive_timeout 75s;
    large_client_header_buffers 4 16k;
    client_max_body_size 0;

${passOn('/', patience)}
    # A method that nginx would refuse by itself.
    error_page 405 = @refused;
${passOn('@refused', patience)}
    recursive_error_pages on;
    # Each with the status of its problem.
    error_page 400 408 414 494 501 505 = ${problemPath('bad-request')};
    error_page 404 = ${problemPath('not-found')};
    error_page 500 502 503 504 = ${problemPath('unavailable')};
${[malformed, noSuchRoute(), outOfReach].map(problemLocation).join('')}  }
}
`;
}

function passOn(location: string, patience: number): string {
  return `    location ${location} {
      if ($function = "") {
        return 404;
      }
      proxy_pass http://$function;
      proxy_http_version 1.1;
      proxy_set_header Host $host_or_any;
      # Not "close": a function that refuses a body early would cut the connection while the body is still sent to it.
      proxy_set_header Connection "";
      proxy_set_header Proxy-Connection "";
      proxy_set_header Proxy-Authorization "";
      proxy_set_header Trailer "";
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_next_upstream off;
      proxy_connect_timeout 2s;
      proxy_send_timeout ${patience}s;
      proxy_read_timeout ${patience}s;
    }
`;
}

const malformed = new Problem('bad-request', { detail: 'This is not a well-formed HTTP request.' });

const outOfReach = new Problem('unavailable', {
  detail: 'The function that serves this cannot be reached.',
  headers: { 'retry-after': '1' },
});

function problemPath(slug: Problem['slug']): string {
  return `/problems/${slug}`;
}

function problemLocation(problem: Problem): string {
  const headers = {
    ...problem.headers,
    'x-content-type-options': 'nosniff',
    'x-request-id': '$problem_id',
    'cache-control': 'no-store',
  };
  const added = Object.entries(headers).map(([name, value]) => `      add_header ${name} ${value} always;\n`);
  return `
    location = ${problemPath(problem.slug)} {
      internal;
      default_type application/problem+json;
${added.join('')}      return ${problem.status} '${problem.document('$problem_id')}';
    }
`;
}
