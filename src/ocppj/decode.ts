/** Text → Frame. Never throws, whatever arrives, and keeps everything that arrived. */
import type { Frame, Malformation, Malformed } from './frame.ts';
import { MessageType } from './frame.ts';

/** Elements of each frame, by MessageTypeId (Part 4, section 4.2). */
const ARITY: Readonly<Record<number, number>> = {
  [MessageType.Call]: 4,
  [MessageType.CallResult]: 3,
  [MessageType.CallError]: 5,
  [MessageType.CallResultError]: 5,
  [MessageType.Send]: 4,
};

/**
 * Reads one WebSocket message. What is no frame comes back as `malformed` with its reason.
 * The payload is not looked into: any JSON value is kept, the schemas judge it.
 */
export function decode(message: string | Uint8Array): Frame {
  if (typeof message !== 'string') {
    return malformed(hex(message), 'binary', 'OCPP-J frames are text, this one is binary');
  }
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch (cause) {
    return malformed(message, 'not-json', `no JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!Array.isArray(json)) return malformed(message, 'not-array', 'the outermost JSON value is no array');
  return fromArray(message, json);
}

function fromArray(raw: string, parts: readonly unknown[]): Frame {
  const [type, id] = parts;
  const known = { ...(parts.length > 0 && { messageType: type }), ...(parts.length > 1 && { id }) };
  const bad = (reason: Malformation, says: string) => malformed(raw, reason, says, known);

  const arity = typeof type === 'number' ? ARITY[type] : undefined;
  if (arity === undefined) return bad('message-type', `no MessageTypeId of OCPP-J: ${show(type)}`);
  if (parts.length !== arity)
    return bad('arity', `MessageTypeId ${type} takes ${arity} elements, here are ${parts.length}`);
  if (typeof id !== 'string') return bad('message-id', `the message id is no string: ${show(id)}`);

  switch (type) {
    case MessageType.Call:
    case MessageType.Send: {
      const [, , action, payload] = parts;
      if (typeof action !== 'string') return bad('action', `the action is no string: ${show(action)}`);
      return { kind: type === MessageType.Call ? 'call' : 'send', raw, id, action, payload };
    }
    case MessageType.CallResult:
      return { kind: 'callresult', raw, id, payload: parts[2] };
    default: {
      const [, , code, description, details] = parts;
      if (typeof code !== 'string') return bad('error-code', `the error code is no string: ${show(code)}`);
      if (typeof description !== 'string')
        return bad('error-description', `the error description is no string: ${show(description)}`);
      return {
        kind: type === MessageType.CallError ? 'callerror' : 'callresulterror',
        raw,
        id,
        code,
        description,
        details,
      };
    }
  }
}

function malformed(raw: string, reason: Malformation, says: string, known: Partial<Malformed> = {}): Malformed {
  return { kind: 'malformed', raw, reason, says, ...known };
}

/** A value in at most 40 characters; deep nesting must not overflow the stack of JSON.stringify. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value !== null && typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
