/** Looks into the sampled frames: what of them breaks the schemas, and whose they are. */
import type { MessageSchemas, PayloadKind } from '../../schemas/types.ts';
import { decode } from '../../src/ocppj/decode.ts';
import type { SampledFrame } from './sampler.ts';
import type { Totals } from './totals.ts';

interface Count {
  seen: number;
  broken: number;
}

export class Inspector {
  readonly #schemas: MessageSchemas | undefined;
  /** Station → the CALL whose answer is awaited. */
  readonly #asked = new Map<number, { readonly id: string; readonly action: string }>();
  readonly #byAction = new Map<string, Count>();
  #ours = 0;
  #example: string | undefined;

  /** @param schemas undefined: nothing is looked into */
  constructor(schemas: MessageSchemas | undefined) {
    this.#schemas = schemas;
  }

  look(frames: readonly SampledFrame[]): void {
    for (const frame of frames) this.#lookAt(frame);
  }

  addTo(totals: Totals): void {
    for (const [action, { seen, broken }] of this.#byAction) {
      totals.add('ocpp_frames_validated', action, seen);
      if (broken > 0) totals.add('ocpp_schema_violations', action, broken);
    }
  }

  /** What a reader has to know of it. */
  notes(): string[] {
    return [
      ...(this.#example === undefined ? [] : [`a frame of the CSMS breaks its schema, for example: ${this.#example}`]),
      ...(this.#ours === 0
        ? []
        : [`${this.#ours} sampled frames of plugproof itself break their schema: a defect of ours`]),
    ];
  }

  #lookAt({ station, ocpp, origin, text }: SampledFrame): void {
    const frame = decode(text);
    if (frame.kind === 'call') {
      if (origin === 'station') this.#asked.set(station, { id: frame.id, action: frame.action });
      this.#judge(origin, ocpp, frame.action, 'call', frame.payload, text);
      return;
    }
    if (origin !== 'csms') return;
    if (frame.kind === 'malformed') {
      this.#count('', true, text);
      return;
    }
    if (frame.kind !== 'callresult') return;
    const asked = this.#asked.get(station);
    // A sample that lost its CALL can't be judged: an answer does not say what it answers.
    if (asked?.id === frame.id) this.#judge(origin, ocpp, asked.action, 'callresult', frame.payload, text);
  }

  #judge(
    origin: SampledFrame['origin'],
    ocpp: SampledFrame['ocpp'],
    action: string,
    kind: PayloadKind,
    payload: unknown,
    text: string,
  ): void {
    if (this.#schemas === undefined) return;
    // Known disagreements of text and schema are nobody's fault.
    const broken =
      !this.#schemas.has(ocpp, action, kind) ||
      this.#schemas.validate(ocpp, action, kind, payload, text).some(({ note }) => note === undefined);
    if (origin === 'csms') this.#count(action, broken, text);
    else if (broken) this.#ours++;
  }

  #count(action: string, broken: boolean, text: string): void {
    let count = this.#byAction.get(action);
    if (count === undefined) {
      count = { seen: 0, broken: 0 };
      this.#byAction.set(action, count);
    }
    count.seen++;
    if (!broken) return;
    count.broken++;
    this.#example ??= `${action} ${text.length > 200 ? `${text.slice(0, 199)}…` : text}`.trim();
  }
}
