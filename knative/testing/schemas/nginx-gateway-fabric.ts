/**
 * Kinds of NGINX Gateway Fabric 2.6 (gateway.nginx.org), the fields that are used here: written from its API reference,
 * because Go's proxy does not have its module.
 */
import type { Schema } from './prune.ts';

const size = { type: 'string', pattern: '^\\d{1,4}(k|m|g)?$' };
const duration = { type: 'string', pattern: '^[0-9]{1,4}(ms|s|m|h)?$' };
const core = (name: string) => ({ $ref: `#/definitions/io.k8s.api.core.v1.${name}` });

const target = fields({
  group: { const: 'gateway.networking.k8s.io' },
  kind: { enum: ['Gateway', 'HTTPRoute', 'GRPCRoute'] },
  name: { type: 'string', minLength: 1 },
});

export const nginxGatewayFabric: Readonly<Record<string, Schema>> = {
  'gateway.nginx.org/v1alpha2 NginxProxy': object({
    serverTokens: { enum: ['on', 'off', 'build'] },
    ipFamily: { enum: ['dual', 'ipv4', 'ipv6'] },
    disableHTTP2: { type: 'boolean' },
    logging: fields({
      errorLevel: { enum: ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'] },
      accessLog: fields({ disable: { type: 'boolean' }, format: { type: 'string' } }),
    }),
    kubernetes: fields({
      deployment: fields({
        replicas: { type: 'integer' },
        pod: fields({
          terminationGracePeriodSeconds: { type: 'integer' },
          topologySpreadConstraints: { type: 'array', items: core('TopologySpreadConstraint') },
        }),
        container: fields({ resources: core('ResourceRequirements'), lifecycle: core('Lifecycle') }),
      }),
      service: fields({
        type: { enum: ['ClusterIP', 'LoadBalancer', 'NodePort'] },
        externalTrafficPolicy: { enum: ['Cluster', 'Local'] },
      }),
    }),
  }),
  'gateway.nginx.org/v1alpha1 ClientSettingsPolicy': object(
    {
      targetRef: target,
      body: fields({ maxSize: size, timeout: duration }),
      keepAlive: fields({ timeout: fields({ server: duration, header: duration }), time: duration }),
    },
    ['targetRef'],
  ),
  'gateway.nginx.org/v1alpha1 SnippetsPolicy': object(
    {
      targetRefs: { type: 'array', items: target, minItems: 1 },
      snippets: {
        type: 'array',
        items: fields({
          context: { enum: ['main', 'http', 'http.server', 'http.server.location'] },
          value: { type: 'string', minLength: 1 },
        }),
      },
    },
    ['targetRefs', 'snippets'],
  ),
};

function object(spec: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  const text = { type: 'string' };
  const metadata = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
  return fields({ apiVersion: text, kind: text, metadata, spec: { ...fields(spec), required } });
}

function fields(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, additionalProperties: false };
}
