/** With what a charger dials and whom it trusts: read by whoever dials for it, each time anew. */
import type { Keyed } from './notary.ts';

export type SecurityProfile = 0 | 1 | 2 | 3;

export interface Access {
  readonly profile: SecurityProfile;
  /** Of basic authentication (profiles 1 and 2), as bytes. */
  readonly password: Uint8Array | undefined;
  /** What it shows as a TLS client (profile 3). */
  readonly certificate: Keyed | undefined;
  /** PEM of the authorities whose servers it trusts. */
  readonly roots: readonly string[];
  /** Where the CSMS is, without the identity; undefined where it is where it always was. */
  readonly url: string | undefined;
}

/** What a charger is given before it first dials. */
export interface Credentials {
  readonly profile: SecurityProfile;
  readonly password?: Uint8Array;
  readonly certificate?: Keyed;
  readonly roots?: readonly string[];
}
