/** All recording rules and alerts, in Prometheus' groups. */
import { type AlertingRule, type Alerts, alertingRule } from './alert.ts';
import { activityAlerts } from './alerts/activity-alerts.ts';
import { aftermath } from './alerts/aftermath.ts';
import { cacheAlerts, hitRatio, hitRatioExpression } from './alerts/cache-alerts.ts';
import { functionAlerts } from './alerts/function-alerts.ts';
import { heartbeatAlerts } from './alerts/heartbeat-alerts.ts';
import { knativeAlerts } from './alerts/knative-alerts.ts';
import { saturationAlerts } from './alerts/saturation-alerts.ts';
import { storeAlerts } from './alerts/store-alerts.ts';
import { watchdog } from './alerts/watchdog.ts';
import { burnRateAlerts } from './burn-rates.ts';
import { type RecordingRule, sloRecordings } from './slo-recordings.ts';
import { evaluation, minute, type Timescale, timescale } from './timescale.ts';

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

const alertGroups: Readonly<Record<string, Alerts>> = {
  'error-budgets': burnRateAlerts,
  functions: functionAlerts,
  stores: storeAlerts,
  cache: cacheAlerts,
  activities: activityAlerts,
  heartbeats: heartbeatAlerts,
  knative: knativeAlerts,
  saturation: saturationAlerts,
  aftermath,
  watchdog,
};

const production = timescale(1);

export const alerts = Object.values(alertGroups).flatMap(group => group(production));

export function ruleGroups(time: Timescale = production): readonly RuleGroup[] {
  const interval = time.duration(evaluation);
  return [
    {
      name: 'recordings',
      interval,
      rules: [...sloRecordings(time), { record: hitRatio, expr: hitRatioExpression(time.duration(15 * minute)) }],
    },
    ...Object.entries(alertGroups).map(([name, group]) => ({
      name,
      interval,
      rules: group(time).map(alert => alertingRule(alert, time)),
    })),
  ];
}
