/** What a 2.x station says of a transaction, event by event: one numbered line of TransactionEvents. */
import type { Context } from '../../src/judge/context.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { CONNECTOR, EVSE, now } from './states.ts';

export { ago } from './odds.ts';

export type EventType = 'Started' | 'Updated' | 'Ended';

/** What an event carries besides its type, its reason and its number. */
export interface Telling {
  readonly chargingState?: 'Charging' | 'EVConnected' | 'SuspendedEV' | 'SuspendedEVSE' | 'Idle';
  /** ReasonEnumType. */
  readonly stoppedReason?: string;
  readonly remoteStartId?: unknown;
  /** Presented, or authorized, at this event. */
  readonly token?: Token;
  /** `unknown`: nobody knows yet which one; `bay`: known by its parking bay, no connector yet. Default: both, when news. */
  readonly evse?: 'unknown' | 'bay';
  readonly meterValue?: readonly Payload[];
  /** It happened while there was no connection. */
  readonly offline?: true;
  /** RFC 3339, when it happened; now, unless told. */
  readonly at?: string;
  /** More members of transactionInfo. */
  readonly info?: Payload;
  /** More members of the message. */
  readonly more?: Payload;
}

export interface Place {
  readonly evseId?: number;
  readonly connectorId?: number;
  /** Number of the first event: stations may count on from the last transaction (Part 2, 1.3.2.1). */
  readonly seqNo?: number;
}

/** One transaction of the station that a case plays; it keeps count of what was said. */
export class Transaction2 {
  readonly id: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly #context: Context;
  #seqNo: number;
  #wh: number;
  #evseTold = false;
  #state: 'new' | 'running' | 'over' = 'new';

  constructor(context: Context, { evseId = EVSE, connectorId = CONNECTOR, seqNo = 0 }: Place = {}) {
    this.#context = context;
    this.id = randomWord(context.random, 36);
    this.evseId = evseId;
    this.connectorId = connectorId;
    this.#seqNo = seqNo;
    this.#wh = 10_000 + Math.floor(context.random() * 1e6);
  }

  /** Its start was said, and its end was not. */
  get running(): boolean {
    return this.#state === 'running';
  }

  /** Number of the event that comes next. */
  get nextSeqNo(): number {
    return this.#seqNo;
  }

  /** Started, until that was said. */
  get next(): EventType {
    return this.#state === 'new' ? 'Started' : 'Updated';
  }

  /** Register of the meter in Wh, a little higher each time. */
  wh(): number {
    this.#wh += 1 + Math.floor(this.#context.random() * 500);
    return this.#wh;
  }

  /** An event with the next number, not sent: for queues, and to send it twice. */
  compose(eventType: EventType, triggerReason: string, telling: Telling = {}): Payload {
    const { chargingState, stoppedReason, remoteStartId, token, offline, at = now(this.#context) } = telling;
    this.#state = eventType === 'Ended' ? 'over' : 'running';
    const evse = this.#evse(telling.evse);
    const meterValue = telling.meterValue ?? this.#reading(eventType, at, evse !== undefined);
    return {
      eventType,
      timestamp: at,
      triggerReason,
      seqNo: this.#seqNo++,
      transactionInfo: {
        transactionId: this.id,
        ...(chargingState && { chargingState }),
        ...(stoppedReason !== undefined && { stoppedReason }),
        ...(remoteStartId !== undefined && { remoteStartId }),
        ...telling.info,
      },
      ...(offline && { offline }),
      ...(evse && { evse }),
      ...(token && { idToken: { idToken: token.idToken, type: token.type } }),
      ...(meterValue && { meterValue }),
      ...telling.more,
    };
  }

  /** Sends an event; what comes of it is a value. */
  tell(eventType: EventType, triggerReason: string, telling: Telling = {}): Promise<Reply> {
    return this.send(this.compose(eventType, triggerReason, telling));
  }

  /** Sends what was composed before. */
  send(event: Payload): Promise<Reply> {
    return this.#context.station.call('TransactionEvent', event);
  }

  /** The EVSE stands in the first event after it is known, and need not come again (E01.FR.16). */
  #evse(known: Telling['evse']): Payload | undefined {
    if (known === 'unknown') return undefined;
    if (known === 'bay') return { id: this.evseId };
    if (this.#evseTold) return undefined;
    this.#evseTold = true;
    return { id: this.evseId, connectorId: this.connectorId };
  }

  /** A register at the start, where the EVSE is known, and at the end (E01.FR.09, E06.FR.11). */
  #reading(eventType: EventType, at: string, placed: boolean): readonly Payload[] | undefined {
    if (eventType === 'Ended') return [reading(this.wh(), at, 'Transaction.End')];
    return eventType === 'Started' && placed ? [reading(this.wh(), at, 'Transaction.Begin')] : undefined;
  }
}

/** One MeterValue: the register. @param more members of the sampled value */
export const reading = (wh: number, at: string, context: string, more: Payload = {}): Payload => ({
  timestamp: at,
  sampledValue: [
    { value: wh, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' }, ...more },
  ],
});

/** Members of a sampled value that is signed; the signature is a text to the CSMS, whatever it says. */
export const signed = (random: () => number): Payload => ({
  signedMeterValue: {
    // Base64 of our own; real ones fill up to 2500 characters.
    signedMeterData: btoa(randomWord(random, 300)),
    signingMethod: 'ECDSA-secp256r1-SHA256',
    encodingMethod: 'OCMF',
    publicKey: btoa(randomWord(random, 90)),
  },
});
