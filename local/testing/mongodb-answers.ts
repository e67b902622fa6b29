/** Answers a command in MongoDB's place: as it does when its disk is full, say, or when it is the primary no more. */
import { BSON } from 'mongodb';
import type { Carry } from './gate.ts';

/** What a server answers to a command: see its page in MongoDB's manual. */
export type MongodbAnswer = Readonly<Record<string, unknown>>;

/** @param answer or `cut`: the connection is reset instead. Whatever else is asked reaches the server. */
export function answersInstead(command: 'update' | 'createIndexes', answer: MongodbAnswer | 'cut'): Carry {
  const begin = `\x02${command}\0`; // of the command's body
  return (client, server) => {
    client.on('data', data => {
      if (!data.includes(begin)) server.write(data);
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
function message(responseTo: number, body: MongodbAnswer): Buffer {
  const document = BSON.serialize(body);
  const head = Buffer.alloc(21); // the flags and the section's kind stay 0
  [head.length + document.length, 0, responseTo, opMsg].forEach((value, index) => {
    head.writeInt32LE(value, 4 * index);
  });
  return Buffer.concat([head, document]);
}
