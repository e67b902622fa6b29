/** What the kernel tells of a process and of a core (proc(5)). */
import { readFileSync } from 'node:fs';

/** The unit in which Linux tells times, on every machine that Node runs on. */
const ticksPerSecond = 100;

/** Seconds of processor that all its threads have used. */
export function processorSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(afterName[11]) + Number(afterName[12])) / ticksPerSecond;
}

/** MiB in memory now. */
export function residentMemory(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** Seconds for which a core was at work, for whomever. */
export function busySeconds(core: number): number {
  const times = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ') ?? [];
  const [user = 0, nice = 0, system = 0, _idle, _wait, interrupts = 0, soft = 0, stolen = 0] = times.map(Number);
  return (user + nice + system + interrupts + soft + stolen) / ticksPerSecond;
}
