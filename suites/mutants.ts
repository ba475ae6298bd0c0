/** Small wrongs of every kind, made from what a right system sends and hears: how many does the whole suite notice? */
import type { MessageSchemas, PayloadKind } from '../schemas/types.ts';
import { dialects, type OcppVersion } from '../src/dialects/index.ts';
import type { Delivery, Fault, Outgoing } from '../src/judge/fault.ts';
import { encodeCall, encodeCallError, encodeCallResult } from '../src/ocppj/encode.ts';
import { at, changed, isObject, type Path, paths, schemaAt } from './mutants.payload.ts';
import { slipsOf } from './mutants.values.ts';

type Json = unknown;

/** Where a frame with a payload stands. */
type PayloadSpot = Spot & { readonly kind: PayloadKind };

/** Where a frame stands: which action, which half. */
export interface Spot {
  readonly action: string;
  readonly kind: PayloadKind | 'callerror';
}

export interface Mutant extends Spot {
  /** What is done to the frame. */
  readonly what: string;
  /** A fresh one for each run, since some remember what was before. */
  readonly fault: () => Fault;
}

type Rewrite = NonNullable<Fault['rewrite']>;

const again = (out: Outgoing, payload: Json): string =>
  out.kind === 'call' ? encodeCall(out.id, out.action, payload) : encodeCallResult(out.id, payload);

/** In place of an action: whichever. */
export const ANY = '*';

const fits = (out: Pick<Outgoing, 'action' | 'kind'>, spot: Spot) =>
  (spot.action === ANY || out.action === spot.action) && out.kind === spot.kind;

/** A mutant of what is sent; `fresh` makes what does it to one system. */
const sent = (spot: Spot, what: string, fresh: () => Rewrite): Mutant => ({
  ...spot,
  what,
  fault: () => ({ name: `mutant:${spot.action}:${spot.kind}:${what}`, says: what, rewrite: fresh() }),
});

const ofPayload = (spot: Spot, what: string, path: Path, change: (old: Json) => Json): Mutant =>
  sent(spot, what, () => (out) => {
    if (!fits(out, spot) || at(out.payload, path) === undefined) return undefined;
    const text = again(out, changed(out.payload, path, change));
    return text === out.text ? undefined : [{ text }];
  });

const ofFrame = (spot: Spot, what: string, rewrite: (out: Outgoing) => readonly Delivery[]): Mutant =>
  sent(spot, what, () => (out) => (fits(out, spot) ? rewrite(out) : undefined));

/** Of what has changed since the frame before: `change` makes a payload of the one before and the one now. */
const ofBefore = (spot: Spot, what: string, change: (before: Json, now: Json) => Json): Mutant =>
  sent(spot, what, () => {
    let before: Json;
    return (out) => {
      if (!fits(out, spot)) return undefined;
      const last = before;
      before = out.payload;
      if (last === undefined) return undefined;
      const text = again(out, change(last, out.payload));
      return text === out.text ? undefined : [{ text }];
    };
  });

/** What is done to single members. */
function ofMembers(
  version: OcppVersion,
  spot: PayloadSpot,
  samples: readonly Json[],
  schemas: MessageSchemas,
): Mutant[] {
  const schema = schemas.schema(version, spot.action, spot.kind);
  return samples.flatMap((sample) =>
    paths(sample).flatMap((path): Mutant[] => {
      const name = path.join('.');
      const value = at(sample, path);
      const varies = samples.some((other) => ![undefined, value].includes(at(other, path) as never));
      return [
        ofPayload(spot, `${name} is gone`, path, () => undefined),
        ...slipsOf(value, schemaAt(schema, path)).map(({ what, change }) =>
          ofPayload(spot, `${name} ${what}`, path, change),
        ),
        ...(isObject(value)
          ? [ofPayload(spot, `${name} has a member too many`, path, (old) => ({ ...(old as object), plugproof: 1 }))]
          : []),
        ...(varies && !isObject(value) && !Array.isArray(value)
          ? [
              ofBefore(spot, `${name} is that of the one before`, (before, now) =>
                changed(now, path, (old) => at(before, path) ?? old),
              ),
            ]
          : []),
      ];
    }),
  );
}

