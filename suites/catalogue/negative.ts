/** Which cases cover which id of the negative catalogue: handshake, framing, envelope, payloads, semantics, identity, TLS, credentials. */
import table from './negative.json' with { type: 'json' };
import { words } from './table.ts';

export interface Covered {
  /** `WF-07`: group and number. */
  readonly id: string;
  /** Ids of cases; none where the id is not covered. */
  readonly cases: readonly string[];
}

/** Every id of the groups, in order. */
export const negativeCoverage = (): readonly Covered[] =>
  table.rows.map(([id = '', cases = '']) => ({ id, cases: cases === '' ? [] : words(cases) }));
