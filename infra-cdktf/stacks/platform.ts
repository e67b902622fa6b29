/** Where the functions run, and where their images lie. */
import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository/index.js';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member/index.js';
import { ContainerCluster } from '@cdktf/provider-google/lib/container-cluster/index.js';
import { ContainerNodePool } from '@cdktf/provider-google/lib/container-node-pool/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import type { App, TerraformStack } from 'cdktf';
import { pods, region, services, vpc } from '../addresses.ts';
import { labelsOf, stackOf } from '../constructs/stack-of.ts';
import { type Environment, environments } from '../environments.ts';
import { accountEmail, imagesLieIn, networkPath, nodesAccountId, nodeTag, subnetworkPath, system } from '../names.ts';

/** Saturday and Sunday, when it is night in Jakarta; the year only begins it. */
const maintenance = {
  startTime: '2026-01-03T17:00:00Z',
  endTime: '2026-01-03T23:00:00Z',
  recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
};

export function platform(app: App, environment: Environment): TerraformStack {
  const stack = stackOf(app, environment, 'platform');
  const { project, nodes } = environment;

  const account = new ServiceAccount(stack, 'nodes', {
    accountId: nodesAccountId,
    displayName: 'Nodes of the cluster',
  });
  // Its logs and metrics, and nothing of ours.
  new ProjectIamMember(stack, 'nodes-run', {
    project: project.id,
    role: 'roles/container.defaultNodeServiceAccount',
    member: account.member,
  });
  const node = {
    machineType: nodes.machine,
    imageType: 'COS_CONTAINERD',
    diskType: 'pd-balanced',
    diskSizeGb: 50,
    serviceAccount: account.email,
    // What it may do, its roles say.
    oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
    tags: [nodeTag],
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
    metadata: { 'disable-legacy-endpoints': 'true' },
    resourceLabels: labelsOf(environment),
  };

  const cluster = new ContainerCluster(stack, 'cluster', {
    name: system,
    location: region,
    network: networkPath(environment),
    subnetwork: subnetworkPath(environment),
    networkingMode: 'VPC_NATIVE',
    datapathProvider: 'ADVANCED_DATAPATH',
    ipAllocationPolicy: { clusterSecondaryRangeName: pods.name, servicesSecondaryRangeName: services.name },
    // Nobody reaches nodes or control plane from outside by address. kubectl comes by name, and IAM lets it in.
    privateClusterConfig: {
      enablePrivateNodes: true,
      enablePrivateEndpoint: true,
      masterIpv4CidrBlock: vpc.controlPlane,
    },
    masterAuthorizedNetworksConfig: { gcpPublicCidrsAccessEnabled: false },
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    enableLegacyAbac: false,
    enableShieldedNodes: true,
    enableIntranodeVisibility: true,
    workloadIdentityConfig: { workloadPool: `${project.id}.svc.id.goog` },
    securityPostureConfig: { mode: 'BASIC', vulnerabilityMode: 'VULNERABILITY_DISABLED' },
    releaseChannel: { channel: 'REGULAR' },
    maintenancePolicy: { recurringWindow: maintenance },
    addonsConfig: {
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      // A cache of names answers at an address of the node's own, which no policy of ours allows.
      dnsCacheConfig: { enabled: false },
    },
    // NGINX Gateway Fabric brings the Gateway API's types in the version that it knows.
    gatewayApiConfig: { channel: 'CHANNEL_DISABLED' },
    loggingConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER'] },
    // Ours is kube-prometheus-stack.
    monitoringConfig: { enableComponents: ['SYSTEM_COMPONENTS'], managedPrometheus: { enabled: false } },
    costManagementConfig: { enabled: true },
    deletionProtection: environment.protection === 'on',
    resourceLabels: labelsOf(environment),
    // The pool below takes the place of the one that a cluster is born with.
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: node,
    lifecycle: { ignoreChanges: ['initial_node_count', 'node_config'] },
  });

  new ContainerNodePool(stack, 'pool', {
    name: 'standard',
    cluster: cluster.id,
    location: region,
    initialNodeCount: 1,
    // Of all three zones together; `min_node_count` would be of each.
    autoscaling: { totalMinNodeCount: nodes.least, totalMaxNodeCount: nodes.most, locationPolicy: 'BALANCED' },
    management: { autoRepair: true, autoUpgrade: true },
    upgradeSettings: { strategy: 'SURGE', maxSurge: 1, maxUnavailable: 0 },
    nodeConfig: node,
    // The autoscaler has it from then on.
    lifecycle: { ignoreChanges: ['initial_node_count'] },
  });

  const images = new ArtifactRegistryRepository(stack, 'images', {
    repositoryId: system,
    location: region,
    format: 'DOCKER',
    description: 'An image for each function.',
    // Not immutable tags: what has one could not be cleaned up. A release deploys digests, so a tag that is moved moves nothing.
    cleanupPolicyDryRun: false,
    // A signature and a bill of materials count as versions of their image: it is the last 25 releases of a function at least.
    cleanupPolicies: [
      { id: 'keep-the-newest', action: 'KEEP', mostRecentVersions: { keepCount: 100 } },
      { id: 'delete-the-old', action: 'DELETE', condition: { tagState: 'ANY', olderThan: `${180 * 86_400}s` } },
    ],
    vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
  });
  new ArtifactRegistryRepositoryIamMember(stack, 'nodes-pull', {
    repository: images.name,
    location: region,
    role: 'roles/artifactregistry.reader',
    member: account.member,
  });
  // What was tried in one environment runs in the next: the same image, from the same place.
  const others = environments.filter(other => other.name !== environment.name);
  for (const other of environment.name === imagesLieIn ? others : [])
    new ArtifactRegistryRepositoryIamMember(stack, `nodes-of-${other.name}-pull`, {
      repository: images.name,
      location: region,
      role: 'roles/artifactregistry.reader',
      member: `serviceAccount:${accountEmail(other, nodesAccountId)}`,
    });

  return stack;
}
