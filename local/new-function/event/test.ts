import { expect } from 'vitest';
import { test } from '../../../local/testing/api.ts';

test('its event is taken, another is not', async ({ api }) => {
  const url = await api.url('verb-task');
  const send = async (type: string) => {
    const headers = { 'ce-specversion': '1.0', 'ce-type': type, 'ce-source': '/test', 'ce-id': '1' };
    return (await fetch(url, { method: 'POST', headers })).status;
  };
  expect(await send('task-manager.verb-task.due')).toBe(204);
  expect(await send('task-manager.something.else')).toBe(400);
});
