/** Tests of generated payloads: every message of every version, and what a seed and a variant mean. */
import { expect } from 'chai';
import { ocppVersions } from '../src/dialects/index.ts';
import { generatePayload } from './generate.ts';
import { loadMessageSchemas } from './ocpp.ts';

const schemas = loadMessageSchemas();
const SEEDS = 20;

describe('generatePayload', () => {
  for (const version of ocppVersions) {
    it(`makes payloads of every ${version} message that both layers accept`, function () {
      this.timeout(60_000);
      for (const { action, kind, name } of schemas.messages(version)) {
        for (let seed = 0; seed < SEEDS; seed++) {
          const payload = generatePayload(version, action, kind, seed, { schemas });
          expect(
            schemas.validate(version, action, kind, payload, JSON.stringify(payload)),
            `${name} ${seed}`,
          ).to.deep.equal([]);
        }
      }
    });
  }

  it('makes the same payload of the same seed, and others of others', () => {
    const make = (seed: number) => JSON.stringify(generatePayload('2.1', 'SetChargingProfile', 'call', seed));
    expect(make(4)).to.equal(make(4));
    expect(new Set(Array.from({ length: 10 }, (_, seed) => make(seed))).size).to.equal(10);
  });

  it('leaves out or puts in every optional member', () => {
    const keys = (variant: 'minimal' | 'full') =>
      Object.keys(generatePayload('1.6', 'BootNotification', 'call', 1, { variant })).length;
    expect(keys('minimal')).to.equal(2);
    expect(keys('full')).to.equal(9);
  });

  it('keeps the schema alone when told so', () => {
    const versions = Array.from(
      { length: 200 },
      (_, seed) =>
        generatePayload('2.0.1', 'SendLocalList', 'call', seed, { prose: false, variant: 'minimal' })['versionNumber'],
    );
    expect(versions).to.include(0);
  });

  it('throws where there is no such message', () => {
    expect(() => generatePayload('1.6', 'Nope', 'call', 1)).to.throw(RangeError);
  });
});
