/** What comes over the wire: answers go to the outbox, CALLs of the CSMS to the table of the version. */

import { type Dialect, dialects, mayInitiate, type Offence } from '../dialects/index.ts';
import { offenceOf } from '../dialects/offence-of.ts';
import { decode } from '../ocppj/decode.ts';
import { encodeCallError, encodeCallResult } from '../ocppj/encode.ts';
import type { Call, Malformed } from '../ocppj/frame.ts';
import { answered } from './outbox.ts';
import { Unsupported } from './protocol.ts';
import { NOTHING } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';

const asObject = (payload: unknown): Payload =>
  payload !== null && typeof payload === 'object' && !Array.isArray(payload) ? (payload as Payload) : NOTHING;

export function receive(station: Station, text: string): void {
  const frame = decode(text);
  switch (frame.kind) {
    case 'callresult':
      if (!answered(station, frame.id, 'callresult', asObject(frame.payload))) station.observer?.unexpected?.(text);
      break;
    case 'callerror':
      if (!answered(station, frame.id, 'callerror', NOTHING, frame.code)) station.observer?.unexpected?.(text);
      break;
    case 'call':
      called(station, frame);
      break;
    case 'malformed':
      unreadable(station, frame);
      break;
  }
}

/** A CALL that can't be served as it is: becomes a CALLERROR. */
class Refusal extends Error {
  readonly code: string;
  constructor(code: string, says: string) {
    super(says);
    this.code = code;
  }
}

function called(station: Station, call: Call): void {
  const asked = asObject(call.payload);
  station.observer?.called?.(call.action, asked, station.clock.monotonic());
  const work: (() => void)[] = [];
  let answer: string;
  try {
    answer = encodeCallResult(call.id, handle(station, call, asked, work));
  } catch (cause) {
    const code = codeOf(cause, station);
    answer = encodeCallError(call.id, code, cause instanceof Error ? cause.message.slice(0, 255) : '');
    work.length = 0;
  }
  station.transmit(answer);
  for (const step of work) step();
}

function codeOf(cause: unknown, { settings }: Station): string {
  if (cause instanceof Refusal) return cause.code;
  return cause instanceof Unsupported ? dialects[settings.version].codes.unsupportedAction.preferred : 'InternalError';
}

function handle(station: Station, call: Call, asked: Payload, work: (() => void)[]): Payload {
  const dialect = dialects[station.settings.version];
  const refuse = (offence: Offence, says: string) => new Refusal(dialect.codes[offence].preferred, says);
  if (!mayInitiate(dialect, 'csms', call.action)) {
    const known = Object.hasOwn(dialect.actions, call.action);
    throw refuse(known ? 'unsupportedAction' : 'unknownAction', `${call.action} is not for a CSMS to call`);
  }
  const { handlers } = station.protocol;
  const handler = Object.hasOwn(handlers, call.action) ? handlers[call.action] : undefined;
  if (handler === undefined) throw refuse('unsupportedAction', `${call.action} is not supported`);
  // A station that was rejected serves nobody (2.x B03.FR.08; 1.6-J errata 3.10 recommends the same).
  if (station.registration === 'none' || station.registration === 'Rejected') {
    throw refuse('beforeBoot', 'the station is not accepted');
  }
  const offence = offenceIn(station, call, dialect);
  if (offence !== undefined) throw refuse(offence.kind, offence.says);
  return handler(station, asked, (step) => work.push(step));
}

/** What is wrong with the payload, where the environment brought schemas to tell. */
function offenceIn(station: Station, call: Call, dialect: Dialect): { kind: Offence; says: string } | undefined {
  if (call.id.length > dialect.maxMessageId) {
    return { kind: 'unreadable', says: `a message id has at most ${dialect.maxMessageId} characters` };
  }
  if (asObject(call.payload) !== call.payload) return { kind: 'payloadNoObject', says: 'the payload is no object' };
  const violation = station.schemas
    ?.validate(dialect.version, call.action, 'call', call.payload)
    .find(({ layer, note }) => layer === 'schema' && note === undefined);
  return (
    violation && {
      kind: offenceOf(violation),
      says: `${violation.path || 'the payload'}: ${violation.message}`,
    }
  );
}

/** A message that is no frame (2.x Part 4, sections 4.2.3 and 4.4); 1.6 says nothing of it, so it is left alone. */
function unreadable(station: Station, frame: Malformed): void {
  station.observer?.unreadable?.(frame.raw);
  const dialect = dialects[station.settings.version];
  if (dialect.answersUnreadable !== 'SHOULD') return;
  // An answer that can't be read is no CALL: it is never answered.
  if (frame.messageType === 3 || frame.messageType === 4) return;
  const id = typeof frame.id === 'string' ? frame.id : '-1';
  const unknownType = frame.messageType !== undefined && frame.reason === 'message-type';
  const code = unknownType ? 'MessageTypeNotSupported' : dialect.codes.unreadable.preferred;
  station.transmit(encodeCallError(id, code, frame.says.slice(0, 255)));
}
