/** The five OCPP-J frames and what is none of them; every frame keeps the text it came from. */

/** MessageTypeId of OCPP-J, section 4.1.3 of Part 4. */
export const MessageType = {
  Call: 2,
  CallResult: 3,
  CallError: 4,
  CallResultError: 5,
  Send: 6,
} as const;

interface Raw {
  /** The frame as it stood on the wire; binary frames are shown as hex. */
  readonly raw: string;
}

export interface Call extends Raw {
  readonly kind: 'call';
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
}

export interface CallResult extends Raw {
  readonly kind: 'callresult';
  readonly id: string;
  readonly payload: unknown;
}

interface ErrorBody extends Raw {
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly details: unknown;
}

export interface CallError extends ErrorBody {
  readonly kind: 'callerror';
}

/** 2.1 only: the receiver of a CALLRESULT could not process it. */
export interface CallResultError extends ErrorBody {
  readonly kind: 'callresulterror';
}

/** 2.1 only: a message that is never answered. */
export interface Send extends Raw {
  readonly kind: 'send';
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
}

/** Why a frame is none of the five. */
export type Malformation =
  | 'binary'
  | 'not-json'
  | 'not-array'
  | 'message-type'
  | 'arity'
  | 'message-id'
  | 'action'
  | 'error-code'
  | 'error-description';

export interface Malformed extends Raw {
  readonly kind: 'malformed';
  readonly reason: Malformation;
  /** One sentence for a person. */
  readonly says: string;
  /** First element of the array, when there is one. */
  readonly messageType?: unknown;
  /** Second element, whatever its type, when there is one. */
  readonly id?: unknown;
}

export type Frame = Call | CallResult | CallError | CallResultError | Send | Malformed;
export type FrameKind = Frame['kind'];

/** A frame that answers a CALL. */
export type Answer = CallResult | CallError;
