/** What a worker does to tasks that nobody else changes, each time through a revision that chance picks. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type KnownTask, newTask, priorityAfter } from './known-task.ts';
import { anyOf, oneOf, type Serving } from './serving.ts';
import type { Witness } from './witness.ts';

export type Deed = (label: string, known: KnownTask) => Promise<void>;

/** @returns what a worker does to its tasks, one after the other; they are all that have its label */
export function deedsOf({ expecting, changed, tasks }: Witness, serving: Serving): readonly Deed[] {
  const any = () => anyOf(serving);

  /** A list, each page from another revision. */
  async function walk(label: string): Promise<void> {
    const listed: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/api/tasks?label=${label}&limit=2${cursor && `&cursor=${cursor}`}`;
      const page = await expecting(200, any(), 'GET', path);
      listed.push(...page.items.map(({ id }: KnownTask) => id));
      cursor = page.next_cursor;
    }
    const own = [...tasks.values()].filter(({ labels, trashed }) => !trashed && labels.includes(label));
    if (!isDeepStrictEqual(listed.toSorted(), own.map(({ id }) => id).toSorted()))
      throw new Error(`the list of ${label} has ${listed}, not ${own.map(({ id }) => id)}`);
  }
  return [
    async (label, known) => {
      const by = any();
      const title = randomUUID();
      const json = await expecting(200, by, 'PATCH', `/api/tasks/${known.id}`, { body: { title } });
      await changed(by, { ...known, title, version: known.version + 1 }, json);
      await walk(label);
    },
    async (_label, known) => {
      const by = oneOf(serving.newer());
      if (!by) return;
      const estimate = (known.estimate ?? 0) + 1;
      const json = await expecting(200, by, 'PATCH', `/api/tasks/${known.id}`, { body: { estimate } });
      await changed(by, { ...known, estimate, version: known.version + 1 }, json);
    },
    async (label, known) => {
      const by = any();
      const body = { title: randomUUID(), labels: [label] };
      const headers = { 'if-match': `"${known.version}"` };
      const json = await expecting(200, by, 'PUT', `/api/tasks/${known.id}`, { body, headers });
      // What a revision does not know it does not reset.
      const estimate = serving.newer().includes(by) ? null : known.estimate;
      await changed(by, { ...known, ...body, priority: 'medium', estimate, version: known.version + 1 }, json);
    },
    async (_label, known) => {
      const by = any();
      await expecting(204, by, 'DELETE', `/api/tasks/${known.id}`);
      const trashed = { ...known, trashed: true, version: known.version + 1 };
      await changed(by, trashed);
      const other = any();
      const json = await expecting(200, other, 'POST', `/api/tasks/${known.id}/restore`);
      await changed(other, { ...known, version: trashed.version + 1 }, json);
    },
    async (label, known) => {
      const by = any();
      const [title, priority] = [randomUUID(), priorityAfter(known.priority)];
      const operations = [
        { op: 'create', task: { title, labels: [label] } },
        { op: 'update', id: known.id, task: { priority } },
      ];
      const { results } = await expecting(200, by, 'POST', '/api/tasks/batch', { body: { operations } });
      await changed(by, newTask(results[0].task.id, title, label), results[0].task);
      await changed(by, { ...known, priority, version: known.version + 1 }, results[1].task);
    },
    async (label, known) => {
      const [by, again] = [any(), any()];
      const options = {
        body: { title: randomUUID(), labels: [label] },
        headers: { 'idempotency-key': randomUUID() },
      };
      const json = await expecting(201, by, 'POST', '/api/tasks', options);
      await changed(by, newTask(json.id, options.body.title, label), json);
      const replayed = await expecting(201, again, 'POST', '/api/tasks', options);
      if (replayed.id !== json.id) throw new Error('a key was used twice');
      const { items } = await expecting(200, any(), 'GET', `/api/tasks/${known.id}/activities?limit=1`);
      if (items[0]?.version !== known.version) throw new Error(`the newest activity of ${known.id} is another one`);
    },
  ];
}