const MINUTE_MS = 60_000;

/** What is done to whole frames. */
function ofWhole(spot: Spot, samples: readonly Json[]): Mutant[] {
  const isAnswer = spot.kind === 'callresult';
  return [
    ofFrame(spot, 'is never sent', () => []),
    ofFrame(spot, 'is sent twice', ({ text }) => [{ text }, { text }]),
    ofFrame(spot, 'comes a minute late', ({ text }) => [{ text, afterMs: MINUTE_MS }]),
    ofFrame(spot, 'has a member too many', (out) => [
      { text: again(out, { ...(out.payload as object), plugproof: 1 }) },
    ]),
    ofFrame(spot, 'is cut off', ({ text }) => [{ text: text.slice(0, -1) }]),
    ofFrame(spot, 'is a close', () => [{ text: '', hangsUp: true }]),
    ...(samples.some((sample) => isObject(sample) && Object.keys(sample).length > 0)
      ? [ofFrame(spot, 'is empty', (out) => [{ text: again(out, {}) }])]
      : []),
    ...(new Set(samples.map((sample) => JSON.stringify(sample))).size > 1
      ? [ofBefore(spot, 'is the one before', (before) => before)]
      : []),
    // A CALL with another id is as good as the first; an answer is not.
    ...(isAnswer ? ofAnswers(spot) : ofCalls(spot)),
  ];
}

const ofAnswers = (spot: Spot): Mutant[] => [
  ofFrame(spot, 'has another message id', (out) => [
    { text: out.text.replace(JSON.stringify(out.id), JSON.stringify(`${out.id}x`)) },
  ]),
  sent(spot, 'has the message id of the answer before', () => {
    let before: string | undefined;
    return (out) => {
      if (out.kind === 'call') return undefined;
      const last = before;
      before = out.id;
      return !fits(out, spot) || last === undefined
        ? undefined
        : [{ text: out.text.replace(JSON.stringify(out.id), JSON.stringify(last)) }];
    };
  }),
  ofFrame(spot, 'is a CALLERROR', (out) => [{ text: encodeCallError(out.id, 'InternalError', '', {}) }]),
  ofFrame(spot, 'is a CALL', (out) => [{ text: encodeCall(out.id, out.action, out.payload) }]),
];

const ofCalls = (spot: Spot): Mutant[] => [
  ofFrame(spot, 'is sent twice, under two ids', (out) => [
    { text: out.text },
    { text: encodeCall(`${out.id}'`, out.action, out.payload) },
  ]),
  ofFrame(spot, 'is a CALL of something else', (out) => [{ text: encodeCall(out.id, `${out.action}s`, out.payload) }]),
  sent(spot, 'changes places with what comes next', () => {
    let held: string | undefined;
    return (out) => {
      const late = held;
      held = undefined;
      if (late !== undefined) return [{ text: out.text }, { text: late }];
      if (!fits(out, spot)) return undefined;
      held = out.text;
      return [];
    };
  }),
  sent(spot, 'goes back to what was before, and forth', () => {
    let before: Json;
    return (out) => {
      if (!fits(out, spot)) return undefined;
      const last = before;
      before = out.payload;
      if (last === undefined) return undefined;
      const call = (n: number, payload: Json) => ({ text: encodeCall(`${out.id}'${n}`, out.action, payload) });
      return [{ text: out.text }, call(1, last), call(2, out.payload)];
    };
  }),
];

