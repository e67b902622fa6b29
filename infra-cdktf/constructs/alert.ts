/** An alert of Cloud Monitoring on one figure: what the cluster cannot tell, because it may be away itself. */
import {
  MonitoringAlertPolicy,
  type MonitoringAlertPolicyConditionsConditionThresholdAggregations,
} from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { labelsOf } from './stack-of.ts';

export interface Alert {
  readonly title: string;
  readonly severity: 'CRITICAL' | 'WARNING';
  /** Metric and resource, in Cloud Monitoring's filter language. */
  readonly figure: string;
  readonly aggregation: Omit<MonitoringAlertPolicyConditionsConditionThresholdAggregations, 'alignmentPeriod'>;
  readonly fires: 'above' | 'below';
  readonly threshold: number;
  readonly forMinutes: number;
  /** What is deleted is silent: without this it would fire for nobody. */
  readonly firesWhenSilent?: true;
  /** CommonMark: what it means, and where to go on. */
  readonly advice: string;
  readonly told: readonly string[];
}

export function alert(scope: Construct, id: string, environment: Environment, of: Alert): void {
  new MonitoringAlertPolicy(scope, id, {
    displayName: of.title,
    severity: of.severity,
    combiner: 'OR',
    conditions: [
      {
        displayName: of.title,
        conditionThreshold: {
          filter: of.figure,
          aggregations: [{ alignmentPeriod: '300s', ...of.aggregation }],
          comparison: of.fires === 'above' ? 'COMPARISON_GT' : 'COMPARISON_LT',
          thresholdValue: of.threshold,
          duration: `${of.forMinutes * 60}s`,
          ...(of.firesWhenSilent && { evaluationMissingData: 'EVALUATION_MISSING_DATA_ACTIVE' }),
          trigger: { count: 1 },
        },
      },
    ],
    documentation: { content: of.advice, mimeType: 'text/markdown' },
    notificationChannels: [...of.told],
    alertStrategy: { autoClose: '86400s' },
    userLabels: labelsOf(environment),
  });
}
