/** PostgreSQL's own programs for a database as one file: pg_dump and pg_restore, from PATH. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { sessionOptions } from './postgresql-session.ts';
import { withOptions, withoutPassword } from './postgresql-url.ts';
import { Unavailable } from './unavailable.ts';

/** Such a program is missing, too old, or ended with an error. */
export class ProgramFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProgramFailed';
  }
}

/** @throws {ProgramFailed} unless the program is on PATH, and no older than the server, which it would refuse */
export async function requireProgram(program: 'pg_dump' | 'pg_restore', serverVersion: number): Promise<void> {
  const told = await promisify(execFile)(program, ['--version']).then(
    ({ stdout }) => Number(/\) (\d+)/.exec(stdout)?.[1]),
    () => undefined,
  );
  if (told !== undefined && told >= serverVersion) return;
  const found = told === undefined ? 'there is none' : `it is of version ${told}`;
  throw new ProgramFailed(`${program} of PostgreSQL ${serverVersion} or newer is needed on PATH: ${found}`);
}

/**
 * A database in pg_dump's custom format, as of an exported snapshot.
 *
 * @param lost ends it
 * @throws {ProgramFailed} or {Unavailable} from the stream, which then has no end
 */
export function dump(databaseUrl: string, snapshot: string, lost: AbortSignal): Readable {
  const args = ['--format=custom', '--compress=gzip:6', '--no-owner', '--no-privileges', `--snapshot=${snapshot}`];
  return Readable.from(outputOf(start('pg_dump', args, databaseUrl, lost)), { objectMode: false });
}

async function* outputOf(child: Running): AsyncGenerator<Buffer> {
  child.stdin.end();
  try {
    for await (const chunk of child.stdout) yield chunk;
    await child.succeeded;
  } finally {
    child.kill();
  }
}

/**
 * Restores what `dump` made, in one transaction: all or nothing.
 *
 * @param lost ends it
 * @throws {ProgramFailed} with what pg_restore said @throws {Unavailable}
 */
export async function undump(databaseUrl: string, content: Readable, lost: AbortSignal): Promise<void> {
  const args = ['--format=custom', '--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges'];
  const child = start('pg_restore', args, databaseUrl, lost);
  child.stdout.resume();
  const fed = pipeline(content, child.stdin).catch(error => {
    child.kill(); // before it takes the end of what it was fed for the end of the dump
    return error;
  });
  const [ended, fault] = await Promise.all([child.succeeded.catch(error => error), fed]);
  // A program that ends early also breaks the pipe to it: what it said comes first.
  const brokenPipe =
    fault && 'code' in fault && (fault.code === 'EPIPE' || fault.code === 'ERR_STREAM_PREMATURE_CLOSE');
  if (fault && !brokenPipe) throw fault;
  if (ended) throw ended;
}

interface Running {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** @throws {ProgramFailed} @throws {Unavailable} when it was ended because the server is lost */
  readonly succeeded: Promise<void>;
  kill(): void;
}

function start(program: string, args: readonly string[], databaseUrl: string, lost: AbortSignal): Running {
  const { url, password } = withoutPassword(withOptions(databaseUrl, sessionOptions));
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, [...args, `--dbname=${url}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...(password !== undefined && { PGPASSWORD: password }),
      PGCONNECT_TIMEOUT: '10',
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(0, 10_000); // the first error ends it
  });
  const kill = () => void child.kill();
  lost.addEventListener('abort', kill, { once: true });
  const succeeded = once(child, 'close').then(([code, signal]) => {
    lost.removeEventListener('abort', kill);
    if (lost.aborted) throw new Unavailable('postgresql', new Error(`${program} waited for a server that hangs`));
    if (code !== 0) throw new ProgramFailed(`${program} ended with ${code ?? signal}: ${wordsOf(program, said)}`);
  });
  succeeded.catch(() => {}); // told to whoever awaits it
  return { stdin: child.stdin, stdout: child.stdout, succeeded, kill };
}

/** What a program said, in its own lines and without what they quote: those of the server have rows in them. */
function wordsOf(program: string, said: string): string {
  return said
    .split('\n')
    .filter(line => line.startsWith(`${program}: `))
    .map(line => line.replace(/: ".*/, ''))
    .join('; ');
}
