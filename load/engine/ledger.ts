/** Books of what stations told of transactions and what the CSMS took: they have to balance at the end. */
import type { Counts } from './counts.ts';

/** What a CALL says of a transaction. */
export interface Entry {
  readonly kind: 'started' | 'ended';
  /** Register of the meter, in Wh; undefined where the message holds none. */
  readonly wh: number | undefined;
}

/** A start or an end, in the words of either version. */
const KINDS: readonly (readonly [action: string, kind: Entry['kind'], says: RegExp | undefined])[] = [
  ['StartTransaction', 'started', undefined],
  ['StopTransaction', 'ended', undefined],
  ['TransactionEvent', 'started', /"eventType":"Started"/],
  ['TransactionEvent', 'ended', /"eventType":"Ended"/],
];

/** The whole frame is looked at: it is ours, so that its spelling is known. */
export function entryOf(action: string, text: string): Entry | undefined {
  if (!action.includes('Transaction')) return undefined;
  const found = KINDS.find(([of, , says]) => of === action && (says === undefined || says.test(text)));
  if (found === undefined) return undefined;
  const [, kind] = found;
  const [, wh] = /"meterSt(?:art|op)":(\d+)/.exec(text) ?? [];
  return { kind, wh: wh === undefined ? undefined : Number(wh) };
}

/** An entry that the CSMS took. */
export function book(counts: Counts, { kind, wh }: Entry): void {
  counts.counter(kind === 'started' ? 'ocpp_transactions_started' : 'ocpp_transactions_ended').value++;
  if (wh !== undefined) counts.counter('ocpp_energy').value += kind === 'ended' ? wh : -wh;
}
