/** Lets few operations wait for Redis at a time, so that few are held up when it hangs. */
import type { Answer, Command } from '../stores/redis.ts';
import { patience } from './patience.ts';

/** Redis's reply; `error`: none that is of use, or none in time; `bypass`: the command was not sent. */
export type Outcome = { readonly reply: unknown } | 'error' | 'bypass';

export interface Gate {
  pass(command: Command): Promise<Outcome>;
  /** Ends the wait of all that is here or on its way, at once; late answers are ignored. */
  abandon(): void;
}

/** So many commands go side by side. Others gather until these are back, and then go as one pipelined batch. */
const ABREAST = 5;
/** What one batch takes is far less than a gathered command waits. */
const BATCH = 100;
/** When Redis has not answered anything for so long, the gathered are turned away. */
const SILENCE_MS = 20;
/** How long Redis may owe an answer. */
export const ANSWER_MS = 50;

interface Passage {
  readonly command: Command;
  readonly settle: (outcome: Outcome) => void;
}

/** @param unanswered called when Redis has owed an answer for `ANSWER_MS` */
export function makeGate(send: (commands: readonly Command[]) => Promise<Answer[]>, unanswered: () => void): Gate {
  const underway = new Map<readonly Passage[], () => void>();
  let abreast = 0;
  let gathered: Passage[] = [];
  let endSilence = () => {};

  function pass(command: Command): Promise<Outcome> {
    return new Promise(settle => {
      if (abreast < ABREAST && gathered.length === 0) return depart([{ command, settle }]);
      if (gathered.push({ command, settle }) === 1) endSilence = patience(SILENCE_MS, turnAway);
    });
  }

  function depart(passages: readonly Passage[]): void {
    abreast += passages.length;
    underway.set(passages, patience(ANSWER_MS, unanswered));
    void send(passages.map(({ command }) => command)).then(answers => arrive(passages, answers));
  }

  function arrive(passages: readonly Passage[], answers: readonly Answer[]): void {
    const endWait = underway.get(passages);
    if (endWait === undefined) return;
    endWait();
    underway.delete(passages);
    abreast -= passages.length;
    passages.forEach(({ settle }, i) => {
      const answer = answers[i];
      settle(answer !== undefined && 'reply' in answer ? answer : 'error');
    });
    if (gathered.length > 0) goOn();
  }

  function goOn(): void {
    endSilence();
    if (abreast === 0) depart(gathered.splice(0, BATCH));
    if (gathered.length > 0) endSilence = patience(SILENCE_MS, turnAway);
  }

  function turnAway(): void {
    endSilence();
    const turnedAway = gathered;
    gathered = [];
    for (const { settle } of turnedAway) settle('bypass');
  }

  function abandon(): void {
    turnAway();
    const abandoned = [...underway.keys()].flat();
    for (const endWait of underway.values()) endWait();
    underway.clear();
    abreast = 0;
    for (const { settle } of abandoned) settle('error');
  }

  return { pass, abandon };
}
