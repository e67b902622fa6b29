/** Who is told what: a server that takes the notifications of an Alertmanager, one address for each receiver. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { receivers } from '../alertmanager.ts';

export interface Notification {
  readonly receiver: string;
  readonly alert: string;
  readonly status: 'firing' | 'resolved';
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Notified extends AsyncDisposable {
  /** In the order in which they came. */
  readonly notifications: readonly Notification[];
  /** For Alertmanager's configuration. */
  readonly receivers: readonly object[];
}

interface Message {
  readonly receiver: string;
  readonly alerts: readonly {
    readonly status: Notification['status'];
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

export async function openNotified(): Promise<Notified> {
  const notifications: Notification[] = [];
  const server = createServer(async (request, response) => {
    const { receiver, alerts } = (await json(request)) as Message;
    for (const { status, labels, annotations } of alerts) {
      notifications.push({ receiver, alert: labels.alertname ?? '', status, annotations });
    }
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    notifications,
    receivers: Object.values(receivers).map(name =>
      name === receivers.none
        ? { name }
        : { name, webhook_configs: [{ url: `http://127.0.0.1:${port}/`, send_resolved: true }] },
    ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
