/** A call to a store, as a span of what it is made for; nothing more while nobody records. */
import { call, isRecorded } from './trace.ts';

/** @param summary names the statement or command, without its values */
export function traceStoreCall<T>(store: string, summary: string | undefined, work: () => Promise<T>): Promise<T> {
  return isRecorded() ? inSpan(store, summary, work) : work();
}

async function inSpan<T>(store: string, summary: string | undefined, work: () => Promise<T>): Promise<T> {
  const attributes = { 'db.system.name': store, ...(summary !== undefined && { 'db.query.summary': summary }) };
  const span = call('store', { name: summary ?? store, attributes });
  try {
    const result = await work();
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
