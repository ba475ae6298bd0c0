/** Spoilt messages: the same for the same seed whatever the SUT answers, harmless for a charger, and cut down to the least. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { ocppVersions } from '../../src/dialects/index.ts';
import { behaviour, type Fault } from '../../src/judge/fault.ts';
import { type CaseOutcome, runCase } from '../../src/judge/run-case.ts';
import { securedInMemory } from '../../src/reference/csms-in-memory.ts';
import { stationInMemory } from '../../src/reference/station-in-memory.ts';
import { allCases } from '../index.ts';
import { gentle, gentleActions, keepsGentle } from './gentle.ts';
import { smaller } from './mutations.ts';
import { isWrong, twinOf } from './spoilt.ts';

const schemas = loadMessageSchemas();

/** Runs a case against a reference with `faults`, with `sample` messages. */
async function run(
  id: string,
  faults: readonly Fault[],
  sut: 'csms' | 'station',
  sample: number,
): Promise<CaseOutcome> {
  const spec = allCases().find((one) => one.id === id);
  if (spec === undefined) throw new Error(`there is no case ${id}`);
  if (sut === 'station') {
    const { clock, environment, station } = stationInMemory('2.0.1', schemas, faults);
    const outcome = await clock.run(runCase(spec, '2.0.1', 'CP01', { ...environment, sample }));
    station.end();
    return outcome;
  }
  const { clock, environment } = await securedInMemory('2.0.1', schemas, faults, 0);
  return clock.run(runCase(spec, '2.0.1', 'CP01', { ...environment, sample }));
}

/** Actions and payloads that were sent on purpose, in order: probes, valid and spoilt ones. */
async function sent(id: string, faults: readonly Fault[], sut: 'csms' | 'station'): Promise<string[]> {
  const { trace } = await run(id, faults, sut, 60);
  const told = trace.filter(({ origin, kind, deliberate }) => origin === 'harness' && kind === 'call' && deliberate);
  return told.map(({ text }) => JSON.stringify((JSON.parse(text) as unknown[]).slice(2)));
}

describe('spoilt messages', function () {
  this.timeout(20_000);
  for (const version of ocppVersions)
    it(`in ${version} are made from orders that are valid, and keep a charger from harm`, () => {
      const context = { dialect: { version }, schemas, sut: { role: 'station' } } as never;
      for (const action of gentleActions(version, true)) {
        if (!schemas.has(version, action, 'call')) continue;
        for (const variant of ['minimal', 'full'] as const)
          for (let seed = 0; seed < 5; seed++) {
            const twin = twinOf(context, action, seed, variant);
            expect(isWrong(context, action, twin), `${action} ${JSON.stringify(twin)}`).to.equal(false);
            expect(keepsGentle(version, action, twin, '/nothing'), action).to.equal(true);
            expect(gentle(version, action, twin), action).to.deep.equal(twin);
          }
      }
    });

  it('are not made shorter by what keeps a charger from harm', () => {
    const payload = { evseId: 9_999, connectorId: 9_999 };
    expect(keepsGentle('2.0.1', 'UnlockConnector', payload, '/x')).to.equal(true);
    expect(keepsGentle('2.0.1', 'UnlockConnector', { evseId: 1, connectorId: 9_999 }, '/x')).to.equal(false);
    expect(keepsGentle('2.0.1', 'UnlockConnector', { connectorId: 9_999 }, '/x')).to.equal(false);
    expect(keepsGentle('2.0.1', 'UnlockConnector', { evseId: '9999', connectorId: 9_999 }, '/evseId')).to.equal(true);
  });

  for (const sut of ['csms', 'station'] as const)
    it(`are the same to a ${sut} that refuses them and to one that serves them`, async () => {
      const silent: Fault = {
        name: 'silent',
        says: 'no CALLERROR ever leaves',
        rewrite: ({ kind }) => (kind === 'callerror' ? [] : undefined),
      };
      const right = await sent('security/payloads/missing-field', [], sut);
      expect(right.length).to.be.greaterThan(150);
      expect(await sent('security/payloads/missing-field', [silent], sut)).to.deep.equal(right);
    });

  it('are cut down to the least that is served as well', async () => {
    const lenient = behaviour('accepts-invalid-payloads', 'payloads are not looked at before they are answered');
    const { checks } = await run('security/payloads/extra-field', [lenient], 'csms', Number.POSITIVE_INFINITY);
    const context = { dialect: { version: '2.0.1' }, schemas } as never;
    const message = checks.find(({ id }) => id === 'unserved')?.message ?? '';
    const told = [...message.matchAll(/(\w+) with (\S+) that [^:]+: (\{.*?\})(?= · |$)/g)];
    expect(told.length, message).to.equal(5);
    for (const [, action = '', at = '', text = ''] of told) {
      const payload = JSON.parse(text);
      const faults = (one: unknown) => schemas.validate('2.0.1', action, 'call', one).length;
      const less = smaller(payload, at).filter(
        (one) => isWrong(context, action, one) && faults(one) <= faults(payload),
      );
      expect(less, `${action}: ${text}`).to.deep.equal([]);
    }
  });
});
