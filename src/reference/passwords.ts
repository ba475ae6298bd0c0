/** Passwords of stations in memory. */
import type { OcppVersion } from '../dialects/index.ts';

/** A 1.6 key is binary, and this one is no text in any encoding. */
export const passwordOf = (id: string, version: OcppVersion): Uint8Array =>
  version === '1.6'
    ? Uint8Array.from({ length: 20 }, (_, i) => (i * 13 + id.charCodeAt(id.length - 1) * 7 + 200) % 256)
    : new TextEncoder().encode(`Password-of-${id}-1234`);
