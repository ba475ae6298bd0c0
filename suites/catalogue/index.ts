/** Facts of the official documents: certification cases, requirement ids, sections. No sentence of theirs. */
export { type OcttCase, octtCase, octtCases } from './cases.ts';
export { type Certification, profileNames, type Status } from './certification.ts';
export { type CoverageRow, type CoveringCase, coverage, requirementCoverage } from './coverage.ts';
export { octtOfProfile, profilesOf, statusIn } from './profiles.ts';
export { knownRef, nearestRef } from './refs.ts';
export { type Actor, type Requirement, type RequirementLevel, requirement, requirements } from './requirements.ts';
