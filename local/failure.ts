/** A failure that a person can act on: which step, why, and what helps. */
export class Failure extends Error {
  readonly step: string;
  readonly remedy: string;

  constructor(step: string, cause: string, remedy: string) {
    super(cause);
    this.name = 'Failure';
    this.step = step;
    this.remedy = remedy;
  }
}

export function describeFailure(error: unknown): string {
  if (error instanceof Failure) {
    return `failed: ${error.step}\ncause:  ${indent(error.message)}\nremedy: ${indent(error.remedy)}\n`;
  }
  return `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

export function lastLines(text: string, count = 15): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

function indent(text: string): string {
  return text.trimEnd().replaceAll('\n', '\n        ');
}
