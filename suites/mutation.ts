/** `npm run mutation`: the share of small wrongs that the suites notice, and which not; `-- --side station --ocpp 1.6`. */
import { parseArgs } from 'node:util';
import { loadMessageSchemas } from '../schemas/ocpp.ts';
import type { OcppVersion, Role } from '../src/dialects/index.ts';
import type { CaseSpec } from '../src/judge/test-case.ts';
import { decode } from '../src/ocppj/decode.ts';
import { allCases } from './index.ts';
import { latitudeOf } from './latitude.ts';
import { type Mutant, mutantsOf, type Spot } from './mutants.ts';
import { runAgainst } from './proof.ts';

const { values } = parseArgs({
  options: { side: { type: 'string' }, ocpp: { type: 'string' }, action: { type: 'string' } },
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
  readonly samples: unknown[];
  readonly sights: Sight[];
}

/** Which frames the right reference sends in which cases. */
async function look(side: Role, version: OcppVersion, cases: readonly CaseSpec[]): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const spec of cases) {
    const { trace } = await runAgainst(spec, version, schemas, [], side, false);
    for (const { origin, kind, action, text } of trace) {
      if (origin !== 'sut' || (kind !== 'call' && kind !== 'callresult') || action === undefined) continue;
      const key = `${action} ${kind}`;
      const found: Seen = seen.get(key) ?? { spot: { action, kind }, samples: [], sights: [] };
      const frame = decode(text);
      if ('payload' in frame) found.samples.push(frame.payload);
      if (found.sights.at(-1)?.spec !== spec) found.sights.push({ spec, frames: trace.length });
      seen.set(key, found);
    }
  }
  return seen;
}

/** True where a run against a SUT with this mutant is red. */
async function noticed(mutant: Mutant, side: Role, version: OcppVersion, sights: readonly Sight[]): Promise<boolean> {
  for (const { spec } of sights) {
    const { verdict } = await runAgainst(spec, version, schemas, [mutant.fault], side, false);
    if (verdict !== 'pass' && verdict !== 'warn') return true;
  }
  return false;
}

/** Tells what nobody noticed of one side in one version, and the score. */
async function score(side: Role, version: OcppVersion): Promise<void> {
  const other: Role = side === 'csms' ? 'station' : 'csms';
  const cases = allCases().filter((spec) => spec.versions.includes(version) && spec.sut !== other);
  let all = 0;
  const survivors: Mutant[] = [];
  for (const { spot, samples, sights } of (await look(side, version, cases)).values()) {
    if (!schemas.has(version, spot.action, spot.kind) || !wanted(spot.action, values.action)) continue;
    const shortFirst = [...sights].sort((one, another) => one.frames - another.frames);
    for (const mutant of mutantsOf(version, spot, samples, schemas)) {
      all++;
      if (!(await noticed(mutant, side, version, shortFirst))) survivors.push(mutant);
    }
  }
  let legal = 0;
  for (const mutant of survivors) {
    const why = latitudeOf(side, version, mutant);
    if (why !== undefined) legal++;
    const { action, kind, what } = mutant;
    console.log(
      `${side} ${version} ${why === undefined ? 'unnoticed' : 'legal'}: ${action} ${kind}: ${what}${why === undefined ? '' : `: ${why}`}`,
    );
  }
  const caught = all - survivors.length;
  const percent = (of: number) => ((100 * caught) / of).toFixed(1);
  console.log(
    `${side} ${version}: ${caught} of ${all} noticed, ${percent(all)} %; without ${legal} legal ones ${percent(all - legal)} %`,
  );
}

for (const side of ['csms', 'station'] as const)
  for (const version of ['1.6', '2.0.1'] as const)
    if (wanted(side, values.side) && wanted(version, values.ocpp)) await score(side, version);
