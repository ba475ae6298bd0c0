/** What k6 is told: thresholds that mean the same there, identities without a list, and what it can't do. */
import { expect } from 'chai';
import type { SystemUnderTest } from '../../src/sut/system-under-test.ts';
import { readThreshold } from '../thresholds.ts';
import type { Workload } from '../workload.ts';
import { makeK6Plan } from './make-plan.ts';

const thresholdsOf = (...texts: readonly string[]) =>
  texts.map((text) => {
    const reading = readThreshold(text);
    if (!reading.ok) throw new Error(reading.says);
    return reading.value;
  });

const workload = (more: Partial<Workload> = {}): Workload => ({
  name: 'test',
  says: '',
  stations: 500,
  rampMs: 1_000,
  durationMs: 10_000,
  gracefulStopMs: 5_000,
  station: { evses: 1, configuration: {} },
  scenarios: [],
  thresholds: [],
  ...more,
});

const sut = (identities: SystemUnderTest['identities']): SystemUnderTest => ({
  role: 'csms',
  ocpp: ['1.6'],
  url: 'ws://127.0.0.1:1/ocpp',
  securityProfile: 1,
  identities,
  without: [],
  tokens: {},
  stations: {},
  station: { vendorName: 'plugproof', model: 'load', serialNumber: '1' },
  timeoutMs: 5_000,
  clockToleranceS: 60,
});
const many = (count: number, more: object = {}) => Array.from({ length: count }, (_, i) => ({ id: `CP${i}`, ...more }));
const common = { seed: 1, secrets: true, samples: true, generated: false } as const;

describe('plan for k6', () => {
  it('passes on the thresholds that mean the same in k6', () => {
    const thresholds = thresholdsOf(
      'ocpp_call_latency{action:Heartbeat}: p(50)<500',
      'ocpp_call_latency: p(97.5)<900',
      'ocpp_calls: count>10',
      'ocpp_calls: rate>10',
      'ocpp_stations: min>10',
      'ocpp_schema_violations: count==0',
      'ocpp_call_errors: rate<0.1',
    );
    const { options } = makeK6Plan({ ...common, sut: sut(many(500)), workload: workload({ thresholds }) });
    const passed = options['thresholds'] as Record<string, string[]>;
    expect(passed).to.deep.include({
      'ocpp_call_latency{action:Heartbeat}': ['med<500', 'max>=0'],
      ocpp_call_latency: ['p(97.5)<900'],
      ocpp_calls: ['count>10'],
      ocpp_call_errors: ['rate<0.1'],
    });
    expect(passed).not.to.have.any.keys('ocpp_stations', 'ocpp_schema_violations');
    expect(options['summaryTrendStats']).to.include.members(['count', 'p(99.9)', 'p(97.5)']);
  });

  it('says stations by number where they are made up, and by name where they have one', () => {
    const made = makeK6Plan({ ...common, generated: true, sut: sut(many(500)), workload: workload() });
    expect(made.identities).to.deep.equal({ prefix: 'PLUGPROOF-', digits: 5, count: 500 });
    expect(made.vus).to.equal(3);
    const named = makeK6Plan({ ...common, sut: sut(many(500)), workload: workload({ stations: 3 }) });
    expect(named.identities).to.deep.equal(['CP0', 'CP1', 'CP2']);
  });

  it('keeps secrets out where they are not to be written', () => {
    const system = sut(many(2, { password: Buffer.from('0123456789abcdef') }));
    const of = (secrets: boolean) =>
      makeK6Plan({ ...common, secrets, sut: system, workload: workload({ stations: 2 }) });
    expect(of(true).basic).to.deep.equal(
      ['CP0:0123456789abcdef', 'CP1:0123456789abcdef'].map((text) => Buffer.from(text).toString('base64')),
    );
    expect(of(false)).not.to.have.property('basic');
  });

  it('refuses what k6 can not do', () => {
    const search = {
      name: 's',
      exec: 'heartbeat',
      startMs: 0,
      holdMs: 0,
      tokens: [],
      startRate: 1,
      maxRate: 2,
      stepMs: 1,
      precision: 0.1,
    } as const;
    expect(() => makeK6Plan({ ...common, sut: sut(many(1)), workload: workload({ search }) })).to.throw(
      /--engine node/,
    );
    const own = [
      { id: 'A', cert: 'one', key: '1' },
      { id: 'B', cert: 'two', key: '2' },
    ];
    expect(() => makeK6Plan({ ...common, sut: sut(own), workload: workload() })).to.throw(/one client certificate/);
  });
});
