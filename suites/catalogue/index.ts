/** Facts of the official documents: certification cases, requirement ids, sections. No sentence of theirs. */
export { octtCase } from './cases.ts';
export { profileNames } from './certification.ts';
export { type CoverageRow, coverage, requirementCoverage } from './coverage.ts';
export { profilesOf } from './profiles.ts';
export { knownRef } from './refs.ts';
