/** npm start [-- --ephemeral --auth]: the stores, every function as a process of its own, and the edge in front of them. */
import { parseArgs } from 'node:util';
import { describeFailure, Failure } from './failure.ts';
import { letGo } from './leash.ts';
import { printedProgress } from './progress.ts';
import { endPrograms } from './run-program.ts';
import { onStopSignals } from './stop-signals.ts';
import { type System, type SystemOptions, startSystem } from './system.ts';

const write = (line: string) => void process.stdout.write(line);
process.stdout.on('error', () => {}); // whoever read our output has gone; the work goes on
process.stderr.on('error', () => {});

let system: System | undefined;
let stopped: Promise<void> | undefined;
const stopping = new AbortController();

function stop(why: string): Promise<void> {
  stopped ??= (async () => {
    const begun = performance.now();
    write(`stopping     ${why}\n`);
    stopping.abort(new Failure('starting', `stopped by ${why}`, 'start it again'));
    if (system === undefined) endPrograms(); // an installation is not waited for
    await started;
    await system?.stop();
    await letGo();
    write(`stopped      ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
  })();
  return stopped;
}

onStopSignals({
  stop: why => void stop(why).then(() => process.exit(process.exitCode ?? 0)),
  hurry: () => system?.hurry(),
});

const started = (async () => {
  try {
    system = await startSystem(optionsFrom(process.argv.slice(2)), {
      progress: printedProgress(write),
      write,
      signal: stopping.signal,
      broken: failure => {
        process.stderr.write(describeFailure(failure));
        process.exitCode = 1;
        void stop('a failure').then(() => process.exit(1));
      },
    });
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.stderr.write(describeFailure(error));
    await letGo();
    process.exit(1);
  }
})();

function optionsFrom(argv: readonly string[]): SystemOptions {
  const { ephemeral, auth } = flagsIn(argv);
  const port = Number(process.env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Failure('reading PORT', `${process.env.PORT} is no port`, 'PORT=9000 npm start');
  }
  return { port, data: ephemeral ? 'ephemeral' : 'kept', auth: auth ? 'oidc' : 'disabled' };
}

function flagsIn(argv: readonly string[]): { ephemeral: boolean; auth: boolean } {
  const off = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...argv], options: { ephemeral: off, auth: off } }).values;
  } catch (error) {
    throw new Failure('reading the command line', String(error), 'npm start, with -- --ephemeral or -- --auth');
  }
}
