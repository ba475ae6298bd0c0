/** Back offices that are right in another way than the reference fail no case. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import type { OcppVersion } from '../../src/dialects/index.ts';
import { behaviour, type Fault, refuses } from '../../src/judge/fault.ts';
import { runCase } from '../../src/judge/run-case.ts';
import type { CaseSpec } from '../../src/judge/test-case.ts';
import { csmsInMemory } from '../../src/reference/csms-in-memory.ts';
import { allCases } from '../index.ts';

const schemas = loadMessageSchemas();

/** What OCPP leaves open, done otherwise. */
const otherwise = {
  'that refuses a second connection of a station': behaviour('refuses-reconnecting', 'refused with 409'),
  'that closes a second connection of a station at once': behaviour('closes-second-connections', 'closed with 1008'),
  'that sees late that a connection was cut': behaviour('sees-ends-late', 'the next one is closed until then'),
  'that leaves the first connection of a station open': behaviour('keeps-previous-connections', 'both are served'),
};

/** Suites that come more than once; what needs another world than one without credentials is not judged here. */
const cases = allCases().filter(
  ({ id, sut, profiles, onlyFor, lacks, provenIn }) =>
    /^(ocppj|security|csms\/provisioning)\//.test(id) &&
    sut !== 'station' &&
    (profiles ?? onlyFor ?? lacks ?? provenIn) === undefined,
);

/** The schemas of 1.6 before their correction have one spelling alone. */
const schooled = ['MeterValues', 'StopTransaction'].map((action) =>
  refuses(action, 'PropertyConstraintViolation', {
    name: 'Celsius',
    when: (_, asked) => JSON.stringify(asked).includes('"Celsius"'),
  }),
);

/** What is a SHALL and broken, or why it could not be told; what is a SHOULD may be told of. */
async function broken(spec: CaseSpec, version: OcppVersion, faults: readonly Fault[]): Promise<string | undefined> {
  const { clock, environment } = csmsInMemory(version, schemas, faults);
  const { verdict, reason, checks, invariants } = await clock.run(runCase(spec, version, 'CP01', environment));
  const shall = [...checks, ...invariants].some(
    (one) => one.verdict === 'fail' && !('level' in one && one.level !== 'SHALL'),
  );
  return shall || verdict === 'error' ? `${spec.id}: ${reason}` : undefined;
}

describe('a CSMS', function () {
  this.timeout(120_000);
  it('that goes by the schema as it was fails no case about degrees', async () => {
    const spec = allCases().find(({ id }) => id === 'csms/metering/celsius');
    if (spec === undefined) throw new Error('no case');
    expect(await broken(spec, '1.6', schooled)).to.equal(undefined);
  });
  for (const [what, fault] of Object.entries(otherwise))
    for (const version of ['1.6', '2.0.1'] as const)
      it(`${what} fails no case of ${version}`, async () => {
        const red: string[] = [];
        for (const spec of cases.filter(({ versions }) => versions.includes(version))) {
          const why = await broken(spec, version, [fault]);
          if (why !== undefined) red.push(why);
        }
        expect(red).to.deep.equal([]);
      });
});