/** Everything that is done to one kind of frame that is sent, of which `samples` were seen. */
export function mutantsOf(
  version: OcppVersion,
  spot: PayloadSpot,
  samples: readonly Json[],
  schemas: MessageSchemas,
): Mutant[] {
  return byName([...ofMembers(version, spot, samples, schemas), ...ofWhole(spot, samples)]);
}

/** Everything that is done to the CALLERRORs of an action, of which `codes` were seen. */
export const errorsOf = (version: OcppVersion, spot: Spot, codes: readonly Json[]): Mutant[] =>
  byName([
    ...[...dialects[version].errorCodes]
      .filter((code) => codes.some((seen) => seen !== code))
      .map((code) =>
        ofFrame(spot, `has the code ${code}`, (out) => [
          { text: out.text.includes(`"${code}"`) ? out.text : encodeCallError(out.id, code, '', {}) },
        ]),
      ),
    ofFrame(spot, 'is a CALLRESULT', (out) => [{ text: encodeCallResult(out.id, {}) }]),
    ofFrame(spot, 'has no details', (out) => [{ text: JSON.stringify(JSON.parse(out.text).slice(0, 4)) }]),
    ofFrame(spot, 'is never sent', () => []),
    ofFrame(spot, 'is sent twice', ({ text }) => [{ text }, { text }]),
    ofFrame(spot, 'comes a minute late', ({ text }) => [{ text, afterMs: MINUTE_MS }]),
    ofFrame(spot, 'is a close', () => [{ text: '', hangsUp: true }]),
    ...ofAnswers(spot),
  ]);

/** Everything that is done to a frame before it is heard; `said` is what the system answers. */
export function hearingsOf(
  version: OcppVersion,
  spot: PayloadSpot,
  samples: readonly Json[],
  said: readonly Json[] | undefined,
  schemas: MessageSchemas,
): Mutant[] {
  const hearing = (what: string, fresh: () => NonNullable<Fault['hears']>, rewrite?: Rewrite): Mutant => ({
    ...spot,
    what: `heard: ${what}`,
    fault: () => ({
      name: `mutant:${spot.action}:heard:${what}`,
      says: what,
      hears: fresh(),
      ...(rewrite && { rewrite }),
    }),
  });
  const yes = said?.find((answer) => at(answer, ['status']) === 'Accepted') ?? said?.[0];
  const schema = schemas.schema(version, spot.action, spot.kind);
  const members = samples.flatMap((sample) =>
    paths(sample).flatMap((path) =>
      [{ what: 'is gone', change: () => undefined }, ...slipsOf(at(sample, path), schemaAt(schema, path))].flatMap(
        ({ what, change }) => {
          const other = changed(sample, path, change);
          // What is invalid is refused, and nothing is done.
          if (schemas.validate(version, spot.action, spot.kind, other).length > 0) return [];
          return [
            hearing(`${path.join('.')} ${what}`, () => (come) => {
              if (!fits(come, spot) || at(come.payload, path) === undefined) return undefined;
              return [again(come, changed(come.payload, path, change))];
            }),
          ];
        },
      ),
    ),
  );
  if (spot.kind !== 'call') return byName(members);
  const SECOND = ' again';
  return byName([
    ...members,
    hearing(
      'is heard twice',
      () => (come) =>
        fits(come, spot) ? [come.text, encodeCall(`${come.id}${SECOND}`, come.action, come.payload)] : undefined,
      (out) => (out.kind !== 'call' && out.id.endsWith(SECOND) ? [] : undefined),
    ),
    ...(said === undefined
      ? []
      : [
          hearing('is answered, and not heard', () => (come, say) => {
            if (!fits(come, spot)) return undefined;
            say(encodeCallResult(come.id, yes));
            return [];
          }),
        ]),
  ]);
}

/** The first of each name. */
function byName(mutants: readonly Mutant[]): Mutant[] {
  const found = new Map<string, Mutant>();
  for (const mutant of mutants) if (!found.has(mutant.what)) found.set(mutant.what, mutant);
  return [...found.values()];
}
