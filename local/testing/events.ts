/** CloudEvents as their senders send them; each is waited for until what it asks for is done. */
import type { Api } from './api.ts';

/** What a write sends. */
export async function sendNudge(api: Api): Promise<void> {
  await nudge(await api.url('relay-activities'));
}

/** The same, to a relay anywhere. */
export function nudge(url: string): Promise<void> {
  return send(url, 'task-manager.outbox.written');
}

/** What is sent daily. */
export async function sendCleanUp(api: Api): Promise<void> {
  await send(await api.url('clean-up'), 'task-manager.clean-up.due');
}

async function send(url: string, type: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'ce-specversion': '1.0', 'ce-type': type, 'ce-source': '/test', 'ce-id': '1' },
  });
  if (response.status !== 204) throw new Error(`${type} was answered ${response.status}: ${await response.text()}`);
}
