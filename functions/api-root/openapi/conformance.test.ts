/** Every operation, fuzzed from the document: it answers as the document says, and takes what the document allows. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type Reply, test } from '../../../local/testing/api.ts';
import { arbitraryRequests } from '../../../local/testing/arbitrary-request.ts';
import { deviationsFrom } from '../../../local/testing/described.ts';
import { openApiValidator } from '../../../local/testing/openapi-validator.ts';
import { catalogue } from '../../catalogue.ts';
import { openApiDocument } from './document.ts';

const document = openApiDocument(catalogue);
const deviations = deviationsFrom(document);

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** What no schema can say: where a cursor is from, and that a batch names an id once. */
function beyondSchemas({ json }: Reply): boolean {
  const faults: { parameter?: string; detail: string }[] = json?.errors ?? [];
  return faults.every(({ parameter, detail }) => parameter === 'cursor' || /Named by another/.test(detail));
}

describe('every request is answered as the document says', () => {
  test.for(operations)('$method $path', { timeout: 60_000 }, async ({ path, method, operation }, { api }) => {
    const tasks = await Promise.all(['one', 'other'].map(title => api.create({ title })));
    const requests = arbitraryRequests(
      document,
      tasks.map(({ id }) => id),
    )(path, operation);
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(requests, async ({ path: target, options, described }) => {
        const reply = await api.request(method, target, options);
        statuses.add(reply.status);
        expect(deviations(operation, reply)).toEqual([]);
        expect(reply.status).toBeLessThan(500);
        if (reply.status !== 400) return;
        if (described) expect([reply.json?.errors, beyondSchemas(reply)]).toEqual([reply.json?.errors, true]);
        if (method !== 'HEAD') expectPlaces(reply);
      }),
      // A failure is told when it is found, be it small by then or not.
      { numRuns: 60, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: true },
    );
    // A fuzz that is only ever refused would show nothing.
    expect([...statuses].some(status => status < 400 || status === 428)).toBe(true);
  });
});

function expectPlaces({ json }: Reply): void {
  const places = json.errors.map(({ detail, ...place }: Record<string, unknown>) => Object.keys(place));
  expect(places.length).toBeGreaterThan(0);
  for (const place of places) expect([['pointer'], ['parameter'], ['header']]).toContainEqual(place);
}

describe('the document and the service agree on', () => {
  const validate = openApiValidator(document);

  test.for([
    ['a title of 255 astral code points', { title: '😀'.repeat(255) }, 'taken'],
    ['one of 256', { title: '😀'.repeat(256) }, 'refused'],
    ['white space around a title', { title: `  ${'x'.repeat(255)}\n` }, 'taken'],
    ['white space for a title', { title: ' \t ' }, 'refused'],
    ['no title', {}, 'refused'],
    ['a description of 10,000 astral code points', { title: 'x', description: '😀'.repeat(10_000) }, 'taken'],
    ['one of 10,001', { title: 'x', description: 'x'.repeat(10_001) }, 'refused'],
    ['U+0000', { title: 'x', description: 'a\0b' }, 'refused'],
    ['20 labels', { title: 'x', labels: Array.from('abcdefghijklmnopqrst') }, 'taken'],
    ['21 labels', { title: 'x', labels: Array.from('abcdefghijklmnopqrstu') }, 'refused'],
    ['a label twice', { title: 'x', labels: ['a', 'a'] }, 'refused'],
    ['an empty label', { title: 'x', labels: [''] }, 'refused'],
    ['a label of 50 code points', { title: 'x', labels: ['😀'.repeat(50)] }, 'taken'],
    ['one of 51', { title: 'x', labels: ['x'.repeat(51)] }, 'refused'],
    ['an assignee of 255 code points', { title: 'x', assignee: 'x'.repeat(255) }, 'taken'],
    ['one of 256', { title: 'x', assignee: 'x'.repeat(256) }, 'refused'],
    ['an empty assignee', { title: 'x', assignee: '' }, 'refused'],
    ['nobody', { title: 'x', assignee: null }, 'taken'],
    ['null for a status', { title: 'x', status: null }, 'refused'],
    ['a day for an instant', { title: 'x', due_at: '2026-11-22' }, 'refused'],
    ['the 30th of February', { title: 'x', due_at: '2026-02-30T00:00:00Z' }, 'refused'],
    ['an instant with an offset', { title: 'x', due_at: '2026-11-22T09:00:00.123456+05:30' }, 'taken'],
    ['an unknown field', { title: 'x', owner: 'bob' }, 'refused'],
    ['a field that the server makes', { title: 'x', version: 1 }, 'refused'],
  ] as const)('%s', async ([, body, outcome], { api }) => {
    const described = validate(document.components.schemas.NewTask ?? {}, body);
    const { status } = await api.request('POST', '/api/tasks', { body });
    expect([described.length === 0, status]).toEqual(outcome === 'taken' ? [true, 201] : [false, 400]);
  });
});
