/** CloudEvents over HTTP, in binary and in structured mode (CloudEvents HTTP binding 1.0.2). */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import { readJson } from './body.ts';
import { type Checked, check, pointer } from './faults.ts';
import { badRequest, type Place } from './problem.ts';

const attribute = z.string().check(z.minLength(1));
const attributes = { specversion: z.literal('1.0'), id: attribute, source: attribute, type: attribute };
const binary = z.object(attributes);
const structured = z.looseObject(attributes);
export type CloudEvent = z.output<typeof binary>;

const structuredType = 'application/cloudevents+json';
/** Bytes. Our events carry no data; what others put there is of no use to us. */
const limit = 64 * 1024;

/** @throws {Problem} 415, 413, or 400 for what is no CloudEvent */
export async function readCloudEvent(req: IncomingMessage): Promise<CloudEvent> {
  const mode = req.headers['content-type']?.startsWith('application/cloudevents') ? readStructured : readBinary;
  const event = await mode(req);
  if (event.faults) throw badRequest(event.faults);
  return event.value;
}

async function readStructured(req: IncomingMessage): Promise<Checked<CloudEvent>> {
  const json = await readJson(req, { types: [structuredType], limit });
  return json.faults ? json : check(structured, json.value, pointer);
}

async function readBinary({ headers }: IncomingMessage): Promise<Checked<CloudEvent>> {
  const given = Object.fromEntries(Object.keys(attributes).map(name => [name, headers[`ce-${name}`]]));
  return check(binary, given, header);
}

function header(path: readonly PropertyKey[]): Place {
  return { header: `ce-${String(path[0])}` };
}
