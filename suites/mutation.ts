/** `npm run mutation`: the share of small wrongs that the suites notice, and which they do not. */
import { loadMessageSchemas } from '../schemas/ocpp.ts';
import type { OcppVersion } from '../src/dialects/index.ts';
import { runCase } from '../src/judge/run-case.ts';
import type { CaseSpec } from '../src/judge/test-case.ts';
import { decode } from '../src/ocppj/decode.ts';
import { securedInMemory } from '../src/reference/csms-in-memory.ts';
import { allCases } from './index.ts';
import { type Mutant, mutantsOf, type Spot } from './mutants.ts';

const schemas = loadMessageSchemas();

/** A security profile in which the case has anything to see. */
const profileOf = ({ profiles: [first] = [] }: CaseSpec) => first ?? 0;

interface Seen {
  readonly spot: Spot;
  readonly samples: unknown[];
  readonly cases: Set<CaseSpec>;
}

/** Which frames the right reference sends in which cases. */
async function look(version: OcppVersion, cases: readonly CaseSpec[]): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (const spec of cases) {
    const { clock, environment } = await securedInMemory(version, schemas, [], profileOf(spec));
    const { trace } = await clock.run(runCase(spec, version, 'CP01', environment));
    for (const entry of trace) {
      if (
        entry.origin !== 'sut' ||
        (entry.kind !== 'call' && entry.kind !== 'callresult') ||
        entry.action === undefined
      )
        continue;
      const key = `${entry.action} ${entry.kind}`;
      const found = seen.get(key) ?? {
        spot: { action: entry.action, kind: entry.kind },
        samples: [],
        cases: new Set<CaseSpec>(),
      };
      const frame = decode(entry.text);
      if ('payload' in frame) found.samples.push(frame.payload);
      found.cases.add(spec);
      seen.set(key, found);
    }
  }
  return seen;
}

/** True where a run against a CSMS with this mutant is red. */
async function noticed(mutant: Mutant, version: OcppVersion, cases: Iterable<CaseSpec>): Promise<boolean> {
  for (const spec of cases) {
    const { clock, environment } = await securedInMemory(version, schemas, [mutant.fault], profileOf(spec));
    const { verdict } = await clock.run(runCase(spec, version, 'CP01', { ...environment, strict: false }));
    if (verdict !== 'pass' && verdict !== 'warn') return true;
  }
  return false;
}

for (const version of ['1.6', '2.0.1'] as const) {
  const cases = allCases().filter((spec) => spec.versions.includes(version) && spec.sut !== 'station');
  const seen = await look(version, cases);
  let all = 0;
  const survivors: Mutant[] = [];
  for (const { spot, samples, cases: where } of seen.values()) {
    if (!schemas.has(version, spot.action, spot.kind)) continue;
    for (const mutant of mutantsOf(version, spot, samples, schemas)) {
      all++;
      if (!(await noticed(mutant, version, where))) survivors.push(mutant);
    }
  }
  for (const { action, kind, what } of survivors) console.log(`${version} unnoticed: ${action} ${kind}: ${what}`);
  console.log(
    `${version}: ${all - survivors.length} of ${all} noticed, ${((100 * (all - survivors.length)) / all).toFixed(1)} %`,
  );
}
