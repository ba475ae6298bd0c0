/** `npm run mutation`: the share of small wrongs that the suites notice, and which not; `-- --side station --ocpp 1.6`. */
import { parseArgs } from 'node:util';
import { loadMessageSchemas } from '../schemas/ocpp.ts';
import type { OcppVersion, Role } from '../src/dialects/index.ts';
import type { Fault } from '../src/judge/fault.ts';
import type { CaseSpec } from '../src/judge/test-case.ts';
import { decode } from '../src/ocppj/decode.ts';
import { seededRandom } from '../src/random.ts';
import { allCases } from './index.ts';
import { latitudeOf } from './latitude.ts';
import { ANY, errorsOf, hearingsOf, type Mutant, mutantsOf, type Spot } from './mutants.ts';
import { runAgainst } from './proof.ts';

const { values } = parseArgs({
  options: {
    side: { type: 'string' },
    ocpp: { type: 'string' },
    action: { type: 'string' },
    /** Only what matches: `StatusNotification call: timestamp is gone`. */
    what: { type: 'string', default: '' },
    /** Look at as many only, chosen by the seed. */
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Also what the system hears wrong: the frames of the other side. */
    heard: { type: 'boolean', default: false },
  },
});
const wanted = (word: string, asked: string | undefined) => asked === undefined || asked === word;
const schemas = loadMessageSchemas();

/** A case in which frames of one kind were seen, and how many frames it took: short ones are tried first. */
interface Sight {
  readonly spec: CaseSpec;
  readonly frames: number;
}

interface Seen {
  readonly spot: Spot;
  readonly origin: 'sut' | 'harness';
  /** Payloads; of errors the codes. */
  readonly samples: unknown[];
  readonly sights: Sight[];
}

/** A mutant, and where frames of its kind were seen; of one kind they share the list. */
interface Subject {
  readonly mutant: Mutant;
  readonly sights: Sight[];
}

/** Which frames the right reference sends and hears in which cases. */
async function look(side: Role, version: OcppVersion, cases: readonly CaseSpec[]): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const spec of cases) {
    const { trace } = await runAgainst(spec, version, schemas, [], side, false);
    const odd = new Set(trace.filter(({ deliberate }) => deliberate).map(({ n }) => n));
    for (const { origin, kind, action, text, answers, n } of trace) {
      if ((kind !== 'call' && kind !== 'callresult' && kind !== 'callerror') || action === undefined) continue;
      // What answers nonsense is like nothing else.
      if (kind !== 'callerror' && (odd.has(n) || (answers !== undefined && odd.has(answers)))) continue;
      // Of errors there are few, and they are alike.
      const spot: Spot = { action: kind === 'callerror' ? ANY : action, kind };
      const key = `${origin} ${spot.action} ${kind}`;
      const found: Seen = seen.get(key) ?? { spot, origin, samples: [], sights: [] };
      const frame = decode(text);
      found.samples.push('payload' in frame ? frame.payload : 'code' in frame ? frame.code : undefined);
      if (found.sights.at(-1)?.spec !== spec) found.sights.push({ spec, frames: trace.length });
      seen.set(key, found);
    }
  }
  return seen;
}

/** Every mutant of what was seen. */
function subjectsOf(version: OcppVersion, seen: ReadonlyMap<string, Seen>): Subject[] {
  return [...seen.values()].flatMap(({ spot, origin, samples, sights }) => {
    const { action, kind } = spot;
    if (!wanted(action, values.action)) return [];
    const own = [...sights].sort((one, another) => one.frames - another.frames);
    const mutants = () => {
      if (kind === 'callerror') return origin === 'sut' ? errorsOf(version, spot, samples) : [];
      if (!schemas.has(version, action, kind)) return [];
      if (origin === 'sut') return mutantsOf(version, { action, kind }, samples, schemas);
      if (!values.heard) return [];
      const said = seen.get(`sut ${action} callresult`)?.samples;
      return hearingsOf(version, { action, kind }, samples, said, schemas);
    };
    const asked = new RegExp(values.what);
    const kept = mutants().filter(({ what }) => asked.test(`${action} ${kind}: ${what}`));
    return kept.map((mutant) => ({ mutant, sights: own }));
  });
}

