/** CloudEvents over HTTP, in binary and in structured mode (CloudEvents HTTP binding 1.0.2). */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import { readJson } from './body.ts';
import { type Checked, check, pointer } from './faults.ts';
import { badRequest, type Place } from './problem.ts';

const attribute = z.string().check(z.minLength(1));

/** The attributes that every event has; our events carry nothing else. */
function attributesOf(type: string) {
  return { specversion: z.literal('1.0'), id: attribute, source: attribute, type: z.literal(type) };
}

const structuredType = 'application/cloudevents+json';
/** Bytes. What others put into an event is of no use to us. */
const limit = 64 * 1024;

/** @throws {Problem} 415, 413, or 400 for what is no CloudEvent, or one of another type */
export async function expectCloudEvent(req: IncomingMessage, type: string): Promise<void> {
  const isStructured = req.headers['content-type']?.toLowerCase().startsWith('application/cloudevents');
  const { faults } = isStructured ? await checkStructured(req, type) : checkBinary(req, type);
  if (faults) throw badRequest(faults);
}

async function checkStructured(req: IncomingMessage, type: string): Promise<Checked<unknown>> {
  const json = await readJson(req, { types: [structuredType], limit });
  return json.faults ? json : check(z.looseObject(attributesOf(type)), json.value, pointer);
}

function checkBinary({ headers }: IncomingMessage, type: string): Checked<unknown> {
  const attributes = attributesOf(type);
  const given = Object.fromEntries(Object.keys(attributes).map(name => [name, headers[`ce-${name}`]]));
  return check(z.object(attributes), given, header);
}

function header(path: readonly PropertyKey[]): Place {
  return { header: `ce-${String(path[0])}` };
}
