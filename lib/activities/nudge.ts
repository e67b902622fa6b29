/** Tells the relay that the outbox has something, so that it need not wait for its clock. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import * as z from 'zod/mini';
import { urlOf } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import { call } from '../observability/trace.ts';

export const nudgeVariables = { RELAY_URL: z.optional(urlOf('http:', 'https:')) };

export const outboxWritten = 'task-manager.outbox.written';

/** Milliseconds. The relay answers when its pass is done; when that takes long, the next change may nudge again. */
const patience = 1_000;

export interface Nudge {
  /**
   * Returns at once. While one nudge is on its way, all further ones become a single next one, which belongs to the trace
   * of the first of them; a lost one costs only time.
   */
  send(): void;
  close(): void;
}

export function openNudge({ RELAY_URL }: { RELAY_URL?: string | undefined }, { log }: Telemetry): Nudge {
  if (RELAY_URL === undefined) return { send: () => {}, close: () => {} };
  const url = new URL(RELAY_URL);
  const { Agent, request } = url.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let underWay = false;
  let next: (() => void) | undefined;

  const post = () => {
    underWay = true;
    const id = randomUUID();
    const span = call('event', {
      name: `CloudEvents Create ${outboxWritten}`,
      attributes: { 'cloudevents.event_id': id, 'cloudevents.event_type': outboxWritten },
    });
    const headers = {
      'ce-specversion': '1.0',
      'ce-type': outboxWritten,
      'ce-source': '/task-manager',
      'ce-id': id,
      'content-length': '0',
      ...traced(span.headers),
    };
    const req = request(url, { method: 'POST', agent, headers, timeout: patience }, res => res.resume());
    let failure: Error | undefined;
    req.on('timeout', () => req.destroy());
    req.on('error', error => {
      failure = error;
      log.debug({ error }, 'nudge lost');
    });
    req.on('close', () => {
      span.end(failure);
      underWay = false;
      const waiting = next;
      next = undefined;
      waiting?.();
    });
    req.on('socket', socket => socket.unref());
    req.end();
  };

  return {
    send() {
      if (underWay) next ??= AsyncLocalStorage.bind(post);
      else post();
    },
    close: () => agent.destroy(),
  };
}

/** As HTTP has it, and as attributes of the event (CloudEvents' extension Distributed Tracing). */
function traced(headers: Readonly<Record<string, string>>): Record<string, string> {
  const attributes = Object.entries(headers).map(([name, value]) => [`ce-${name}`, value]);
  return { ...headers, ...Object.fromEntries(attributes) };
}
