import { describe, expect, test } from 'vitest';
import { parseTraceContext, traceHeaders } from './trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const parent = `00-${traceId}-${spanId}-01`;

describe('a traceparent', () => {
  test.each([
    ['that is sampled', parent, 1],
    ['that is not', `00-${traceId}-${spanId}-00`, 0],
    ['with flags that are not known', `00-${traceId}-${spanId}-fe`, 0],
    ['of a later version', `01-${traceId}-${spanId}-01`, 1],
    ['of a later version with more in it', `cc-${traceId}-${spanId}-01-what-the-future-brings`, 1],
  ])('%s is continued', (_name, header, traceFlags) => {
    expect(parseTraceContext(header, undefined)).toEqual({ traceId, spanId, traceFlags, isRemote: true });
  });

  test.each([
    ['none', undefined],
    ['empty', ''],
    ['sent twice', `${parent}, ${parent}`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${traceId}-${spanId}-01`],
    ['upper case', parent.toUpperCase()],
    ['no hexadecimal digit', parent.replace('4bf', '4bg')],
    ['version 00 with more in it', `${parent}-what-the-future-brings`],
    ['a later version with more in its flags', `cc-${traceId}-${spanId}-01.more`],
    ['too short', parent.slice(0, -1)],
    ['spaces around it', ` ${parent} `],
  ])('%s begins a new trace', (_name, header) => {
    expect(parseTraceContext(header, 'vendor=1')).toBeUndefined();
  });
});

test('a tracestate goes on as it came, and without what is malformed in it', () => {
  const passedOn = (state: string | string[] | undefined) => {
    const context = parseTraceContext(parent, state);
    return context && traceHeaders(context);
  };
  expect(passedOn('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')).toEqual({
    traceparent: parent,
    tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
  });
  expect(passedOn('rojo=1, UPPER=2,no-value')).toEqual({ traceparent: parent, tracestate: 'rojo=1' });
  expect(passedOn(undefined)).toEqual({ traceparent: parent });
  expect(passedOn('=')).toEqual({ traceparent: parent });
});
