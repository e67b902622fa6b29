/** Answers MongoDB's updates in its place: with what it says when its disk is full, or it is the primary no more. */
import { BSON } from 'mongodb';
import type { Carry } from './gate.ts';

/** What a server answers to an update: see the command `update` in MongoDB's manual. */
export type UpdateAnswer = Readonly<Record<string, unknown>>;

/** Begins the body of the command. */
const update = '\x02update\0';

/** @param answer or `cut`: the connection is reset instead. Whatever else is asked reaches the server. */
export function answersUpdates(answer: UpdateAnswer | 'cut'): Carry {
  return (client, server) => {
    client.on('data', data => {
      if (!data.includes(update)) server.write(data);
      else if (answer === 'cut') client.resetAndDestroy();
      else client.write(message(data.readInt32LE(4), answer));
    });
    server.on('data', data => client.write(data));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  };
}

const opMsg = 2013;

/** An OP_MSG of one section, as MongoDB's wire protocol has it. */
function message(responseTo: number, body: UpdateAnswer): Buffer {
  const document = BSON.serialize(body);
  const head = Buffer.alloc(21); // the flags and the section's kind stay 0
  [head.length + document.length, 0, responseTo, opMsg].forEach((value, index) => {
    head.writeInt32LE(value, 4 * index);
  });
  return Buffer.concat([head, document]);
}
