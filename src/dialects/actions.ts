/** Reads the compact tables of the dialects: one line for each block and initiator. */
import type { ActionFacts, Initiator } from './dialect.ts';

type Row = readonly [block: string, from: Initiator, names: string];

/** @param rows block, initiator, and action names separated by white space; `~Name` travels unanswered */
export function actionTable(rows: readonly Row[]): Readonly<Record<string, ActionFacts>> {
  const table: Record<string, ActionFacts> = {};
  for (const [block, from, names] of rows) {
    for (const word of names.trim().split(/\s+/)) {
      const unanswered = word.startsWith('~');
      table[unanswered ? word.slice(1) : word] = unanswered ? { from, block, unanswered } : { from, block };
    }
  }
  return Object.freeze(table);
}
