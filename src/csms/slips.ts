/** Where a CSMS slips on what is no plain CALL: unreadable messages, stray answers, SENDs, repeated ids. Only faults use it. */
import { decode } from '../ocppj/decode.ts';
import { encodeCallError, encodeCallResult } from '../ocppj/encode.ts';
import type { Frame, Malformed } from '../ocppj/frame.ts';
import type { Transport } from '../wire/transport.ts';
import { hasOddValue } from './odd-values.ts';
import type { CsmsPolicy } from './policy.ts';

/** What comes of a message: it goes on to the model or not. */
type Course = 'on' | 'dropped';

const SLIPS = [
  'answersStrayAnswers',
  'hangsUpOnStrayAnswers',
  'answersSends',
  'hangsUpOnSends',
  'hangsUpOnCalls',
  'answersAnIdOnce',
  'answersIdsFromMemory',
  'diesOnStrangeIds',
  'diesOnQuotes',
  'diesOnOddValues',
  'mixesIds',
  'answersWrongAnswers',
  'diesOnWrongAnswers',
] as const satisfies readonly (keyof CsmsPolicy)[];

/**
 * A transport on which the CSMS slips; `transport` itself for one without these faults.
 * @param die lets nobody in any more
 */
export function slipping(transport: Transport, policy: CsmsPolicy, die: () => void): Transport {
  if (!SLIPS.some((slip) => policy[slip])) return transport;
  const asked = new Set<string>();
  const heard = new Map<string, string | undefined>();

  function react(frame: Frame): Course {
    if (frame.kind === 'send') {
      if (policy.answersSends) transport.send(encodeCallResult(frame.id, {}));
      if (policy.hangsUpOnSends) transport.close(1003, 'what is this?');
      return 'on';
    }
    if (frame.kind === 'call') {
      if (policy.mixesIds && asked.has(frame.id)) {
        transport.terminate();
        return 'dropped';
      }
      if (policy.hangsUpOnCalls) {
        transport.close(1011, 'no CALLs here');
        return 'dropped';
      }
      const strange = policy.diesOnStrangeIds && !/^[ -~]+$/.test(frame.id);
      const odd = policy.diesOnOddValues && hasOddValue(JSON.stringify(frame.payload));
      if (strange || odd || (policy.diesOnQuotes && frame.raw.includes("'"))) {
        die();
        transport.terminate();
        return 'dropped';
      }
      if (heard.has(frame.id)) {
        const answer = heard.get(frame.id);
        if (policy.answersIdsFromMemory && answer !== undefined) transport.send(answer);
        return policy.answersAnIdOnce || policy.answersIdsFromMemory ? 'dropped' : 'on';
      }
      heard.set(frame.id, undefined);
      return 'on';
    }
    if (frame.kind === 'callresult' && asked.has(frame.id) && isStrange(frame.payload)) {
      if (policy.answersWrongAnswers) transport.send(encodeCallError(frame.id, 'FormationViolation', 'what is this?'));
      if (policy.diesOnWrongAnswers) {
        die();
        transport.terminate();
      }
    }
    if (frame.kind === 'malformed' || asked.delete(frame.id)) return 'on';
    if (policy.answersStrayAnswers) transport.send(encodeCallError(frame.id, 'InternalError', 'no such CALL'));
    if (policy.hangsUpOnStrayAnswers) transport.close(1002, 'no such CALL');
    return 'on';
  }

  return {
    subprotocol: transport.subprotocol,
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          if (react(decode(message)) === 'on') events.message(message);
        },
      }),
    send: (message) => {
      const frame = decode(message);
      if (frame.kind === 'call') asked.add(frame.id);
      if (frame.kind === 'callresult') heard.set(frame.id, frame.raw);
      transport.send(message);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}

/** No answer of an operator's order has that. */
const isStrange = (payload: unknown): boolean =>
  typeof payload !== 'object' ||
  !['Accepted', 'Rejected'].includes(String((payload as { status?: unknown } | null)?.status));

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
