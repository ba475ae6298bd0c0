/** Cuts a run short when the SUT has stopped answering: the rest can't be judged, and waiting helps nobody. */
import type { CaseOutcome } from '../judge/run-case.ts';

/** Cases in a row without one answer, after which a SUT counts as mute. */
const MUTE_AFTER = 5;

export class Gate {
  #mute = 0;
  #closed: string | undefined;
  #cut = 0;

  /** Why no more cases are run; undefined as long as they are. */
  get closed(): string | undefined {
    if (this.#closed !== undefined) this.#cut++;
    return this.#closed;
  }

  /** Takes note of how a case went. */
  saw({ trace, cause }: CaseOutcome): void {
    if (cause === 'unreachable') {
      this.#count('nobody answered at the address of the SUT');
      return;
    }
    const calls = trace.filter((entry) => entry.origin === 'harness' && entry.kind === 'call' && !entry.deliberate);
    // A case that asked nothing tells nothing.
    if (calls.length === 0) return;
    if (trace.some((entry) => entry.origin === 'sut' && entry.answers !== undefined)) this.#mute = 0;
    else this.#count('the SUT answered no CALL');
  }

  /** What a reader of the report has to know. */
  notes(): string[] {
    return this.#closed === undefined
      ? []
      : [`the run was cut short, ${this.#cut} cases were not run: ${this.#closed}`];
  }

  #count(what: string): void {
    if (++this.#mute >= MUTE_AFTER) this.#closed ??= `${what} in ${MUTE_AFTER} cases one after the other`;
  }
}
