/** The wrong back offices, each wrong in one whole way. */

import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../control.ts';
import { alter } from './altering.ts';
import { yes } from './answers.ts';

export interface Call {
  id: Json;
  action: string;
  payload: Json;
}

export interface Kind {
  /** The frames that go back for a CALL, in that order. */
  answers(version: string, call: Call): Json[];
  /** What becomes of the payload that the operator wants sent. */
  onward(version: string, payload: JsonObject): JsonObject;
  /** Hangs up at the first frame, whatever it is. */
  closes?: true;
  /** Holds its answers back for `--delay-ms`. */
  late?: true;
}

const asTold = (_version: string, payload: JsonObject): JsonObject => payload;

const yesMan: Kind = {
  answers: (version, { id, action, payload }) => [[3, id, yes(version, action, payload)]],
  onward: asTold,
};

export const kinds = {
  /** Accepts everything, keeps nothing, sends on exactly what it is told. */
  'yes-man': yesMan,
  /** Accepts everything, and sends on something else. */
  'yes-man-altering': { ...yesMan, onward: alter },
  /** Never answers. */
  mute: { answers: () => [], onward: asTold },
  /** Answers everything with an empty payload. */
  empty: { answers: (_version, { id }) => [[3, id, {}]], onward: asTold },
  /** Answers right, to a message that nobody sent. */
  'wrong-id': {
    answers: (version, { action, payload }) => [[3, randomUUID(), yes(version, action, payload)]],
    onward: asTold,
  },
  closer: { answers: () => [], onward: asTold, closes: true },
  'call-error': {
    answers: (_version, { id }) => [[4, id, 'InternalError', 'nothing works here', {}]],
    onward: asTold,
  },
  /** Answers right, after everybody has stopped waiting. */
  late: { ...yesMan, late: true },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