/** Nothing was done where nothing could be: such a mutant is none. */
type Outcome = 'red' | 'warned' | 'open' | 'green' | 'none';

/** The fault, and whether it ever did a thing. */
function watched({ fault }: Mutant): { fault: Fault; done: () => boolean } {
  const { rewrite, hears, ...rest } = fault();
  let done = false;
  const seen = <T>(does: () => T | undefined): T | undefined => {
    try {
      const deed = does();
      done ||= deed !== undefined;
      return deed;
    } catch {
      // Some messages are too deep to be written anew.
      return undefined;
    }
  };
  return {
    done: () => done,
    fault: {
      ...rest,
      ...(rewrite && { rewrite: (out) => seen(() => rewrite(out)) }),
      ...(hears && { hears: (come, answer) => seen(() => hears(come, answer)) }),
    },
  };
}

/** What becomes of a run against a SUT with this mutant: red, a warning, no verdict, or green. What notices it is tried first next time. */
async function outcomeOf({ mutant, sights }: Subject, side: Role, version: OcppVersion): Promise<Outcome> {
  let [open, warned, done] = [false, false, false];
  for (const [i, sight] of sights.entries()) {
    const one = watched(mutant);
    const { verdict, reason = '' } = await runAgainst(sight.spec, version, schemas, [one.fault], side, false);
    // Whatever a system says, it is no defect of ours.
    if (verdict === 'error')
      console.log(
        `${side} ${version} error: ${sight.spec.id}: ${mutant.action} ${mutant.kind}: ${mutant.what}: ${reason}`,
      );
    done ||= one.done();
    if (verdict === 'fail') {
      sights.splice(i, 1);
      sights.unshift(sight);
      return 'red';
    }
    warned ||= verdict === 'warn';
    open ||= verdict === 'inconclusive' || verdict === 'error';
  }
  return !done ? 'none' : warned ? 'warned' : open ? 'open' : 'green';
}

/** A sample of `all`, the same for the same seed. */
function sampleOf<T>(all: readonly T[], size: number, random: () => number): readonly T[] {
  const left = [...all];
  return Array.from({ length: Math.min(size, left.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  ).flat();
}

/** What is told one by one. */
const WORDS: Readonly<Record<string, string>> = { warned: 'a warning', open: 'no verdict', green: 'unnoticed' };

/** Tells what nobody noticed of one side in one version, and the score. */
async function score(side: Role, version: OcppVersion): Promise<void> {
  const other: Role = side === 'csms' ? 'station' : 'csms';
  const cases = allCases().filter((spec) => spec.versions.includes(version) && spec.sut !== other);
  const every = subjectsOf(version, await look(side, version, cases));
  const random = seededRandom(Number(values.seed), `${side} ${version}`);
  const subjects = values.sample === undefined ? every : sampleOf(every, Number(values.sample), random);
  const counts = { red: 0, warned: 0, open: 0, green: 0, none: 0, legal: 0 };
  for (const subject of subjects) {
    const { action, kind, what } = subject.mutant;
    const why = latitudeOf(side, version, subject.mutant);
    // What is no wrong need not be run.
    const outcome = why === undefined ? await outcomeOf(subject, side, version) : 'legal';
    counts[outcome]++;
    const word = WORDS[outcome];
    if (word !== undefined) console.log(`${side} ${version} ${word}: ${action} ${kind}: ${what}`);
  }
  const percent = (part: number, of: number) => ((100 * part) / of).toFixed(1);
  const [all, noticed] = [subjects.length - counts.none, counts.red + counts.warned + counts.open];
  console.log(
    `${side} ${version}: of ${all} (of ${every.length}) ${counts.red} are red, ${percent(counts.red, all)} %; ` +
      `${noticed} not green, ${percent(noticed, all)} %; ` +
      `without ${counts.legal} legal ones ${percent(counts.red, all - counts.legal)} % red`,
  );
}

for (const side of ['csms', 'station'] as const)
  for (const version of ['1.6', '2.0.1'] as const)
    if (wanted(side, values.side) && wanted(version, values.ocpp)) await score(side, version);
