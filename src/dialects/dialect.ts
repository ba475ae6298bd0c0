/** What one OCPP version is, as data: a case never asks which version it runs in. */

export const ocppVersions = ['1.6', '2.0.1', '2.1'] as const;
export type OcppVersion = (typeof ocppVersions)[number];

/** The two ends of an OCPP-J connection. */
export type Role = 'csms' | 'station';

/** Who may initiate an action. */
export type Initiator = Role | 'both';

export interface ActionFacts {
  readonly from: Initiator;
  /** Functional block: 1.6 feature profile, or letter and name of the 2.x block. */
  readonly block: string;
  /** 2.1: the action travels as SEND and is never answered. */
  readonly unanswered?: true;
}

/** What can be wrong with a CALL, so far as a CALLERROR code tells it. */
export type Offence =
  | 'unreadable'
  | 'unknownAction'
  | 'unsupportedAction'
  | 'missingField'
  | 'extraField'
  | 'wrongType'
  | 'badValue'
  | 'tooLong'
  | 'payloadNoObject'
  | 'beforeBoot';

/** The code that fits an offence best, and those that the text of the version leaves room for. */
export interface CodeChoice {
  readonly preferred: string;
  readonly accepted: readonly string[];
}

export interface Dialect {
  readonly version: OcppVersion;
  /** Sec-WebSocket-Protocol token. */
  readonly subprotocol: string;
  readonly actions: Readonly<Record<string, ActionFacts>>;
  /** MessageTypeIds of the version. */
  readonly messageTypes: ReadonlySet<number>;
  /** CALLERROR codes of the version. */
  readonly errorCodes: ReadonlySet<string>;
  /** Code by offence; the texts fix few of these, so each has a list of accepted ones. */
  readonly codes: Readonly<Record<Offence, CodeChoice>>;
  /** Longest message id, in characters (Part 4, section 4.1.4; 1.6-J errata 3.7). */
  readonly maxMessageId: number;
  /** Level of "one outstanding CALL in each direction" (1.6-J: SHOULD NOT; 2.x Part 4, 4.1.1: SHALL NOT). */
  readonly oneOutstandingCall: 'SHALL' | 'SHOULD';
  /** Level of "a message that can't be read is answered with CALLERROR". */
  readonly answersUnreadable: 'SHOULD' | 'MAY';
}

/** True where `role` may send a CALL of `action` in this dialect. */
export function mayInitiate(dialect: Dialect, role: Role, action: string): boolean {
  const from = Object.hasOwn(dialect.actions, action) ? dialect.actions[action]?.from : undefined;
  return from === role || from === 'both';
}
