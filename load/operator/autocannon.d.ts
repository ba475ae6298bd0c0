/** What we use of autocannon 9, which brings no types. */
declare module 'autocannon' {
  interface Request {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: string;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Requests a second over all connections. */
    readonly overallRate?: number;
    /** Ends after so many. */
    readonly amount?: number;
    /** Seconds. */
    readonly duration?: number;
    /** Seconds. */
    readonly timeout?: number;
    readonly ignoreCoordinatedOmission: boolean;
    readonly requests: readonly {
      readonly setupRequest: (request: Request, context: Record<string, unknown>) => Request;
      readonly onResponse: (status: number, body: string, context: Record<string, unknown>) => void;
    }[];
  }
  interface Instance extends PromiseLike<{ readonly errors: number; readonly timeouts: number }> {
    stop(): void;
    on(event: 'reqError', listener: (error: Error, ...rest: unknown[]) => void): void;
  }
  export default function autocannon(options: Options): Instance;
}
