/** What is to be known of a reference CSMS before it is judged. */

/** Stations that it holds back from the start: what a case about registration needs. */
export const heldStations = { pending: 'PENDING01', rejected: 'REJECTED01' } as const;

/** Features that many a CSMS has not, and that cases ask for by name. */
export const referenceFeatures: readonly string[] = ['advanced-security', 'iso15118'];
