/** kubectl in one context. What it is told to change is said first, as a line that a person could type. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure, lastLines } from '../local/failure.ts';

export interface Kubectl {
  /** @returns its standard output */
  read(...args: readonly string[]): Promise<string>;
  change(...args: readonly string[]): Promise<string>;
  /** The same, of an object that goes in as its standard input; said in a word, because nobody types it. */
  send(verb: 'create' | 'replace', object: object): Promise<string>;
  /** What `kubectl kustomize` makes of a folder. */
  render(folder: string): Promise<string>;
  /** Whether applying it would change anything. */
  differs(file: string): Promise<boolean>;
  /** @throws {Failure} when the job has failed, with the end of its log */
  untilEnded(job: string, inNamespace: readonly string[]): Promise<void>;
}

export interface KubectlOptions {
  say?(line: string): void;
  /** `rehearse` says what would be changed, and changes nothing. */
  readonly mode?: 'do' | 'rehearse';
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

const minutes = 10;

export function kubectlOf(context: string, { say = () => {}, mode = 'do' }: KubectlOptions = {}): Kubectl {
  const line = (args: readonly string[]) => ['kubectl', '--context', context, ...args].map(quoted).join(' ');

  async function ran(args: readonly string[], input = ''): Promise<Outcome> {
    const child = spawn('kubectl', ['--context', context, ...args], { timeout: minutes * 60_000 });
    const { promise, resolve } = Promise.withResolvers<number>();
    child.once('error', error => {
      child.stderr.destroy(error);
      resolve(127);
    });
    child.once('close', code => resolve(code ?? 1));
    child.stdin.on('error', () => {}); // it has ended, and says why
    child.stdin.end(input);
    const [output, error, code] = await Promise.all([text(child.stdout), text(child.stderr).catch(String), promise]);
    return { code, output, error };
  }

  async function told(args: readonly string[], input?: string): Promise<string> {
    const { code, output, error } = await ran(args, input);
    if (code === 0) return output;
    throw new Failure(line(args.slice(0, 3)), lastLines(error, 5), `kubectl --context ${context} version`);
  }

  async function change(args: readonly string[], input?: string): Promise<string> {
    say(`$ ${line(args)}`);
    return mode === 'rehearse' ? '' : told(args, input);
  }

  return {
    read: (...args) => told(args),
    change: (...args) => change(args),
    send: (verb, object) => change([verb, '--filename', '-'], JSON.stringify(object)),
    render: folder => told(['kustomize', folder]),
    async differs(file) {
      const args = ['diff', '--filename', file];
      const { code, error } = await ran(args);
      if (code > 1) throw new Failure(line(args), lastLines(error, 5), `kubectl --context ${context} version`);
      return code === 1;
    },
    async untilEnded(job, inNamespace) {
      const path = 'jsonpath={.status.conditions[?(@.status=="True")].type}';
      say(`$ ${line(['wait', `job/${job}`, ...inNamespace, '--for=condition=complete', `--timeout=${minutes}m`])}`);
      if (mode === 'rehearse') return;
      for (const begun = Date.now(); ; await pause(1_000)) {
        const ended = await told(['get', `job/${job}`, ...inNamespace, '--output', path]);
        if (ended.includes('Complete')) return;
        if (!ended.includes('Failed') && Date.now() - begun < minutes * 60_000) continue;
        const log = await told(['logs', `job/${job}`, ...inNamespace, '--tail=10']).catch(String);
        throw new Failure(`running the job ${job}`, log, line(['describe', `job/${job}`, ...inNamespace]));
      }
    },
  };
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
