/** Tells the relay that the outbox has something, so that it need not wait for its clock. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import * as z from 'zod/mini';
import { urlOf } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';

export const nudgeVariables = { RELAY_URL: z.optional(urlOf('http:', 'https:')) };

export const outboxWritten = 'task-manager.outbox.written';

/** Milliseconds. The relay answers when its pass is done; when that takes long, the next change may nudge again. */
const patience = 1_000;

export interface Nudge {
  /** Returns at once. While one nudge is on its way, all further ones become a single next one; a lost one costs only time. */
  send(): void;
  close(): void;
}

export function openNudge({ RELAY_URL }: { RELAY_URL?: string | undefined }, { log }: Telemetry): Nudge {
  if (RELAY_URL === undefined) return { send: () => {}, close: () => {} };
  const url = new URL(RELAY_URL);
  const { Agent, request } = url.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let underWay = false;
  let again = false;

  const post = () => {
    underWay = true;
    const headers = {
      'ce-specversion': '1.0',
      'ce-type': outboxWritten,
      'ce-source': '/task-manager',
      'ce-id': randomUUID(),
      'content-length': '0',
    };
    const req = request(url, { method: 'POST', agent, headers, timeout: patience }, res => res.resume());
    req.on('timeout', () => req.destroy());
    req.on('error', error => log.debug({ error }, 'nudge lost'));
    req.on('close', () => {
      underWay = false;
      if (again) next();
    });
    req.on('socket', socket => socket.unref());
    req.end();
  };
  const next = () => {
    again = false;
    post();
  };

  return {
    send() {
      if (underWay) again = true;
      else next();
    },
    close: () => agent.destroy(),
  };
}
