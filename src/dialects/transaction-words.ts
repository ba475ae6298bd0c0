/** What a charging station says of one simple transaction, as messages: from an accepted token to the end. */
import type { OcppVersion } from './dialect.ts';
import type { IdToken } from './station-words.ts';

type Payload = Readonly<Record<string, unknown>>;

/** A message with its action. */
export interface Said {
  readonly action: string;
  readonly payload: Payload;
}

/** What stays the same from the first message of a transaction to the last. */
export interface TransactionFacts {
  readonly evseId: number;
  readonly connectorId: number;
  /** Presented at the start. */
  readonly token: IdToken;
  /** What the station calls it (2.x); in 1.6 the CSMS gives the number. */
  readonly transactionId: string;
}

/** Why a transaction ends. */
export type Ending = 'local' | 'resetNow' | 'masterPass';

/** One moment of a transaction. */
export interface Moment {
  /** RFC 3339. */
  readonly at: string;
  /** Register of the meter, in Wh. */
  readonly wh: number;
}

export interface TransactionWords {
  start(facts: TransactionFacts, moment: Moment): Said;
  /** The id by which both sides know it from then on; undefined where the answer to the start lacks it. */
  idOf(facts: TransactionFacts, started: Payload): unknown;
  /**
   * A reading of the meter in its course.
   * @param started the answer to the start
   * @param seqNo messages of this transaction before this one (2.x)
   */
  during(facts: TransactionFacts, moment: Moment, started: Payload, seqNo: number): Said;
  /** The same message, told later: it comes from the time in which there was no connection. */
  late(said: Said): Said;
  /**
   * @param started the answer to the start
   * @param token who ends it; undefined where nobody presented one
   * @param seqNo messages of this transaction before this one (2.x)
   */
  end(
    facts: TransactionFacts,
    moment: Moment,
    started: Payload,
    seqNo: number,
    why: Ending,
    token: IdToken | undefined,
  ): Said;
}

const STOP_16: Readonly<Record<Ending, string>> = { local: 'Local', resetNow: 'HardReset', masterPass: 'Other' };

const v16: TransactionWords = {
  start: ({ evseId, token }, { at, wh }) => ({
    action: 'StartTransaction',
    payload: { connectorId: evseId, idTag: token.idToken, meterStart: wh, timestamp: at },
  }),
  idOf: (_facts, started) => started['transactionId'],
  during: ({ evseId }, { at, wh }, started) => ({
    action: 'MeterValues',
    payload: {
      connectorId: evseId,
      transactionId: started['transactionId'],
      meterValue: [
        {
          timestamp: at,
          sampledValue: [{ value: String(wh), context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register' }],
        },
      ],
    },
  }),
  late: (said) => said,
  end: (_facts, { at, wh }, started, _seqNo, why, token) => ({
    action: 'StopTransaction',
    payload: {
      transactionId: started['transactionId'],
      meterStop: wh,
      timestamp: at,
      reason: STOP_16[why],
      ...(token && { idTag: token.idToken }),
    },
  }),
};

const register = (wh: number, at: string, context: string): Payload => ({
  timestamp: at,
  sampledValue: [{ value: wh, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } }],
});

/** 2.x triggerReason and stoppedReason. */
const STOP_2: Readonly<Record<Ending, readonly [string, string]>> = {
  local: ['StopAuthorized', 'Local'],
  resetNow: ['ResetCommand', 'ImmediateReset'],
  masterPass: ['StopAuthorized', 'MasterPass'],
};

const bare = ({ idToken, type }: IdToken): IdToken => ({ idToken, type });

const v2: TransactionWords = {
  start: ({ evseId, connectorId, token, transactionId }, { at, wh }) => ({
    action: 'TransactionEvent',
    payload: {
      eventType: 'Started',
      timestamp: at,
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId, chargingState: 'EVConnected' },
      evse: { id: evseId, connectorId },
      idToken: bare(token),
      meterValue: [register(wh, at, 'Transaction.Begin')],
    },
  }),
  idOf: ({ transactionId }) => transactionId,
  during: ({ transactionId }, { at, wh }, _started, seqNo) => ({
    action: 'TransactionEvent',
    payload: {
      eventType: 'Updated',
      timestamp: at,
      triggerReason: 'MeterValuePeriodic',
      seqNo,
      transactionInfo: { transactionId },
      meterValue: [register(wh, at, 'Sample.Periodic')],
    },
  }),
  late: ({ action, payload }) => ({ action, payload: { ...payload, offline: true } }),
  end: ({ transactionId }, { at, wh }, _started, seqNo, why, token) => ({
    action: 'TransactionEvent',
    payload: {
      eventType: 'Ended',
      timestamp: at,
      triggerReason: STOP_2[why][0],
      seqNo,
      transactionInfo: { transactionId, chargingState: 'EVConnected', stoppedReason: STOP_2[why][1] },
      ...(token && { idToken: bare(token) }),
      meterValue: [register(wh, at, 'Transaction.End')],
    },
  }),
};

export const transactionWords: Readonly<Record<OcppVersion, TransactionWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };
