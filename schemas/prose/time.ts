/** Date-time notations: what ISO 8601 allows (1.6) and what RFC 3339 leaves of it (2.x). */

/** RFC 3339, section 5.6; `T` and `Z` may be small letters there. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** The dash of the date, the colon of the time and the colon of the offset come together or not at all. */
const EXTENDED = /^(\d{4})-(\d\d)-(\d\d)T(\d\d)(?::(\d\d)(?::(\d\d))?)?(?:[.,]\d+)?(?:Z|[+-]\d\d(?::\d\d)?)?$/i;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(?:(\d\d)(?:(\d\d))?)?(?:[.,]\d+)?(?:Z|[+-]\d\d(?:\d\d)?)?$/i;

/** Notation alone: a day that no calendar has is refused by the schema. */
export const isRfc3339 = (text: string): boolean => RFC_3339.test(text);

/** More than three digits after the point of a second. */
export const isFinerThanMilliseconds = (text: string): boolean => /\.\d{4}/.test(text);

/** A date and a time of day in ISO 8601, in any of its forms, with or without an offset. */
export function isIso8601(text: string): boolean {
  const parts = EXTENDED.exec(text) ?? BASIC.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day));
  const midnight = hour === 24 && minute === 0 && second === 0;
  return (
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    (hour < 24 || midnight) &&
    minute < 60 &&
    second <= 60
  );
}
