/** Judges the conversations that were taken down, by the invariants of the test cases, a window at a time. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../../src/clock.ts';
import { dialects } from '../../src/dialects/index.ts';
import { invariants } from '../../src/judge/invariants/index.ts';
import { decode } from '../../src/ocppj/decode.ts';
import { Trace } from '../../src/trace.ts';
import { epochNow } from './epoch.ts';
import type { Totals } from './totals.ts';
import type { Witnessed } from './witness.ts';

export interface JuryOptions {
  /** undefined: nothing is judged */
  readonly schemas: MessageSchemas | undefined;
  readonly clock: Clock;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  readonly clockToleranceS: number;
}

/** From so many entries on, a window ends as soon as no CALL is open, and the next one begins. */
const ENOUGH = 200;
/** At so many, or so much text, it ends anyhow, and the rest of the connection is left out. */
const MOST = 400;
const MOST_CHARACTERS = 1_048_576;
/** Of a frame that is shown. */
const SHOWN = 200;
const CONNECTION = 1;
/** What a clock that is only kept right does not move by. */
const STEP_MS = 5_000;

interface Found {
  count: number;
  readonly example: string;
}

/** A part of a conversation that begins where no CALL is open. */
class Window {
  readonly trace: Trace;
  readonly ocpp: Witnessed['ocpp'];
  /** Epoch milliseconds, by the clock that tells the time of day. */
  readonly startedAt: number;
  /** What that clock is ahead of the one that does not step, when the window began. */
  readonly aheadMs: number;
  #at = 0;
  #characters = 0;
  readonly #open = new Set<number>();

  constructor({ ocpp, at }: Witnessed, clock: Clock) {
    this.ocpp = ocpp;
    this.#at = at;
    this.aheadMs = clock.now() - epochNow();
    this.startedAt = at + this.aheadMs;
    this.trace = new Trace({ monotonic: () => this.#at });
  }

  add({ what, at, text }: Witnessed): void {
    this.#at = at;
    this.#characters += text.length;
    const { trace } = this;
    if (what === 'open') trace.happened('open', 'harness', text, CONNECTION);
    else if (what === 'lost') trace.happened('close', 'sut', text, CONNECTION);
    else if (what === 'end') trace.happened('close', 'harness', text, CONNECTION);
    else {
      const { n, kind, answers } = trace.frame(CONNECTION, what === 'sent' ? 'harness' : 'sut', decode(text));
      if (kind === 'call') this.#open.add(n);
      else if (answers !== undefined) this.#open.delete(answers);
    }
  }

  get quiet(): boolean {
    return this.#open.size === 0 && this.trace.events.length >= ENOUGH;
  }

  get full(): boolean {
    return this.trace.events.length >= MOST || this.#characters > MOST_CHARACTERS;
  }

  /** Nothing more is taken, and what is open is nobody's fault. */
  end(): void {
    this.trace.happened('close', 'harness', '', CONNECTION);
  }
}

export class Jury {
  readonly #options: JuryOptions;
  /** By station. */
  readonly #windows = new Map<number, Window>();
  /** By id of the invariant. */
  readonly #breaches = new Map<string, Found>();
  #judged = 0;
  #ours: Found | undefined;

  constructor(options: JuryOptions) {
    this.#options = options;
  }

  hear(entries: readonly Witnessed[]): void {
    if (this.#options.schemas === undefined) return;
    for (const entry of entries) this.#hear(entry);
  }

  /** No more will be heard. */
  close(): void {
    for (const [station, window] of this.#windows) this.#end(station, window);
  }

  addTo(totals: Totals): void {
    totals.add('ocpp_frames_judged', '', this.#judged);
    for (const [id, { count }] of this.#breaches) totals.add('ocpp_invariant_breaches', '', count, id);
  }

  /** What a reader has to know of it. */
  notes(): string[] {
    return [
      ...[...this.#breaches].map(
        ([id, { count, example }]) => `the CSMS breaks the invariant ${id} (${count} times), for example: ${example}`,
      ),
      ...(this.#ours === undefined
        ? []
        : [`plugproof itself breaks invariants (${this.#ours.count} times): a defect of ours: ${this.#ours.example}`]),
    ];
  }

  #hear(entry: Witnessed): void {
    const { station, what } = entry;
    let window = this.#windows.get(station);
    if (what === 'open') {
      if (window !== undefined) this.#end(station, window);
      window = new Window(entry, this.#options.clock);
    } else if (window === undefined) return;
    else if (window.quiet) {
      this.#judge(station, window);
      window = new Window(entry, this.#options.clock);
    }
    this.#windows.set(station, window);
    window.add(entry);
    if (what === 'end' || what === 'lost') {
      this.#windows.delete(station);
      this.#judge(station, window);
    } else if (window.full) this.#end(station, window);
  }

  #end(station: number, window: Window): void {
    this.#windows.delete(station);
    window.end();
    this.#judge(station, window);
  }

  #judge(station: number, { trace: { events }, ocpp, startedAt, aheadMs }: Window): void {
    const { schemas, timeoutMs, clock } = this.#options;
    if (schemas === undefined) return;
    // A clock that was set meanwhile judges no other's time.
    const stepped = Math.abs(clock.now() - epochNow() - aheadMs) > STEP_MS;
    const clockToleranceS = stepped ? Number.POSITIVE_INFINITY : this.#options.clockToleranceS;
    const facts = { dialect: dialects[ocpp], sut: 'csms' as const, schemas, clockToleranceS, startedAt, timeoutMs };
    this.#judged += events.filter(({ origin, kind }) => origin === 'sut' && kind !== 'close').length;
    for (const { id, check } of invariants) {
      for (const { blame, level, message, frame } of check(events, facts)) {
        if (level !== 'SHALL') continue;
        const text = events.find(({ n }) => n === frame)?.text ?? '';
        const shown = text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
        const example = `${message}: ${shown} (station ${station + 1})`;
        const found = blame === 'sut' ? this.#breaches.get(id) : this.#ours;
        if (found !== undefined) found.count++;
        else if (blame === 'sut') this.#breaches.set(id, { count: 1, example });
        else this.#ours = { count: 1, example };
      }
    }
  }
}
