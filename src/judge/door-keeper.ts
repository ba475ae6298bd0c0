/** Answers who knocks as a case says, in place of letting him in. */
import type { Clock } from '../clock.ts';
import type { Trace } from '../trace.ts';
import type { ByteLine } from '../wire/raw/bytes.ts';
import { frameBytes, opcodes } from '../wire/raw/frames.ts';
import type { HandshakeRequest } from '../wire/transport.ts';
import type { Attempts } from './attempts.ts';
import type { Answered, DoorAnswers } from './door.ts';
import { RawLine } from './raw-line.ts';

export interface KeeperOptions {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly attempts: Attempts;
}

export class DoorKeeper {
  readonly #options: KeeperOptions;
  /** Undefined where everybody is served as ever. */
  answers: DoorAnswers | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** How a request is answered; undefined where as ever. */
  answer(identity: string, request: HandshakeRequest): Answered | undefined {
    const answer = this.answers?.(request);
    if (answer === undefined) return undefined;
    const { status, headers = {}, keeps = false } = answer;
    const { clock, trace, attempts } = this.#options;
    const says = `HTTP ${status}`;
    const connection = trace.connection();
    trace.happened('refused', 'harness', `${identity} knocked at ${request.target}: ${says}`, connection);
    const came = (line?: RawLine) => attempts.came({ outcome: 'refused', says, request, ...(line && { line }) });
    if (!keeps) came();
    const kept = (bytes: ByteLine) => came(new RawLine({ line: bytes, role: 'server', clock, trace, connection }));
    return { admit: false, status, headers, ...(keeps && { keeps: kept }) };
  }
}

/** Begins a message on a line and cuts it in the middle, without a close. */
export function cutInside(line: ByteLine, text: string): void {
  const frame = frameBytes({ opcode: opcodes.text, payload: new TextEncoder().encode(text) });
  line.write(frame.subarray(0, frame.length / 2));
  line.reset();
}
