/** Whether a CALL is what the operator asked for: the same in meaning, however it is written. */

/** RFC 3339 with an offset. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Values that stand for an absent field (1.6 section 7.14, the defaults of the 2.x schemas): a CSMS may write them out. */
const WRITTEN_OUT: Readonly<Record<string, unknown>> = {
  numberPhases: 3,
  attributeType: 'Actual',
  useOnlyPreferredNetwork: false,
  transaction: false,
};

/** Identifiers whose case means nothing (1.6 CiString, 2.x identifierString). */
const CASELESS = new Set(['idTag', 'parentIdTag', 'idToken']);

/**
 * The payload with everything taken out that may be written in more ways than one:
 * instants become milliseconds, written-out defaults go, identifiers lose their case.
 * @param free top-level members that the CSMS may choose
 */
export function inEssence(payload: Readonly<Record<string, unknown>>, free: readonly string[] = []): unknown {
  return essence(Object.fromEntries(Object.entries(payload).filter(([key]) => !free.includes(key))));
}

function essence(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    if (INSTANT.test(value)) return `instant ${Date.parse(value)}`;
    return CASELESS.has(key) ? value.toLowerCase() : value;
  }
  if (Array.isArray(value)) return value.map((item) => essence(item, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !(Object.hasOwn(WRITTEN_OUT, name) && WRITTEN_OUT[name] === member))
      .map(([name, member]) => [name, essence(member, name)]),
  );
}
