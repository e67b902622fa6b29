/** CloudEvents as their senders send them; each is waited for until what it asks for is done. */
import type { Api } from './api.ts';

/** What a write sends. */
export function sendNudge(api: Api): Promise<void> {
  return send(api, 'relay-activities', 'task-manager.outbox.written');
}

/** What is sent daily. */
export function sendCleanUp(api: Api): Promise<void> {
  return send(api, 'clean-up', 'task-manager.clean-up.due');
}

async function send(api: Api, name: string, type: string): Promise<void> {
  const response = await fetch(await api.url(name), {
    method: 'POST',
    headers: { 'ce-specversion': '1.0', 'ce-type': type, 'ce-source': '/test', 'ce-id': '1' },
  });
  if (response.status !== 204) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
}
