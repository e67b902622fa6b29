/** A write that the relay has given up may still be carried out. */
import { expect, test } from 'vitest';
import { openApi } from '../../local/testing/api.ts';
import { type Carry, gateTo } from '../../local/testing/gate.ts';
import { loggedVersions } from '../../local/testing/logged.ts';
import { direct } from '../../local/testing/mongodb-url.ts';
import { relayOnce } from '../../local/testing/relay-pass.ts';
import { sql } from '../../local/testing/sql.ts';

test.for(['before', 'after'] as const)(
  'a hung MongoDB that carries a bulk write out late, %s it is written again, makes no second activity',
  { timeout: 30_000 },
  async order => {
    await using own = await openApi();
    const { id } = await own.create({ title: 'x' });
    const late = lateUpdate();
    await using gate = await gateTo(own.environment.MONGODB_URL ?? '', late.carry);
    await gate.open();
    await relayOnce({ ...own.environment, MONGODB_URL: direct(gate.url) });
    expect(await sql(own, 'select logged_at from outbox')).toEqual([{ logged_at: null }]);
    expect(await loggedVersions(own)).toEqual([]);

    if (order === 'before') await late.carryOut();
    await relayOnce(own.environment);
    if (order === 'after') await late.carryOut();
    await expect.poll(() => sql(own, 'select from outbox where logged_at is null')).toEqual([]);
    expect(await loggedVersions(own)).toEqual([`${id} 1`]);
  },
);

/** The server gets the first update when it is told to, although who asked for it has gone. */
function lateUpdate(): { carry: Carry; carryOut(): Promise<void> } {
  const done = Promise.withResolvers<void>();
  let carryOut: (() => void) | undefined;
  return {
    carry(client, server) {
      let waits = false;
      client.on('data', data => {
        if (!data.includes('\x02update\0')) return void server.write(data);
        waits = true;
        carryOut = () => void server.write(data);
      });
      server.on('data', answer => {
        if (waits) done.resolve();
        else client.write(answer);
      });
      client.on('close', () => waits || server.destroy());
      server.on('close', () => client.destroy());
    },
    carryOut() {
      if (!carryOut) throw new Error('nothing was to be updated');
      carryOut();
      return done.promise;
    },
  };
}
