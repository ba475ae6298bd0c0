/** Where a CSMS slips on what is no CALL: it serves what can't be read, and reacts to what is never answered. Only faults use it. */
import { decode } from '../ocppj/decode.ts';
import { encodeCallError, encodeCallResult } from '../ocppj/encode.ts';
import type { Malformed } from '../ocppj/frame.ts';
import type { Transport } from '../wire/transport.ts';
import type { CsmsPolicy } from './policy.ts';

type Slips = Pick<CsmsPolicy, 'answersStrayAnswers' | 'hangsUpOnStrayAnswers' | 'answersSends'>;

/** `transport` itself for a CSMS without these faults. */
export function slipping(transport: Transport, policy: Slips): Transport {
  if (!policy.answersStrayAnswers && !policy.hangsUpOnStrayAnswers && !policy.answersSends) return transport;
  const asked = new Set<string>();

  function react(message: string | Uint8Array): void {
    const frame = decode(message);
    if (frame.kind === 'send' && policy.answersSends) transport.send(encodeCallResult(frame.id, {}));
    if (frame.kind !== 'callresult' && frame.kind !== 'callerror' && frame.kind !== 'callresulterror') return;
    if (asked.delete(frame.id)) return;
    if (policy.answersStrayAnswers) transport.send(encodeCallError(frame.id, 'InternalError', 'no such CALL'));
    if (policy.hangsUpOnStrayAnswers) transport.close(1002, 'no such CALL');
  }

  return {
    subprotocol: transport.subprotocol,
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          react(message);
          events.message(message);
        },
      }),
    send: (message) => {
      const frame = decode(message);
      if (frame.kind === 'call') asked.add(frame.id);
      transport.send(message);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}

/** What a CSMS with a fault says to a message that can't be read; undefined for one without. */
export function slipOn({ id, reason }: Malformed, policy: CsmsPolicy): string | undefined {
  const known = typeof id === 'string' ? id : '-1';
  if (policy.servesUnreadable) return encodeCallResult(known, {});
  if (policy.servesUnknownMessageTypes && reason === 'message-type') return encodeCallResult(known, {});
  if (policy.echoesNumericIds && typeof id === 'number') return JSON.stringify([3, id, {}]);
  if (policy.inventsCodes) return encodeCallError(known, 'Unreadable');
  if (policy.inventsIds) return encodeCallError('4711', 'GenericError', 'unreadable');
  return undefined;
}
