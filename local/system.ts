/** The whole system on one machine: started in order, stopped in the reverse. */
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogue } from '../functions/catalogue.ts';
import type { Store } from '../lib/http/contract.ts';
import { migrate } from '../lib/stores/migrate.ts';
import { boundLogs } from './bounded-logs.ts';
import { checkout, localFolder } from './checkout.ts';
import { chooserFor, type Edge, routesOf, startEdge } from './edge.ts';
import { Failure, lastLines } from './failure.ts';
import { freePort, isFree } from './free-port.ts';
import { buildWhenStale } from './fresh-build.ts';
import { functionEnvironment } from './function-environment.ts';
import { tryLock } from './lock.mjs';
import { processesFile, type RunningProcess } from './processes-file.ts';
import type { Progress } from './progress.ts';
import { startMongodb } from './stores/mongodb.ts';
import { startPostgresql } from './stores/postgresql.ts';
import { startRedis } from './stores/redis.ts';
import type { RunningStore } from './stores/running-store.ts';
import { type Supervisor, supervise } from './supervisor.ts';
import { throwAwayFolder } from './throw-away-folder.ts';

export interface System {
  /** Within 15 s: what has arrived is answered, nothing is left running. */
  stop(): Promise<void>;
  /** Waits no longer for what is still being answered. */
  hurry(): void;
}
