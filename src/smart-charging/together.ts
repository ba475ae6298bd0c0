/** Rules between installed profiles: no two of them may claim the same place. */
import type { Profile, Question } from './model.ts';
import { ImpossibleProfiles } from './types.ts';

/** @throws ImpossibleProfiles where it would depend on the order of installation which profile rules */
export function checkTogether({ profiles, version }: Question): void {
  for (const [at, one] of profiles.entries()) {
    for (const other of profiles.slice(at + 1)) {
      if (one.id === other.id) {
        throw new ImpossibleProfiles(
          `two profiles have the id ${one.id}; the later one replaces the earlier one (1.6 section 5.16.3, K01.FR.05)`,
        );
      }
      const ref = clash(one, other, version);
      if (ref !== undefined) {
        throw new ImpossibleProfiles(
          `profiles ${one.id} and ${other.id} are both ${one.purpose} at stackLevel ${one.stackLevel} (${ref})`,
        );
      }
    }
  }
}

/** A profile of EVSE 0 with such a purpose is in force on every EVSE, in one stack with the EVSE's own. */
const INHERITED: ReadonlySet<string> = new Set(['TxDefaultProfile', 'PriorityCharging']);

/** The rule that keeps the two apart, or undefined. */
function clash(one: Profile, other: Profile, version: Question['version']): string | undefined {
  if (one.purpose !== other.purpose || one.stackLevel !== other.stackLevel) return undefined;
  if (one.evse !== other.evse) {
    const inherited = INHERITED.has(one.purpose) && (one.evse === 0 || other.evse === 0);
    // 1.6 section 3.13.1 lets the connector's own profile replace the one of connector 0.
    return inherited && version !== '1.6' ? 'K01.FR.52, K01.FR.53, block K section 3.4' : undefined;
  }
  if (one.purpose === 'TxProfile' && ofOtherTransactions(one, other)) return undefined;
  if (version === '1.6') return '1.6 section 3.13.2';
  const overlap = one.validFrom < other.validTo && other.validFrom < one.validTo;
  return overlap ? 'K01.FR.06, K01.FR.39' : undefined;
}

const ofOtherTransactions = ({ transactionId: one }: Profile, { transactionId: other }: Profile): boolean =>
  one !== undefined && other !== undefined && one !== other;
