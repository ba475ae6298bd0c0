/** What is to be known of a reference CSMS before it is judged. */

/** Stations that it holds back from the start, and some that may be spent. */
export const heldStations = {
  pending: 'PENDING01',
  rejected: 'REJECTED01',
  spare: ['SPARE01', 'SPARE02', 'SPARE03'],
} as const;

/** A station and its key as OCPP-J 1.6 prints them (6.2.2); the key is no text. */
export const publishedStation = {
  id: 'AL1000',
  password: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, ...Array.from({ length: 12 }, () => 0xff)]),
} as const;

/** A station whose identity is as long as one can be in 2.x. */
export const longestStation = 'STATION-WITH-THE-LONGEST-IDENTITY-THAT-THERE-IS1';

/** Features that many a CSMS has not, and that cases ask for by name. */
export const referenceFeatures: readonly string[] = ['advanced-security', 'iso15118'];
