/** Every station goes to one worker, with its own credentials. */
import { expect } from 'chai';
import type { SystemUnderTest } from '../src/sut/system-under-test.ts';
import { defaultWorkers, fleetPlans, generatedIdentities } from './plan.ts';
import type { Workload } from './workload.ts';

const workload: Workload = {
  name: 'w',
  says: '',
  stations: 5,
  rampMs: 0,
  durationMs: 0,
  gracefulStopMs: 0,
  station: { evses: 2, configuration: { Key: '1' } },
  scenarios: [],
  thresholds: [],
};

const sut: SystemUnderTest = {
  role: 'csms',
  ocpp: ['1.6', '2.0.1'],
  url: 'wss://h/ocpp',
  securityProfile: 3,
  ca: 'CA',
  identities: [
    { id: 'A', password: new TextEncoder().encode('pw') },
    { id: 'B', cert: 'C1', key: 'K1' },
    { id: 'C', cert: 'C2', key: 'K2' },
    { id: 'D', cert: 'C1', key: 'K1' },
    { id: 'E' },
    { id: 'F' },
  ],
  without: [],
  tokens: {},
  stations: {},
  station: { vendorName: 'v', model: 'm', serialNumber: 's' },
  timeoutMs: 1_000,
  clockToleranceS: 60,
};

describe('fleet plans', () => {
  it('deal stations out in turn, and hold each certificate once', () => {
    const plans = fleetPlans(sut, workload, 2, 7);
    expect(plans.map(({ stations }) => stations.map(({ identity }) => identity))).to.deep.equal([
      ['A', 'C', 'E'],
      ['B', 'D'],
    ]);
    expect(plans[0]?.stations).to.deep.equal([
      { identity: 'A', version: '1.6', basic: Buffer.from('A:pw').toString('base64') },
      { identity: 'C', version: '1.6', certificate: 1 },
      { identity: 'E', version: '1.6' },
    ]);
    expect(plans[1]?.stations.map(({ version, certificate }) => [version, certificate])).to.deep.equal([
      ['2.0.1', 0],
      ['2.0.1', 0],
    ]);
    expect(plans[1]?.certificates).to.deep.equal([
      { cert: 'C1', key: 'K1' },
      { cert: 'C2', key: 'K2' },
    ]);
    expect(plans[1]).to.include({ ca: 'CA', total: 5, workers: 2, worker: 1, timeoutMs: 1_000, seed: 7 });
  });

  it('take a worker for each core, as far as there is work', () => {
    expect([1, 250, 251, 10_000].map((stations) => defaultWorkers(stations, 4))).to.deep.equal([1, 1, 2, 4]);
  });

  it('make identities up, in ranges that the settings take', () => {
    expect(generatedIdentities(3)).to.deep.equal(['PLUGPROOF-{00001..00003}']);
    expect(generatedIdentities(20_001)).to.deep.equal([
      'PLUGPROOF-{00001..10000}',
      'PLUGPROOF-{10001..20000}',
      'PLUGPROOF-{20001..20001}',
    ]);
  });
});
