/** The edge of compose.yaml as nginx's configuration: what local/edge.ts is to `npm start`. */
import { catalogue } from '../functions/catalogue.ts';
import { type GeneratedFile, generatedNotice } from '../generated-file.ts';
import { noSuchRoute } from '../lib/http/route.ts';
import { malformed, outOfReach, type ProblemPage, problemIdMap, problemPages } from './nginx-problems.ts';
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

${indented(problemIdMap, 2)}
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
${indented(problemPages([malformed, nowhere, outOfReach]), 4)}  }
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

const nowhere: ProblemPage = { statuses: [404], problem: noSuchRoute() };

function indented(text: string, width: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(width));
}
