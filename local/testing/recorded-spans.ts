/** The spans that functions record in a file of the test's own. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { SpanKind } from '@opentelemetry/api';
import { checkout } from '../checkout.ts';

export interface RecordedSpan {
  readonly name: string;
  readonly kind: keyof typeof SpanKind;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent?: string;
}

export interface Recorder extends Disposable {
  /** Makes a function record. */
  readonly environment: Readonly<Record<string, string>>;
  /** Those that have ended, of one trace or of all. */
  spans(traceId?: string): RecordedSpan[];
}

export function openRecorder(): Recorder {
  const folder = mkdtempSync(`${tmpdir()}/spans-`);
  const file = `${folder}/spans`;
  return {
    environment: { NODE_OPTIONS: `--require ${checkout}/local/testing/tracing-sdk.cjs`, SPANS: file },
    spans(traceId) {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
      return lines
        .map(line => JSON.parse(line))
        .filter(span => traceId === undefined || span.traceId === traceId)
        .map(span => ({ ...span, kind: SpanKind[span.kind] }));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
