/** The package brings no types; these are of what is used. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Asked {
    method: string;
    path: string;
    headers: Record<string, string>;
    body?: string;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Milliseconds between two looks at whether it is over. */
    readonly sampleInt: number;
    readonly requests: readonly { readonly setupRequest: (asked: Asked) => Asked }[];
  }
  interface Result {
    readonly errors: number;
  }
  type Running = EventEmitter<{ response: [client: unknown, status: number, bytes: number, milliseconds: number] }> &
    PromiseLike<Result>;

  export default function autocannon(options: Options): Running;
}
