/** How a person, a script or npm ends a command. */
import { identify, isRunning } from './process-identity.mjs';

/** One Ctrl-C arrives more than once: from the terminal, through npm, and through bootstrap.mjs. */
const SAME_KEYSTROKE = 1_000;

/**
 * @param on.stop called once, at the first SIGINT, SIGTERM or SIGHUP, or when the process that started us has gone
 * @param on.hurry called when one is sent again, later than the same keystroke's echo
 */
export function onStopSignals(on: { stop: (why: string) => void; hurry: () => void }): void {
  let first: number | undefined;
  const received = (why: string) => {
    if (first === undefined) {
      first = Date.now();
      on.stop(why);
    } else if (Date.now() - first > SAME_KEYSTROKE) on.hurry();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => received(signal));
  onParentGone(() => {
    if (first === undefined) received('the process that started it has gone');
  });
}

/** bootstrap.mjs holds a channel; where npm runs us itself, its pid is watched. */
function onParentGone(gone: () => void): void {
  if (process.connected) {
    process.on('disconnect', gone);
    process.channel?.unref();
    return;
  }
  const parent = process.env.npm_lifecycle_event === undefined ? undefined : identify(process.ppid);
  if (parent === undefined) return;
  const timer = setInterval(() => {
    if (isRunning(parent)) return;
    clearInterval(timer);
    gone();
  }, 1_000);
  timer.unref();
}
