/** Certification profiles, and what one of them says about a case. */

/** M: must pass where the profile is claimed. C: where the condition holds too. `?`: in the profile, status not known. */
export type Status = 'M' | 'C' | '?';

export interface Certification {
  readonly profile: string;
  readonly status: Status;
  /**
   * Of a C: PICS features, questions, hardware sets and profiles, joined by `and`, `or`, `not`: `C-49 and (C-30 or C-31)`.
   * Absent where the condition is not known.
   */
  readonly condition?: string;
}

/** Names of certification profiles, as `--profile` takes them. The last five stand only in one version's programme. */
export const profileNames: readonly string[] = [
  'core',
  'advanced-security',
  'local-auth-list',
  'smart-charging',
  'advanced-device-management',
  'advanced-user-interface',
  'reservation',
  'iso15118',
  'remote-trigger',
  'payment',
  'bidirectional-power-transfer',
  'der-control',
];

/** Reads `core C if C-56; advanced-device-management M`. */
export function readCertification(cell: string): readonly Certification[] {
  if (cell === '') return [];
  return cell.split('; ').map((entry) => {
    const [head = '', condition] = entry.split(' if ');
    const [profile = '', status] = head.split(' ');
    return { profile, status: status as Status, ...(condition === undefined ? {} : { condition }) };
  });
}

/** Part 5 of 2.1 made these profiles optional features of Core; users go on asking for them by name. */
const FOLDED: Readonly<Record<string, string>> = {
  'local-auth-list': 'LA-0',
  reservation: 'R-0',
  'advanced-device-management': 'DM-0',
  'advanced-user-interface': 'UI-0',
};

/** What a status of 2.0.1 became in 2.1. */
export function folded(entry: Certification): Certification {
  const { profile, condition } = entry;
  const feature = FOLDED[profile];
  if (feature === undefined) return entry;
  return { profile, status: 'C', condition: condition === undefined ? feature : `${feature} and (${condition})` };
}
