/** Exact fractions: limits are decimals and quotients, and must not drift. */

/** `n / d`, with `d` above 0; not always in lowest terms. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Fraction = { n: 0n, d: 1n };

/** The decimal number that `value` prints as: 0.1 is one tenth. */
export function fraction(value: number): Fraction {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null) throw new RangeError(`${value} is no finite number`);
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = match;
  const digits = BigInt(`${sign}${whole}${decimals}`);
  const scale = Number(exponent) - decimals.length;
  return scale >= 0 ? { n: digits * 10n ** BigInt(scale), d: 1n } : { n: digits, d: 10n ** BigInt(-scale) };
}

export const plus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });

export const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });

/** @throws RangeError where `b` is not above 0 */
export function over(a: Fraction, b: Fraction): Fraction {
  if (b.n <= 0n) throw new RangeError('a divisor must be above 0');
  return { n: a.n * b.d, d: a.d * b.n };
}

export const lessThan = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d;

export const same = (a: Fraction, b: Fraction): boolean => a.n * b.d === b.n * a.d;

export const lesser = (a: Fraction, b: Fraction): Fraction => (lessThan(b, a) ? b : a);

/** Rounded down to `decimals` digits, so that a limit is never raised. */
export function roundDown(a: Fraction, decimals: number): number {
  const scale = 10n ** BigInt(decimals);
  const scaled = a.n * scale;
  const quotient = scaled / a.d;
  const floor = scaled % a.d !== 0n && scaled < 0n ? quotient - 1n : quotient;
  return Number(`${floor}e-${decimals}`);
}
