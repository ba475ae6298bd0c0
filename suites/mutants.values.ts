/** Other values for a leaf of a payload: wrong in some way, mostly valid by the schema. */

type Json = unknown;
type Schema = Readonly<Record<string, Json>>;

/** One wrong way to tell a value: what is done, and how. The value itself where nothing can be done. */
export interface Slip {
  readonly what: string;
  readonly change: (old: Json) => Json;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const HOUR = 3_600_000;

const slip = <T>(what: string, is: (old: Json) => old is T, change: (old: T) => Json): Slip => ({
  what,
  change: (old) => (is(old) ? change(old) : old),
});

const isNumber = (old: Json): old is number => typeof old === 'number';
const isText = (old: Json): old is string => typeof old === 'string';
const isFlag = (old: Json): old is boolean => typeof old === 'boolean';
const isInstant = (old: Json): old is string => isText(old) && INSTANT.test(old);
const isDecimal = (old: Json): old is string => isText(old) && DECIMAL.test(old);

const shifted = (what: string, ms: number): Slip =>
  slip(what, isInstant, (old) => new Date(Date.parse(old) + ms).toISOString());

const INSTANTS: readonly Slip[] = [
  shifted('is an hour later', HOUR),
  shifted('is an hour earlier', -HOUR),
  shifted('is a day earlier', -24 * HOUR),
  shifted('is a day later', 24 * HOUR),
  slip('loses its zone', isInstant, (old) => old.replace(/Z$/, '')),
  slip('is of another zone', isInstant, (old) => old.replace(/Z$/, '+02:00')),
];

const NUMBERS: readonly Slip[] = [
  slip('is one more', isNumber, (old) => old + 1),
  slip('is one less', isNumber, (old) => old - 1),
  slip('is zero', isNumber, () => 0),
  slip('is negative', isNumber, (old) => -old - 1),
  slip('is a thousand times as much', isNumber, (old) => old * 1000),
  slip('becomes a text', isNumber, String),
];

const DECIMALS: readonly Slip[] = [
  slip('is one more', isDecimal, (old) => String(Number(old) + 1)),
  slip('is negative', isDecimal, (old) => String(-Number(old) - 1)),
  slip('is a thousand times as much', isDecimal, (old) => String(Number(old) * 1000)),
];

const swapCase = (old: string) =>
  old.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));

const TEXTS: readonly Slip[] = [
  slip('is another', isText, (old) => (old === '' ? 'x' : `${old.slice(0, -1)}${old.endsWith('x') ? 'y' : 'x'}`)),
  slip('is empty', isText, () => ''),
  slip('is cut short', isText, (old) => old.slice(0, Math.ceil(old.length / 2))),
  slip('is in the other case', isText, swapCase),
];

const FLAGS: readonly Slip[] = [slip('is flipped', isFlag, (old) => !old)];

/** Wrong ways to tell `value`, of which `schema` is what may stand there. */
export function slipsOf(value: Json, schema: Schema | undefined): readonly Slip[] {
  const choices = schema?.['enum'];
  // One word of a list becomes another; the other words stay.
  if (Array.isArray(choices))
    return choices
      .filter((choice) => choice !== value)
      .map((choice) => ({
        what: `${String(value)} becomes ${String(choice)}`,
        change: (old) => (old === value ? choice : old),
      }));
  const ways = isFlag(value)
    ? FLAGS
    : isNumber(value)
      ? NUMBERS
      : isInstant(value)
        ? INSTANTS
        : isDecimal(value)
          ? [...DECIMALS, ...TEXTS]
          : isText(value)
            ? TEXTS
            : [];
  return ways.filter(({ change }) => change(value) !== value);
}
