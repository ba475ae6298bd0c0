/** The station identities of a run, each with its credentials. */
import type { OcppVersion, Role } from '../../dialects/dialect.ts';
import type { Identity } from '../system-under-test.ts';
import type { IdentityEntry } from './config-file.ts';
import { type Credentials, readSecret, type SecurityProfile } from './credentials.ts';
import type { Given, Merge } from './merge.ts';
import { expandIdentity, identityFault } from './values.ts';

/** The identity of a station that plugproof plays where the user names none. */
export const DEFAULT_IDENTITY = 'PLUGPROOF01';

type Credential = 'password' | 'cert' | 'key';

/** One entry of `ids`, or one identity of `--id`. */
export interface Entry {
  /** For blame. */
  blame: Given<unknown>['blame'];
  /** Identities that it stands for. */
  readonly ids: readonly string[];
  /** Its own credentials, each in its place. */
  own(name: Credential): Given<string> | undefined;
}

/** Entries of `--id`, else of `ids`. A station under test has an identity of its own; one that we play needs one. */
export function identityEntries(role: Role, merge: Merge): readonly Entry[] {
  const { flags, file } = merge;
  if (flags.id !== undefined && flags.id.length > 0) {
    return flags.id.flatMap((pattern) => {
      const given = merge.fromFlag('--id', pattern);
      // An identity named on the command line keeps the credentials that the file has for it.
      return idsOf(merge, given).map(
        (id): Entry => ({ blame: given.blame, ids: [id], own: (name) => credentialInFile(merge, id, name) }),
      );
    });
  }
  const given = merge.pickList<IdentityEntry>('', undefined, ['ids'], file.ids);
  if (given.length > 0) return given.map((entry, i) => fileEntry(merge, entry, i));
  return role === 'csms'
    ? [{ blame: merge.fromFlag('--id', '').blame, ids: [DEFAULT_IDENTITY], own: () => undefined }]
    : [];
}

function fileEntry(merge: Merge, given: Given<IdentityEntry>, i: number): Entry {
  const { value, blame } = given;
  if (typeof value === 'string') return { blame, ids: idsOf(merge, { ...given, value }), own: () => undefined };
  return {
    blame,
    ids: idsOf(merge, merge.fromFile(['ids', i, 'id'], value.id)),
    own: (name) => (value[name] === undefined ? undefined : merge.fromFile(['ids', i, name], value[name])),
  };
}

const idsOf = (merge: Merge, given: Given<string>): readonly string[] => merge.read(given, expandIdentity) ?? [];

function credentialInFile(merge: Merge, id: string, name: Credential): Given<string> | undefined {
  const { ids } = merge.file;
  if (!Array.isArray(ids)) return undefined;
  const entries = ids as readonly IdentityEntry[];
  const at = entries.findIndex((entry) => {
    const reading = typeof entry === 'string' ? undefined : expandIdentity(entry.id);
    return reading?.ok === true && reading.value.includes(id);
  });
  const entry = entries[at];
  if (entry === undefined || typeof entry === 'string' || entry[name] === undefined) return undefined;
  return merge.fromFile(['ids', at, name], entry[name]);
}

/** The identities, each with what `profile` wants of it. */
export function identitiesOf(
  role: Role,
  merge: Merge,
  entries: readonly Entry[],
  shared: Credentials,
  ocpp: readonly OcppVersion[],
  profile: SecurityProfile,
): readonly Identity[] {
  const seen = new Set<string>();
  const lacking: { readonly password: string[]; readonly cert: string[] } = { password: [], cert: [] };
  const identities = entries.flatMap(({ blame, ids, own }) => {
    const [ownPassword, ownCert, ownKey] = [own('password'), own('cert'), own('key')];
    const bytes = ownPassword === undefined ? shared.bytes : readSecret(merge, ownPassword, ocpp);
    const pair = merge.pair(ownCert, ownKey);
    const cert = ownCert === undefined ? shared.cert : pair.cert;
    const key = ownKey === undefined ? shared.key : pair.key;
    return ids.map((id): Identity => {
      const fault = identityFault(id, ocpp, profile === 1 || profile === 2);
      if (fault !== undefined) blame(fault.says, fault.fix);
      if (seen.has(id)) blame(`identity '${id}' stands twice`, 'Name each station once.');
      seen.add(id);
      if (ownPassword === undefined && shared.password === undefined) lacking.password.push(id);
      if (ownCert === undefined && shared.certificate === undefined) lacking.cert.push(id);
      const ofStation = role === 'csms' && cert !== undefined && key !== undefined;
      return {
        id,
        ...(bytes !== undefined && profile !== 0 && profile !== 3 && { password: bytes }),
        ...(ofStation && profile === 3 && { cert, key }),
      };
    });
  });
  if ((profile === 1 || profile === 2) && lacking.password.length > 0) {
    merge.problem(
      `security profile ${profile} wants a password, and ${few(lacking.password)} none`,
      'Add --password, or security.password, or a password to the entry in ids.',
    );
  }
  if (profile === 3 && role === 'csms' && lacking.cert.length > 0) {
    merge.problem(
      `security profile 3 wants a client certificate, and ${few(lacking.cert)} none`,
      'Add --cert and --key, or cert and key to the entry in ids.',
    );
  }
  return identities;
}

/** `CP01 has`, `CP01, CP02, CP03 and 5 more have` */
function few(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  if (ids.length === 1) return `${shown} has`;
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more have` : `${shown} have`;
}
