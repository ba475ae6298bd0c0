/** The dialects by version. */
import type { Dialect, OcppVersion } from './dialect.ts';
import { v16 } from './v16.ts';
import { v21 } from './v21.ts';
import { v201 } from './v201.ts';

export type * from './dialect.ts';
export { mayInitiate, ocppVersions } from './dialect.ts';

export const dialects: Readonly<Record<OcppVersion, Dialect>> = { '1.6': v16, '2.0.1': v201, '2.1': v21 };
