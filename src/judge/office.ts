/** The authority of stations as it is asked over HTTP, while a case runs, what it took back. */

export interface Question {
  readonly path: string;
  readonly body: Uint8Array;
}

export interface Answer {
  /** Media type. */
  readonly type: string;
  readonly body: Uint8Array;
}

export interface Office {
  /** Of what certificates name: without a slash at its end. */
  readonly url: string;
  /**
   * Answers from now on; undefined is answered with 404.
   * @returns what ends it
   * @throws the system's error where the address can't be had
   */
  open(answer: (question: Question) => Answer | undefined): Promise<() => Promise<void>>;
}
