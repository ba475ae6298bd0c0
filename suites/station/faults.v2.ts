/** Faults of a 2.x charger in what it tells of transactions. */
import { alter, type Fault } from '../../src/judge/fault.ts';
import type { Payload } from '../../src/session.ts';

/** Only frames that tell this word. */
export const tellsOf = (word: string) => ({
  when: (payload: unknown) => JSON.stringify(payload).includes(`"${word}"`),
});

/** Other members for an event that tells a word. */
export const event = (change: Payload, word: string): Fault => alter('TransactionEvent', change, tellsOf(word));

/** Other values for members of transactionInfo. */
export const info = (change: Payload, word: string): Fault => event({ transactionInfo: change }, word);

/** An event that nobody has a reason for leaves right behind a frame of another action. */
export function eventBehind(action: string, name: string, says: string, payload: Payload): Fault {
  const told = { timestamp: '2026-01-01T00:00:00Z', seqNo: 90, transactionInfo: { transactionId: 'x' }, ...payload };
  return {
    name,
    says,
    rewrite: (out) =>
      out.action === action
        ? [{ text: out.text }, { text: JSON.stringify([2, `${out.id}s`, 'TransactionEvent', told]), afterMs: 5 }]
        : undefined,
  };
}
