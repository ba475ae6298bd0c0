/** Sends CALLs that are odd and need be no fault: each is answered or the connection ended, and the SUT goes on. */
import type { SchemaNode } from '../../schemas/json-schema.ts';
import type { Context } from '../../src/judge/context.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Frame } from '../../src/ocppj/frame.ts';
import type { Session } from '../../src/session.ts';
import { freshId } from '../ocppj/provoke.ts';

/** What came of a CALL. */
export interface Answer {
  readonly kind: 'callresult' | 'callerror' | 'silence' | 'closed';
  /** As it came; empty where nothing did. */
  readonly text: string;
  /** Milliseconds until then. */
  readonly ms: number;
  /** Of a CALLERROR. */
  readonly code: string | undefined;
}

/** The checks that every such case has, and what they go by. */
export const oddChecks = {
  told: {
    ref: { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' },
    level: 'SHALL',
    says: 'each CALL is answered with a CALLRESULT or a CALLERROR, unless the connection is ended',
  },
  alive: {
    ref: { '1.6': 'J 4.1', '2.0.1': 'P4 4.1', '2.1': 'P4 4.1' },
    level: 'SHALL',
    says: 'a good message is served after each of them',
  },
} as const;

/** Numbers below it are the generator's. */
const USUAL = 1_000;

type Judged = Context<'told' | 'alive'>;

export class OddBench {
  readonly #context: Judged;
  #session: Session;
  #requests = 0;

  constructor(context: Judged, session: Session) {
    this.#context = context;
    this.#session = session;
  }

  /** Sends a CALL, and waits for what comes of it. */
  async ask(action: string, payload: unknown): Promise<Answer> {
    const { clock, peer, sut } = this.#context;
    if (!this.#session.open) this.#session = await peer.open();
    const session = this.#session;
    const id = freshId(this.#context);
    const began = clock.monotonic();
    // A message of which the id could not be read is answered under another (2.x Part 4, 4.2.3).
    const fits = (frame: Frame) =>
      'id' in frame && (frame.id === id || (frame.kind === 'callerror' && frame.id === '-1'));
    const answer = session.awaitFrame(fits, sut.timeoutMs);
    session.sendRaw(encodeCall(id, action, this.#numbered(payload)));
    const frame = await answer;
    const ms = clock.monotonic() - began;
    if (frame === undefined) return { kind: session.open ? 'silence' : 'closed', text: '', ms, code: undefined };
    const kind = frame.kind === 'callresult' ? 'callresult' : 'callerror';
    return { kind, text: frame.raw, ms, code: frame.kind === 'callerror' ? frame.code : undefined };
  }

  /** Reports have a number of their own for each time that they are asked for. */
  #numbered(payload: unknown): unknown {
    const { requestId } = (payload ?? {}) as { requestId?: unknown };
    const usual = Number.isInteger(requestId) && Number(requestId) >= 0 && Number(requestId) < USUAL;
    return usual ? { ...(payload as object), requestId: USUAL + ++this.#requests } : payload;
  }

  /** Whether a valid message is served; only then does what comes of an odd one say anything. */
  async serves(action: string, payload: unknown): Promise<boolean> {
    return (await this.ask(action, payload)).kind === 'callresult';
  }

  /** Sends a CALL that is odd, and judges that it is told and survived. @param where what it is, for the report */
  async odd(where: string, action: string, payload: unknown): Promise<Answer> {
    const { check, peer } = this.#context;
    const answer = await this.ask(action, payload);
    check('told', () => expect(answer.kind, where).to.not.equal('silence'));
    const session = this.#session;
    if (!session.open) return answer;
    const after = await session.call(peer.probe.action, peer.probe.payload);
    // Who hangs up now is let in again before the next one, or the case ends with that.
    if (after.kind !== 'closed') check('alive', () => expect(after, `after ${where}`).to.be.callResult());
    return answer;
  }
}

/** Schema of a CALL. */
export const schemaOf = ({ dialect, schemas }: Context, action: string): SchemaNode =>
  schemas.schema(dialect.version, action, 'call') as SchemaNode;
