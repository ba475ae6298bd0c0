/** What the script uses of k6 1.6 and later; the published types lag behind the binary. */
declare const __ENV: Readonly<Record<string, string | undefined>>;
/** Reads a file, relative to the script; in the init context only. */
declare function open(path: string): string;

declare module 'k6/data' {
  export class SharedArray<T> {
    constructor(name: string, make: () => readonly T[]);
    readonly length: number;
    [index: number]: T;
  }
}

declare module 'k6/encoding' {
  export function b64encode(input: string): string;
}

declare module 'k6/execution' {
  const execution: { readonly vu: { readonly idInTest: number } };
  export default execution;
}

declare module 'k6/metrics' {
  type Tags = Readonly<Record<string, string>>;
  class Metric {
    constructor(name: string, isTime?: boolean);
    add(value: number | boolean, tags?: Tags): void;
  }
  export class Counter extends Metric {}
  export class Gauge extends Metric {}
  export class Rate extends Metric {}
  export class Trend extends Metric {}
}

declare module 'k6/websockets' {
  export class WebSocket {
    constructor(
      url: string,
      protocols: readonly string[],
      params: {
        readonly headers?: Readonly<Record<string, string>>;
        readonly tags?: Readonly<Record<string, string>>;
      },
    );
    readonly readyState: number;
    readonly protocol: string;
    onopen: (() => void) | null;
    onmessage: ((event: { readonly data: string | ArrayBuffer }) => void) | null;
    onerror: ((event: { readonly error?: unknown }) => void) | null;
    onclose: ((event: { readonly code?: number }) => void) | null;
    send(data: string): void;
    close(code?: number, reason?: string): void;
  }
}
