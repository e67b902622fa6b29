import type { Api } from './api.ts';

/** Sends relay-activities the event that a write sends, and waits until its pass is done. */
export async function sendNudge(api: Api): Promise<void> {
  const response = await fetch(await api.url('relay-activities'), {
    method: 'POST',
    headers: { 'ce-specversion': '1.0', 'ce-type': 'task-manager.outbox.written', 'ce-source': '/test', 'ce-id': '1' },
  });
  if (response.status !== 204) throw new Error(`the relay answered ${response.status}: ${await response.text()}`);
}
