/** The tokens that every reference CSMS knows from the start, so that it can be tried without set-up. */
import type { KnownToken } from '../csms/store.ts';

export const referenceTokens: readonly KnownToken[] = [
  { idToken: 'PP-VALID', type: 'Central', status: 'Accepted' },
  { idToken: 'PP-SECOND', type: 'Central', status: 'Accepted' },
  { idToken: 'PP-GROUP-1', type: 'Central', status: 'Accepted', groupId: 'PP-GROUP' },
  { idToken: 'PP-GROUP-2', type: 'Central', status: 'Accepted', groupId: 'PP-GROUP' },
  { idToken: 'PP-INVALID', type: 'Central', status: 'Invalid' },
  { idToken: 'PP-BLOCKED', type: 'Central', status: 'Blocked' },
  { idToken: 'PP-EXPIRED', type: 'Central', status: 'Expired' },
];
