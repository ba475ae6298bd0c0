/** The little of DER that is written and read by hand here. */

/** Where the content of a value lies that begins at `at`. */
export function contentOf(der: Uint8Array, at = 0): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const digits = first & 0x7f;
  const length = der.subarray(at + 2, at + 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: at + 2 + digits, end: at + 2 + digits + length };
}

/** One value: its tag, its length, its content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Uint8Array.of(tag, body.length), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Uint8Array.of(tag, 0x80 | length.length), length, body]);
}

export const sequence = (...items: readonly Uint8Array[]) => der(0x30, ...items);
export const octets = (bytes: Uint8Array) => der(0x04, bytes);
export const enumerated = (value: number) => der(0x0a, Uint8Array.of(value));
/** No bit of the last byte is unused. */
export const bits = (bytes: Uint8Array) => der(0x03, Uint8Array.of(0), bytes);
/** EXPLICIT, by its number. */
export const tagged = (number: number, content: Uint8Array) => der(0xa0 | number, content);
/** A positive number in hexadecimal digits. */
export function integer(hex: string): Uint8Array {
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return der(0x02, ...((bytes[0] ?? 0) & 0x80 ? [Uint8Array.of(0), bytes] : [bytes]));
}
/** GeneralizedTime in UTC. @param at epoch milliseconds */
export const time = (at: number) =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')}`, 'ascii'));
/** A date as certificates have it: with two digits for a year before 2050 (RFC 5280, 4.1.2.5). @param at epoch milliseconds */
export function date(at: number): Uint8Array {
  if (at >= Date.UTC(2050, 0)) return time(at);
  return der(0x17, time(at).subarray(4));
}
export const utf8 = (text: string) => der(0x0c, Buffer.from(text, 'utf8'));
/** An object identifier in its encoded form. */
export const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
