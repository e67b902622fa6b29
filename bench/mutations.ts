/** Small mistakes that somebody could make in the protocols. The tests have to notice each of them. */

export interface Edit {
  readonly file: string;
  /** Stands in the file once. */
  readonly text: string;
  readonly instead: string;
}

export interface Mutation {
  readonly name: string;
  readonly edits: readonly Edit[];
}

const scripts = 'lib/cache/scripts.ts';
const reader = 'lib/cache/reader.ts';
const writer = 'lib/cache/writer.ts';

const mutation = (name: string, file: string, text: string, instead: string): Mutation => ({
  name,
  edits: [{ file, text, instead }],
});

export const mutations: readonly Mutation[] = [
  mutation(
    'a fill needs no lease',
    scripts,
    'if lease == token and tonumber(version) >= tonumber(floor) then',
    'if tonumber(version) >= tonumber(floor) then',
  ),
  mutation(
    'a fill does not mind that its lease is gone',
    scripts,
    'if lease == token and tonumber(version) >= tonumber(floor) then',
    'if (lease == token or not kind) and tonumber(version) >= tonumber(floor) then',
  ),
  mutation(
    'a fill does not look at the floor',
    scripts,
    'if lease == token and tonumber(version) >= tonumber(floor) then',
    'if lease == token then',
  ),
  mutation(
    'a fill that is refused raises no floor',
    scripts,
    "end\nreturn raise(key, version) and 'raised' or 'dropped'",
    "end\nreturn 'raised'",
  ),
  mutation(
    'a lease forgets the floor',
    scripts,
    "local mark = 'P' .. floor .. ' ' .. token",
    "local mark = 'P0 ' .. token",
  ),
  mutation(
    'a release forgets the floor',
    scripts,
    `if floor == '0' then redis.call('UNLINK', key) else write(key, 'P' .. floor, 'PX', \${PENDING_MS}) end`,
    "redis.call('UNLINK', key)",
  ),
  mutation(
    'a put does not look at the version',
    scripts,
    "if tonumber(standing) > tonumber(version) then return 'refused' end",
    '',
  ),
  mutation(
    'a put leaves a lease alone',
    scripts,
    'local kind, standing = look(key)\n',
    "local kind, standing, lease = look(key)\nif lease ~= '' then return 'refused' end\n",
  ),
  mutation(
    'a late put is taken',
    scripts,
    `if age < 0 or age > \${LATE_MS} then return raise(key, version) and 'raised' or 'dropped' end`,
    '',
  ),
  mutation(
    'a refused SET leaves the old value',
    scripts,
    "  redis.call('UNLINK', key)\n  return false",
    '  return false',
  ),
  mutation(
    'a repair does not look at the version',
    scripts,
    'if tonumber(standing) >= tonumber(version) then return true end',
    '',
  ),
  mutation(
    'a repair drops what is older, and keeps nothing out',
    scripts,
    `return write(key, 'P' .. version, 'PX', \${PENDING_MS})`,
    "redis.call('UNLINK', key) return true",
  ),
  mutation(
    'a repair leaves a lease as it is',
    scripts,
    "return write(key, 'P' .. version .. ' ' .. lease, 'KEEPTTL')",
    'return true',
  ),
  mutation(
    'a floor may end with the lease that it is in',
    scripts,
    `redis.call('PTTL', key) >= \${LEASE_LEFT_MS}`,
    "redis.call('PTTL', key) >= 0",
  ),
  mutation(
    'a repair that Redis was too full for is taken for done',
    'lib/cache/cache-aside.ts',
    "said.reply === 'dropped'",
    "said.reply === 'never'",
  ),
  {
    name: 'a reader joins any load under way',
    edits: [
      {
        file: reader,
        text: '    flights.set(token, flight);\n',
        instead:
          '    flights.set(token, flight);\n' +
          '    flights.set(wanted.key, flight);\n' +
          '    void flight.finally(() => flights.delete(wanted.key)).catch(() => {});\n',
      },
      {
        file: reader,
        text: '    const held = await ask(wanted, get(wanted.key));\n',
        instead:
          '    if (flights.has(wanted.key)) return join(wanted.key);\n' +
          '    const held = await ask(wanted, get(wanted.key));\n',
      },
    ],
  },
  mutation(
    'who joined a load takes what Redis refused',
    reader,
    "return 'stored' in end && end.stored ? end.reading : 'refused';",
    "return 'reading' in end ? end.reading : 'refused';",
  ),
  mutation(
    'who loads without a lease tells Redis nothing',
    reader,
    'const said = await redis.run(session, raise([{ key, version: (entry ?? unknown).version }]));',
    "const said: Outcome = session && key && raise ? { reply: 'raised' } : 'bypass';",
  ),
  mutation(
    'what Redis did not store is a miss all the same',
    reader,
    "return said.reply === 'dropped' ? 'bypass' : 'miss';",
    "return 'miss';",
  ),
  {
    name: 'keys have no run id',
    edits: [
      {
        file: 'lib/cache/cache-aside.ts',
        text: `readThrough({ session, key: \`\${session.runId}:\${key}\`, load })`,
        instead: `readThrough({ session, key, load })`,
      },
      {
        file: 'lib/cache/cache-aside.ts',
        text: `({ key: \`\${session.runId}:\${key}\`, version })`,
        instead: `({ key, version })`,
      },
      { file: writer, text: `const here = \`\${now.runId}:\${key}\`;`, instead: 'const here = key;' },
    ],
  },
  mutation(
    'a put goes into another run of Redis than it began in',
    writer,
    'now.runId === session?.runId',
    'session !== undefined',
  ),
  mutation(
    'the breaker is closed by a request',
    'lib/cache/guarded-redis.ts',
    "return sameRun && breaker.state() === 'closed' ? ask(command) : 'bypass';",
    "if (!sameRun) return 'bypass';\n      breaker.close();\n      return ask(command);",
  ),
  mutation(
    'the breaker is closed by a heartbeat that was late',
    'lib/cache/guarded-redis.ts',
    'if (roundTrip > ANSWER_MS) return;\n',
    'if (roundTrip < 0) return;\n',
  ),
  mutation(
    'a writer answers before it has put',
    'lib/tasks/task-writer.ts',
    'await Promise.all(made.map(task',
    'void Promise.all(made.map(task',
  ),
  mutation(
    'a repair that failed is taken for done',
    'lib/activities/repair-lane.ts',
    'const through = (await cache.repair(floors)) ? rows : rows.filter(outlived);',
    'await cache.repair(floors);\n    const through = rows;',
  ),
  mutation(
    'a change does not lock what it compares with',
    'lib/tasks/repository.ts',
    `where \${condition} for no key update)`,
    `where \${condition})`,
  ),
  mutation(
    'a change does not look at If-Match',
    'lib/tasks/repository.ts',
    ` and ($5::integer[] is null or \${row}.version = any($5))`,
    ' and ($5::integer[] is null or true)',
  ),
  mutation(
    'a version may be made twice',
    'lib/tasks/repository.ts',
    '        version = task.version + 1,\n        changed_in = pg_current_xact_id()\n      ',
    '        version = (select version + 1 from tasks as seen where seen.tenant = task.tenant and seen.id = task.id),\n' +
      '        changed_in = pg_current_xact_id()\n      ',
  ),
];
