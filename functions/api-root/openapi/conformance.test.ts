/** Every operation, fuzzed from the document: it answers as the document says, and takes what the document allows. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type Reply, test } from '../../../local/testing/api.ts';
import { arbitraryRequests } from '../../../local/testing/arbitrary-request.ts';
import { deviationsFrom } from '../../../local/testing/described.ts';
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
      { numRuns: 60 },
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
