/** Stations that a reference CSMS holds back from the start: what a case about registration needs. */
export const heldStations = { pending: 'PENDING01', rejected: 'REJECTED01' } as const;
