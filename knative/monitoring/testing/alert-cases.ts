/** Of each alert: what nearly sets it off, what does, and that it ends when all is well again. */
import { postgresqlDiskBytes } from '../limits.ts';
import { day, hour, minute } from '../timescale.ts';
import type { SeriesName } from './healthy-system.ts';
import { perMinute, type Signal } from './signal.ts';

export type Changes = Readonly<Partial<Record<SeriesName, Signal>>>;

export interface AlertCase {
  readonly alert: string;
  /** Where an alert has several. */
  readonly when?: string;
  /** Just not bad enough. */
  readonly nearly: Changes;
  readonly broken: Changes;
  /** Alerts that fire beside it, since they are about the same. */
  readonly beside?: readonly string[];
  /** Seconds: of all being well, of `nearly`, of `broken`, and until it has ended. */
  readonly lasts?: {
    readonly well?: number;
    readonly nearly?: number;
    readonly broken?: number;
    readonly ends?: number;
  };
  /** Seconds between samples and evaluations. */
  readonly step?: number;
}

/** Half the evaluations of a case that lasts for most of a day; rates over five minutes need two samples in them. */
const coarse = 2 * minute;

/** So much that the rest of a case spends no budget. */
const busy: Changes = { answered: { perSecond: 100 }, answeredInTime: { perSecond: 100 } };

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'ErrorBudgetBurnFast',
    nearly: { failed: { perSecond: 0.008 } },
    broken: { failed: { perSecond: 1 } },
    beside: ['ErrorBudgetBurnSlow'],
    lasts: { ends: 13 * hour },
    step: coarse,
  },
  {
    alert: 'ErrorBudgetBurnFast',
    when: 'one failure in three requests is no reason',
    nearly: { answered: { perSecond: 0.001 }, answeredInTime: { perSecond: 0.001 }, failed: { perSecond: 0.0005 } },
    broken: { failed: { perSecond: 1 } },
    beside: ['ErrorBudgetBurnSlow'],
    lasts: { well: 2 * minute, nearly: 20 * minute, ends: 13 * hour },
    step: coarse,
  },
  {
    alert: 'ErrorBudgetBurnSlow',
    nearly: { failed: { perSecond: 0.008 } },
    broken: { failed: { perSecond: 0.05 } },
    lasts: { broken: 5 * hour, ends: 14 * hour },
    step: coarse,
  },
  {
    alert: 'ReadLatencyBurnFast',
    nearly: { answeredInTime: { perSecond: 9.95 } },
    broken: { answeredInTime: { perSecond: 2 } },
    beside: ['ReadLatencyBurnSlow'],
    lasts: { ends: 14 * hour },
    step: coarse,
  },
  {
    alert: 'ReadLatencyBurnSlow',
    nearly: { answeredInTime: { perSecond: 9.92 } },
    broken: { answeredInTime: { perSecond: 9.55 } },
    lasts: { broken: 5 * hour, ends: 14 * hour },
    step: coarse,
  },
  {
    alert: 'LogFreshnessBurnFast',
    nearly: { loggedAge: 119 },
    broken: { loggedAge: 300 },
    beside: ['LogFreshnessBurnSlow'],
    lasts: { ends: 14 * hour },
    step: coarse,
  },
  {
    alert: 'LogFreshnessBurnSlow',
    nearly: { loggedAge: 119 },
    broken: { loggedAge: 121 },
    lasts: { well: 20 * hour, broken: 40 * minute, ends: 14 * hour },
    step: coarse,
    beside: ['LogFreshnessBurnFast'],
  },
  {
    alert: 'FunctionDown',
    nearly: { functionUp: 'absent' },
    broken: { functionUp: 0 },
  },
  {
    alert: 'FunctionDown',
    when: 'not while the revision before a rollout serves',
    nearly: { rolledOutUp: 0 },
    broken: { functionUp: 0, rolledOutUp: 0 },
  },
  {
    alert: 'FunctionDown',
    when: 'for longer than an hour',
    nearly: { functionUp: 'absent' },
    broken: { functionUp: 0, functionInfo: 'absent' },
    lasts: { broken: hour + 2 * minute },
  },
  {
    alert: 'FunctionDown',
    when: 'its address was that of another function a while ago',
    nearly: { formerInfo: 1 },
    broken: { functionUp: 0 },
  },
  {
    alert: 'RelayAbsent',
    nearly: { redisUp: 'absent', mongodbUp: 'absent' },
    broken: { postgresqlUp: 'absent', redisUp: 'absent', mongodbUp: 'absent' },
  },
  {
    alert: 'FunctionFailing',
    nearly: { answered: { perSecond: 0.01 }, failed: { perSecond: 0.02 } },
    broken: { answered: { perSecond: 0.05 }, answeredInTime: { perSecond: 0.05 }, failed: { perSecond: 0.1 } },
    beside: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
    lasts: { nearly: 6 * minute, ends: 14 * hour },
    step: coarse,
  },
  {
    alert: 'FunctionFailing',
    when: 'one request of six is enough',
    nearly: { answered: { perSecond: 0.1 }, failed: { perSecond: 0.03 } },
    broken: { answered: { perSecond: 0.5 }, answeredInTime: { perSecond: 0.5 }, failed: { perSecond: 0.1 } },
    beside: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
    lasts: { nearly: 6 * minute, ends: 14 * hour },
    step: coarse,
  },
  {
    alert: 'FunctionFailingForHours',
    nearly: { ...busy, rarelyAnswered: perMinute(0.6), rarelyFailed: perMinute(0.4) },
    broken: { ...busy, rarelyAnswered: perMinute(0), rarelyFailed: perMinute(1) },
    lasts: { nearly: 7 * hour, broken: 6 * hour, ends: 7 * hour },
    step: 5 * minute,
  },
  {
    alert: 'FunctionFailingForHours',
    when: 'none of its processes lives long enough to tell',
    nearly: {
      rarelyAnswered: 'absent',
      rarelyFailed: 'absent',
      passedOn: perMinute(0.6),
      passedOnFailed: perMinute(0.4),
    },
    broken: { rarelyAnswered: 'absent', rarelyFailed: 'absent', passedOn: perMinute(0), passedOnFailed: perMinute(1) },
    lasts: { nearly: 7 * hour, broken: 6 * hour, ends: 7 * hour },
    step: 5 * minute,
  },
  {
    alert: 'PostgresqlUnreachable',
    nearly: { postgresqlErrors: { perSecond: 9 } },
    broken: { postgresqlUp: 0, postgresqlErrors: { perSecond: 9 } },
    beside: ['Aftermath'],
  },
  {
    alert: 'PostgresqlUnreachable',
    when: 'functions do not ask it meanwhile; not while they are answered',
    nearly: { postgresqlUp: 0 },
    broken: { postgresqlUp: 0, postgresqlCalls: { perSecond: 0 } },
    beside: ['Aftermath'],
    lasts: { nearly: 8 * minute },
  },
  {
    alert: 'PostgresqlUnreachable',
    when: 'the relay is gone, too',
    nearly: { postgresqlUp: 'absent', postgresqlErrors: { perSecond: 4.8 } },
    broken: { postgresqlUp: 'absent', postgresqlErrors: { perSecond: 5.2 } },
    beside: ['Aftermath'],
  },
  { alert: 'PostgresqlConnectionsNearLimit', nearly: { connections: 80 }, broken: { connections: 81 } },
  { alert: 'StoreConnectionsExhausted', nearly: { waiting: 0 }, broken: { waiting: 3 } },
  {
    alert: 'PostgresqlDiskNearFull',
    nearly: { databaseSize: 0.79 * postgresqlDiskBytes },
    broken: { databaseSize: 0.81 * postgresqlDiskBytes },
  },
  { alert: 'RedisUnreachable', nearly: { mongodbUp: 1 }, broken: { redisUp: 0 } },
  {
    alert: 'RedisUnreachable',
    when: 'functions go on without it, whatever the relay sees',
    nearly: { redisUp: 'absent' },
    broken: { breaker: 1, otherBreaker: 1 },
    beside: ['CacheBreakerOpen'],
  },
  {
    alert: 'RedisMemoryNearLimit',
    nearly: { redisMemory: 0.89 * 1024 ** 3 },
    broken: { redisMemory: 0.95 * 1024 ** 3 },
    lasts: { broken: 40 * minute },
  },
  {
    alert: 'RedisMemoryNearLimit',
    when: 'not where there is no limit',
    nearly: { redisLimit: 0, redisMemory: 2 * 1024 ** 3 },
    broken: { redisMemory: 0.95 * 1024 ** 3 },
    lasts: { broken: 40 * minute },
  },
  {
    alert: 'MongodbUnreachable',
    nearly: { mongodbErrors: { perSecond: 1 } },
    broken: { mongodbUp: 0, mongodbErrors: { perSecond: 1 } },
    beside: ['Aftermath'],
  },
  {
    alert: 'MongodbUnreachable',
    when: 'functions do not ask it meanwhile; not while they are answered',
    nearly: { mongodbUp: 0 },
    broken: { mongodbUp: 0, mongodbCalls: { perSecond: 0 } },
    beside: ['Aftermath'],
    lasts: { nearly: 8 * minute },
  },
  { alert: 'RelayCutOff', nearly: { postgresqlErrors: { perSecond: 6 } }, broken: { postgresqlUp: 0 } },
  {
    alert: 'RelayCutOff',
    when: 'from MongoDB',
    nearly: { mongodbUp: 'absent' },
    broken: { mongodbUp: 0 },
  },
  {
    alert: 'Aftermath',
    nearly: {},
    broken: { mongodbUp: 0, mongodbErrors: { perSecond: 1 } },
    beside: ['MongodbUnreachable'],
    lasts: { broken: 10 * minute },
  },
  { alert: 'CacheBreakerOpen', nearly: { breaker: 0 }, broken: { breaker: 1 } },
  {
    alert: 'CacheHitRateCollapsed',
    nearly: { hits: { perSecond: 5 }, misses: { perSecond: 5 } },
    broken: { hits: { perSecond: 1 }, misses: { perSecond: 9 } },
    lasts: { well: 4 * hour, ends: hour },
  },
  {
    alert: 'CacheHitRateCollapsed',
    when: 'not while Redis is away, nor for hardly any reads',
    nearly: { hits: { perSecond: 0 }, misses: { perSecond: 0.1 } },
    broken: { hits: { perSecond: 1 }, misses: { perSecond: 9 } },
    lasts: { well: 4 * hour, ends: hour },
  },
  {
    alert: 'CacheHitRateCollapsed',
    when: 'after a quiet hour, too',
    nearly: { hits: { perSecond: 0 }, misses: { perSecond: 0 } },
    broken: { hits: { perSecond: 1 }, misses: { perSecond: 9 } },
    lasts: { well: 4 * hour, nearly: 90 * minute, ends: hour },
  },
  { alert: 'OutboxStuck', nearly: { repairedAge: 600 }, broken: { repairedAge: 601 } },
  { alert: 'ActivitiesParked', nearly: { parked: 0 }, broken: { parked: 1 } },
  { alert: 'ChangeFeedLag', nearly: { feedLag: 60 }, broken: { feedLag: 61 } },
  {
    alert: 'BackupTooOld',
    nearly: { backup: { secondsAgo: 25.5 * hour } },
    broken: { backup: { secondsAgo: 26.5 * hour } },
  },
  {
    alert: 'BackupTooOld',
    when: 'there never was one',
    nearly: { backup: { secondsAgo: 25.5 * hour } },
    broken: { backup: 'absent' },
    lasts: { well: 27 * hour },
    step: 5 * minute,
  },
  {
    alert: 'BackupFailed',
    nearly: { backupFailed: { secondsAgo: 2 * hour } },
    broken: { backupFailed: { secondsAgo: minute } },
  },
  {
    alert: 'BackupFailed',
    when: 'the first of all',
    nearly: { backupEnded: 'absent' },
    broken: { backupEnded: 'absent', backupFailed: { secondsAgo: minute } },
  },
  {
    alert: 'DrillFailed',
    nearly: { drillFailed: { secondsAgo: 2 * hour } },
    broken: { drillFailed: { secondsAgo: minute } },
  },
  {
    alert: 'DrillTooOld',
    nearly: { drillEnded: { secondsAgo: 7.9 * day } },
    broken: { drillEnded: { secondsAgo: 8.1 * day } },
  },
  {
    alert: 'DrillTooOld',
    when: 'there never was one',
    nearly: { drillEnded: { secondsAgo: 7.9 * day } },
    broken: { drillEnded: 'absent' },
    lasts: { well: 9 * day },
    step: 5 * minute,
  },
  {
    alert: 'CleanUpTooOld',
    nearly: { cleanedUp: { secondsAgo: 47 * hour } },
    broken: { cleanedUp: { secondsAgo: 49 * hour } },
  },
  {
    alert: 'CleanUpTooOld',
    when: 'there never was one',
    nearly: { cleanedUp: { secondsAgo: 47 * hour } },
    broken: { cleanedUp: 'absent' },
    lasts: { well: 49 * hour },
    step: 5 * minute,
  },
  { alert: 'FunctionWithoutPods', nearly: { wanted: 0, pods: 0 }, broken: { pods: 0 } },
  { alert: 'RevisionNotReady', nearly: { ready: 1 }, broken: { ready: 0 } },
  {
    alert: 'RevisionNotReady',
    when: 'its pods do not become ready',
    nearly: { notReadyPods: 1, endingPods: 1 },
    broken: { notReadyPods: 1 },
  },
  {
    alert: 'KnativeMetricsAbsent',
    when: 'of Knative; not where there is none',
    nearly: { wanted: 'absent', functionInfo: 'absent' },
    broken: { wanted: 'absent' },
  },
  {
    alert: 'KnativeMetricsAbsent',
    when: 'of kube-state-metrics',
    nearly: { ready: 'absent', functionInfo: 'absent' },
    broken: { ready: 'absent' },
  },
  { alert: 'PanicMode', nearly: { panic: 0 }, broken: { panic: 1 } },
  { alert: 'ScaleAtMaximum', nearly: { wanted: 19 }, broken: { wanted: 20 } },
  {
    alert: 'CertificateNearEnd',
    nearly: { certificate: 15 * day },
    broken: { certificate: 14 * day },
    lasts: { broken: 90 * minute },
  },
  { alert: 'CpuSaturated', nearly: { cpu: { perSecond: 0.88 } }, broken: { cpu: { perSecond: 0.95 } } },
  { alert: 'CpuThrottled', nearly: { throttled: { perSecond: 2.4 } }, broken: { throttled: { perSecond: 2.7 } } },
  {
    alert: 'MemoryNearLimit',
    nearly: { memory: 0.89 * 0.25 * 1024 ** 3 },
    broken: { memory: 0.91 * 0.25 * 1024 ** 3 },
  },
  { alert: 'EventLoopLag', nearly: { eventLoop: 0.1 }, broken: { eventLoop: 0.11 } },
  { alert: 'FileDescriptorsNearLimit', nearly: { openFiles: 819 }, broken: { openFiles: 820 } },
  { alert: 'DiskNearFull', nearly: { volumeFree: 11 }, broken: { volumeFree: 9 } },
  { alert: 'DiskNearFull', when: 'of a node', nearly: { nodeDiskFree: 11 }, broken: { nodeDiskFree: 9 } },
  {
    alert: 'DiskNearFull',
    when: 'not one that nobody writes to',
    nearly: { nodeDiskFree: 9, nodeDiskReadOnly: 1 },
    broken: { nodeDiskFree: 9 },
  },
];
