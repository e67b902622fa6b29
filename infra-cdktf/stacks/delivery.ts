/** Who may do what, and who is told when it does not work. */
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member/index.js';
import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget/index.js';
import { DnsManagedZoneIamMember } from '@cdktf/provider-google/lib/dns-managed-zone-iam-member/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import { MonitoringUptimeCheckConfig } from '@cdktf/provider-google/lib/monitoring-uptime-check-config/index.js';
import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import type { App, TerraformStack } from 'cdktf';
import { catalogue } from '../../functions/catalogue.ts';
import { region } from '../addresses.ts';
import { alert } from '../constructs/alert.ts';
import { functionAccount } from '../constructs/function-account.ts';
import { labelsOf, stackOf } from '../constructs/stack-of.ts';
import { workflowAccount } from '../constructs/workflow-account.ts';
import type { Environment } from '../environments.ts';
import { hasRights, rightsOf } from '../function-rights.ts';
import {
  certificateManager,
  clusterRole,
  customRole,
  imagesAccountId,
  kubernetesPrincipal,
  releaseAccount,
  secretReader,
  storedSecrets,
  system,
} from '../names.ts';

export function delivery(app: App, environment: Environment): TerraformStack {
  const stack = stackOf(app, environment, 'delivery');
  const { project, host, operators, budget } = environment;

  for (const contract of catalogue.filter(hasRights))
    functionAccount(stack, environment, contract.name, rightsOf(contract));

  for (const secretId of storedSecrets)
    new SecretManagerSecretIamMember(stack, `${secretId}-is-read`, {
      secretId,
      role: 'roles/secretmanager.secretAccessor',
      member: kubernetesPrincipal(environment, secretReader.namespace, secretReader.account),
    });

  const certificates = kubernetesPrincipal(environment, certificateManager.namespace, certificateManager.account);
  new DnsManagedZoneIamMember(stack, 'certificates-are-ordered', {
    managedZone: system,
    role: 'roles/dns.admin',
    member: certificates,
  });
  // It looks for the zone among all of the project.
  new ProjectIamMember(stack, 'zones-are-read', {
    project: project.id,
    role: 'roles/dns.reader',
    member: certificates,
  });

  const images = workflowAccount(stack, environment, {
    accountId: imagesAccountId,
    does: 'Pushes the images of main',
    context: 'ref:refs/heads/main',
  });
  new ArtifactRegistryRepositoryIamMember(stack, 'images-are-pushed', {
    repository: system,
    location: region,
    role: 'roles/artifactregistry.writer',
    member: images.member,
  });
  const release = workflowAccount(stack, environment, {
    accountId: releaseAccount,
    does: `Deploys to ${environment.name}`,
    context: `environment:${environment.name}`,
  });
  const door = new ProjectIamCustomRole(stack, 'cluster-door', {
    roleId: clusterRole,
    title: 'Reach the cluster',
    description: 'Its name and its door (DNS-based endpoint). What one may do inside, its own roles say.',
    permissions: ['container.clusters.connect', 'container.clusters.get'],
  });
  // Inside: knative/release-rights.ts.
  new ProjectIamMember(stack, 'cluster-is-reached', {
    project: project.id,
    role: customRole(environment, door.roleId),
    member: release.member,
  });

  const channel = new MonitoringNotificationChannel(stack, 'operators', {
    displayName: 'Operators',
    type: 'email',
    labels: { email_address: operators },
    userLabels: labelsOf(environment),
  });
  const told = [channel.name];

  const uptime = new MonitoringUptimeCheckConfig(stack, 'health', {
    displayName: `${host}/health`,
    period: '60s',
    timeout: '10s',
    httpCheck: { path: '/health', port: 443, useSsl: true, validateSsl: true, requestMethod: 'GET' },
    monitoredResource: { type: 'uptime_url', labels: { project_id: project.id, host } },
    userLabels: labelsOf(environment),
  });
  const ofUptime = (metric: string) =>
    [
      `metric.type = "monitoring.googleapis.com/uptime_check/${metric}"`,
      'resource.type = "uptime_url"',
      `metric.labels.check_id = "${uptime.uptimeCheckId}"`,
    ].join(' AND ');
  const ofPostgresql = (metric: string) =>
    [
      `metric.type = "cloudsql.googleapis.com/database/${metric}"`,
      'resource.type = "cloudsql_database"',
      `resource.labels.database_id = "${project.id}:${system}"`,
    ].join(' AND ');

  alert(stack, 'unreachable', environment, {
    title: `${host} does not answer`,
    severity: 'CRITICAL',
    figure: ofUptime('check_passed'),
    aggregation: {
      perSeriesAligner: 'ALIGN_NEXT_OLDER',
      crossSeriesReducer: 'REDUCE_COUNT_FALSE',
      groupByFields: ['resource.label.host'],
    },
    fires: 'above',
    threshold: 1,
    forMinutes: 3,
    advice:
      'From two places of the world or more. Gateway, name and certificate come first: the cluster itself may be well.',
    told,
  });
  alert(stack, 'certificate-near-end', environment, {
    title: `The certificate of ${host} ends in less than ten days`,
    severity: 'WARNING',
    figure: ofUptime('time_until_ssl_cert_expires'),
    aggregation: { perSeriesAligner: 'ALIGN_NEXT_OLDER', crossSeriesReducer: 'REDUCE_MIN' },
    fires: 'below',
    threshold: 10,
    forMinutes: 60,
    advice: 'cert-manager has not ordered another one: docs/operations/alerts/CertificateNearEnd.md.',
    told,
  });
  alert(stack, 'postgresql-down', environment, {
    title: 'Cloud SQL is down, or gone',
    severity: 'CRITICAL',
    figure: ofPostgresql('up'),
    aggregation: { perSeriesAligner: 'ALIGN_MAX' },
    fires: 'below',
    threshold: 1,
    forMinutes: 5,
    firesWhenSilent: true,
    advice:
      'A failover takes about a minute: docs/operations/alerts/PostgresqlUnreachable.md; gone: docs/operations/disasters/database-deleted.md.',
    told,
  });
  alert(stack, 'postgresql-disk-near-full', environment, {
    title: "Cloud SQL's disk is nearly full",
    severity: 'WARNING',
    figure: ofPostgresql('disk/utilization'),
    aggregation: { perSeriesAligner: 'ALIGN_MAX' },
    fires: 'above',
    threshold: 0.9,
    forMinutes: 30,
    advice: 'It should have grown by itself: docs/operations/alerts/PostgresqlDiskNearFull.md.',
    told,
  });

  new BillingBudget(stack, 'budget', {
    billingAccount: budget.account,
    displayName: project.id,
    budgetFilter: { projects: [`projects/${project.number}`], calendarPeriod: 'MONTH' },
    amount: { specifiedAmount: { units: String(budget.units) } },
    thresholdRules: [
      { thresholdPercent: 0.5 },
      { thresholdPercent: 0.9 },
      { thresholdPercent: 1 },
      { thresholdPercent: 1.1, spendBasis: 'FORECASTED_SPEND' },
    ],
    allUpdatesRule: { monitoringNotificationChannels: told, disableDefaultIamRecipients: false },
  });

  return stack;
}
