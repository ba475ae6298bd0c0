/** Certification profiles and certification ids, both ways. */
import type { OcppVersion, Role } from '../../src/dialects/dialect.ts';
import { type OcttCase, octtCase, octtCases } from './cases.ts';
import type { Status } from './certification.ts';

/** Profiles that ask for a certification case; none where the id is unknown or no profile asks for it. */
export function profilesOf(version: OcppVersion, octtId: string): readonly string[] {
  return octtCase(version, octtId)?.certification.map(({ profile }) => profile) ?? [];
}

/** Whether a profile asks for the case always (M) or on a condition (C); undefined where it does not. */
export function statusIn(version: OcppVersion, octtId: string, profile: string): Status | undefined {
  return octtCase(version, octtId)?.certification.find((entry) => entry.profile === profile)?.status;
}

/** Cases in force that a profile asks for. */
export function octtOfProfile(version: OcppVersion, profile: string, sut?: Role): readonly OcttCase[] {
  return octtCases(version).filter(
    (one) => (sut === undefined || one.sut === sut) && one.certification.some((entry) => entry.profile === profile),
  );
}
