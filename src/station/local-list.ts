/** The local authorization list: full and differential updates with versions, in either version of OCPP. */
import { knownFrom } from './authorization.ts';
import { extrasOf } from './extras.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { flag, has } from './values.ts';

/** Most entries that the list holds. */
export const MAX_ENTRIES = 1_000;

/** One entry of SendLocalList, in words of neither version. */
export interface ListEntry {
  readonly idToken: string;
  /** As `idTagInfo` or `idTokenInfo` holds it; undefined deletes the entry. */
  readonly answer: Payload | undefined;
}

/** Version of the list; 0 while there is none. */
export const listVersion = (station: Station): number => station.extras?.listVersion ?? 0;

/** True where nobody is in the list: 1.6 tells its version as 0 (1.6 section 5.10). */
export const listEmpty = (station: Station): boolean => (station.extras?.localList?.size ?? 0) === 0;

export const listEnabled = (station: Station): boolean =>
  has(station, 'LocalAuthListManagement') && flag(station, station.protocol.keys.listEnabled);

/** Takes a list, or leaves the old one as it is. @returns status of the answer */
export function updateList(
  station: Station,
  version: number,
  type: unknown,
  entries: readonly ListEntry[],
): 'Accepted' | 'Failed' | 'VersionMismatch' {
  if (version <= 0 || station.extras?.refusesLists) return 'Failed';
  // A differential list builds on an older one (1.6 section 5.15; 2.x D01.FR.19).
  if (type === 'Differential' && version <= listVersion(station)) return 'VersionMismatch';
  const keys = entries.map(({ idToken }) => idToken.toLowerCase());
  if (new Set(keys).size !== keys.length) return 'Failed';
  const next = new Map(type === 'Differential' ? station.extras?.localList : undefined);
  for (const { idToken, answer } of entries) {
    const key = idToken.toLowerCase();
    if (answer === undefined) {
      if (type === 'Full') return 'Failed';
      next.delete(key);
      continue;
    }
    const known = knownFrom(station, answer);
    if (known === undefined) return 'Failed';
    next.set(key, known);
  }
  if (next.size > MAX_ENTRIES) return 'Failed';
  const extras = extrasOf(station);
  extras.localList = next;
  extras.listVersion = version;
  return 'Accepted';
}
