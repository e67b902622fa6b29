/**
 * What NGINX Gateway Fabric has no field for, as nginx's own configuration: limits of time, no second try, and that nginx
 * answers as the functions do.
 */
import { malformed, outOfReach, type ProblemPage, problemIdMap, problemPages } from '../compose/nginx-problems.ts';
import { Problem } from '../lib/http/problem.ts';
import { noSuchRoute } from '../lib/http/route.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { gateway } from './namespace.ts';

const nowhere: ProblemPage = { statuses: [404], problem: noSuchRoute() };
/** Above every function's own limit: knative/gateway/nginx/client-settings.yaml. */
const tooLarge: ProblemPage = {
  statuses: [413],
  problem: new Problem('body-too-large', { detail: 'No function takes a body of that size.' }),
};
/** TRACE, and HTTP where HTTPS is spoken, beside what is no HTTP at all. */
const refused: ProblemPage = { ...malformed, statuses: [...malformed.statuses, 405, 497] };

/** RFC 6797: not over plain HTTP. */
const onlyHttps = '$strict_transport';

/** For `http`, where a connection's host is not known yet. */
export const httpSnippet = `${problemIdMap}map $https ${onlyHttps} {
  on "max-age=31536000";
}
map $upstream_http_x_content_type_options $nosniff_of_edge {
  "" nosniff;
}
large_client_header_buffers 4 16k;
client_header_timeout 10s;
`;

/**
 * For each `server`. A function answers within 10 s; before that it may have to start, for which Knative gives it the 45 s
 * of its timeoutSeconds: then Knative answers. A request is sent once: a PUT whose answer was lost would be a 412.
 */
export const serverSnippet = `add_header strict-transport-security ${onlyHttps} always;
add_header x-content-type-options $nosniff_of_edge always;
proxy_connect_timeout 2s;
proxy_send_timeout 10s;
proxy_read_timeout 50s;
proxy_next_upstream off;
${problemPages([refused, nowhere, tooLarge, outOfReach], { 'strict-transport-security': onlyHttps })}`;

export const edgeSnippets: KubernetesObject = {
  apiVersion: 'gateway.nginx.org/v1alpha1',
  kind: 'SnippetsPolicy',
  metadata: { name: 'edge', namespace: gateway.namespace },
  spec: {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name }],
    snippets: [
      { context: 'http', value: httpSnippet },
      { context: 'http.server', value: serverSnippet },
    ],
  },
};
