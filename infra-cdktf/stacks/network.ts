/** A network of its own: what is in it has no public address, and what is not allowed is denied, both ways. */
import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address/index.js';
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address/index.js';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router/index.js';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import { DnsManagedZone } from '@cdktf/provider-google/lib/dns-managed-zone/index.js';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set/index.js';
import { ServiceNetworkingConnection } from '@cdktf/provider-google/lib/service-networking-connection/index.js';
import type { App, TerraformStack } from 'cdktf';
import { pods, region, services, stores, storesRange, vpc } from '../addresses.ts';
import { stackOf } from '../constructs/stack-of.ts';
import type { Environment } from '../environments.ts';
import { gatewayAddressName, nodeTag, system } from '../names.ts';

/** After every rule that allows something, before those that a network has by itself. */
const last = 65_534;

export function network(app: App, environment: Environment): TerraformStack {
  const stack = stackOf(app, environment, 'network');

  const { id: network } = new ComputeNetwork(stack, 'vpc', {
    name: system,
    autoCreateSubnetworks: false,
    routingMode: 'REGIONAL',
  });

  new ComputeSubnetwork(stack, 'nodes', {
    name: system,
    network,
    region,
    ipCidrRange: vpc.nodes,
    secondaryIpRange: [pods, services].map(({ name, range }) => ({ rangeName: name, ipCidrRange: range })),
    privateIpGoogleAccess: true,
    logConfig: { aggregationInterval: 'INTERVAL_10_MIN', flowSampling: 0.1, metadata: 'INCLUDE_ALL_METADATA' },
  });

  const storesAddresses = new ComputeGlobalAddress(stack, 'stores', {
    name: stores.name,
    network,
    purpose: 'VPC_PEERING',
    addressType: 'INTERNAL',
    address: stores.first,
    prefixLength: stores.length,
  });
  new ServiceNetworkingConnection(stack, 'private-services-access', {
    network,
    service: 'servicenetworking.googleapis.com',
    reservedPeeringRanges: [storesAddresses.name],
  });

  const router = new ComputeRouter(stack, 'router', { name: system, network, region });
  new ComputeRouterNat(stack, 'nat', {
    name: system,
    router: router.name,
    region,
    natIpAllocateOption: 'AUTO_ONLY',
    sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
    // Many pods of a node talk to the same few hosts at once.
    enableDynamicPortAllocation: true,
    enableEndpointIndependentMapping: false, // which would want the same ports for ever
    minPortsPerVm: 64,
    maxPortsPerVm: 4_096,
    logConfig: { enable: true, filter: 'ERRORS_ONLY' },
  });

  new ComputeFirewall(stack, 'deny-ingress', {
    name: 'deny-ingress',
    network,
    direction: 'INGRESS',
    priority: last,
    sourceRanges: ['0.0.0.0/0'],
    deny: [{ protocol: 'all' }],
    logConfig: { metadata: 'INCLUDE_ALL_METADATA' },
  });
  new ComputeFirewall(stack, 'deny-egress', {
    name: 'deny-egress',
    network,
    direction: 'EGRESS',
    priority: last,
    destinationRanges: ['0.0.0.0/0'],
    deny: [{ protocol: 'all' }],
    logConfig: { metadata: 'INCLUDE_ALL_METADATA' },
  });
  // GKE itself lets the control plane reach 443 and 10250 only: Knative's and cert-manager's webhooks listen elsewhere.
  new ComputeFirewall(stack, 'control-plane-to-webhooks', {
    name: 'control-plane-to-webhooks',
    network,
    direction: 'INGRESS',
    sourceRanges: [vpc.controlPlane],
    targetTags: [nodeTag],
    allow: [{ protocol: 'tcp', ports: ['8443', '9443', '10250'] }],
  });
  new ComputeFirewall(stack, 'to-ourselves', {
    name: 'to-ourselves',
    network,
    direction: 'EGRESS',
    destinationRanges: [vpc.range, pods.range, services.range, storesRange],
    allow: [{ protocol: 'all' }],
  });
  // Google's services, registries of images, the issuers of tokens and certificates.
  new ComputeFirewall(stack, 'to-https', {
    name: 'to-https',
    network,
    direction: 'EGRESS',
    destinationRanges: ['0.0.0.0/0'],
    allow: [{ protocol: 'tcp', ports: ['443'] }],
  });

  const gateway = new ComputeAddress(stack, 'gateway', {
    name: gatewayAddressName(environment),
    description: 'The one public address: the load balancer in front of the gateway.',
    region,
    addressType: 'EXTERNAL',
    networkTier: 'PREMIUM',
  });
  const zone = new DnsManagedZone(stack, 'zone', {
    name: system,
    dnsName: `${environment.zone}.`,
    visibility: 'public',
    dnssecConfig: { state: 'on' },
    forceDestroy: false,
  });
  const host = `${environment.host}.`;
  new DnsRecordSet(stack, 'host', {
    managedZone: zone.name,
    name: host,
    type: 'A',
    ttl: 300,
    rrdatas: [gateway.address],
  });
  new DnsRecordSet(stack, 'certificate-authority', {
    managedZone: zone.name,
    name: host,
    type: 'CAA',
    ttl: 300,
    rrdatas: ['0 issue "letsencrypt.org"'],
  });

  return stack;
}
