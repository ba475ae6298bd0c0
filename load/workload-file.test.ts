/** Workload files: those that we bring, what options do to them, and how mistakes are told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { executors } from './workload.ts';
import {
  loadWorkloadFile,
  msOf,
  resolveWorkload,
  type WorkloadOverrides,
  workloadNames,
  workloadPath,
} from './workload-file.ts';

const defaults = { token: 'TAG1', timeoutMs: 30_000 };

describe('workload files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugproof-workload-'));
  const surroundings = { cwd: folder, variables: {} };
  after(() => rmSync(folder, { recursive: true }));

  const read = (text: string, overrides: WorkloadOverrides = {}) => {
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, text);
    return resolveWorkload(loadWorkloadFile(path, surroundings), overrides, defaults);
  };
  const brought = (name: string, overrides: WorkloadOverrides = {}) =>
    resolveWorkload(loadWorkloadFile(workloadPath(name), surroundings), overrides, defaults);

  it('are brought for the usual storms', () => {
    expect(workloadNames()).to.include.members([
      'authorize-burst',
      'boot-storm',
      'flapping',
      'heartbeats',
      'knee',
      'meter-flood',
      'reconnect-storm',
      'remote-commands',
      'rolling-firmware',
      'soak',
      'steady-day',
      'tls-storm',
    ]);
    for (const name of workloadNames()) {
      const workload = brought(name, { stations: 7 });
      expect(workload.name).to.equal(name);
      expect(workload.says, name).not.to.equal('');
      expect(workload.stations).to.equal(7);
      for (const { executor } of workload.scenarios) expect(executors).to.include(executor);
    }
    expect(() => workloadPath('heartbeat')).to.throw(/did you mean 'heartbeats'/);
  });

  it('give way to options', () => {
    const overrides = { stations: 5, rampMs: 0, durationMs: 2_000, rate: 42 };
    const { stations, rampMs, durationMs, gracefulStopMs, scenarios } = brought('heartbeats', overrides);
    expect({ stations, rampMs, durationMs, gracefulStopMs }).to.deep.equal({
      stations: 5,
      rampMs: 0,
      durationMs: 2_000,
      gracefulStopMs: 30_000,
    });
    expect(scenarios).to.have.lengthOf(1);
    expect(scenarios[0]).to.include({
      executor: 'constant-arrival-rate',
      rate: 42,
      durationMs: 2_000,
      exec: 'heartbeat',
    });
  });

  it('count rates for each station where they say so, and stretch stages', () => {
    const [scenario] = brought('steady-day', { stations: 1000, durationMs: 24_000 }).scenarios;
    if (scenario?.executor !== 'ramping-arrival-rate') throw new Error('steady-day ramps');
    expect(scenario.startRate).to.equal(2);
    expect(scenario.stages.reduce((sum, stage) => sum + stage.durationMs, 0)).to.be.closeTo(24_000, 0.001);
    expect(Math.max(...scenario.stages.map(({ target }) => target))).to.equal(30);
  });

  it('have stations of their own', () => {
    const text = (range: string) =>
      `scenarios:\n  a: { executor: constant-arrival-rate, exec: heartbeat, rate: 2, perStation: true, stations: '${range}' }\n`;
    const of = (range: string) => {
      const [scenario] = read(text(range), { stations: 10 }).scenarios;
      return scenario?.executor === 'constant-arrival-rate' ? [scenario.among, scenario.rate] : undefined;
    };
    expect(of('3')).to.deep.equal([{ first: 2, count: 1 }, 2]);
    expect(of('2..')).to.deep.equal([{ first: 1, count: 9 }, 18]);
    expect(of('..4')).to.deep.equal([{ first: 0, count: 4 }, 8]);
    expect(of('8..20')).to.deep.equal([{ first: 7, count: 3 }, 6]);
    expect(() => read(text('11..'), { stations: 10 })).to.throw(/no station of 10 is in 11\.\./);
  });

  it('let an operator work at a rate only', () => {
    const text =
      'scenarios:\n  a: { executor: ramping-arrival-rate, exec: command, stages: [{ duration: 1s, target: 1 }] }\n';
    expect(() => read(text)).to.throw(/an operator does not work by ramping-arrival-rate/);
  });

  it('hold a search', () => {
    const { search, scenarios, thresholds } = brought('knee', { durationMs: 3_000 });
    expect(search).to.include({ startRate: 100, maxRate: 20_000, stepMs: 3_000, precision: 0.05 });
    expect(scenarios).to.deep.equal([]);
    expect(thresholds.map(({ selector }) => selector)).to.include('ocpp_call_latency');
  });

  it('take --rate only where there is one', () => {
    for (const name of ['steady-day', 'boot-storm', 'soak']) {
      expect(() => brought(name, { rate: 10 }), name).to.throw(/--rate: .* is no rate/);
    }
  });

  const wrong: readonly [name: string, text: string, says: RegExp][] = [
    ['a key that there is not', 'stations: 5\nramp_up: 3s\n', /mine\.yaml:2:1: there is no key 'ramp_up'/],
    ['a duration without unit', 'duration: "30"\n', /mine\.yaml:1:11: duration is '30'[\s\S]*a duration such as/],
    [
      'an executor that there is not',
      'scenarios:\n  a:\n    executor: constant-arrival\n    exec: heartbeat\n',
      /mine\.yaml:3:15:[\s\S]*Did you mean 'constant-arrival-rate'/,
    ],
    [
      'a rate that is missing',
      'scenarios:\n  a: { executor: constant-arrival-rate, exec: heartbeat }\n',
      /mine\.yaml:2:6: constant-arrival-rate has no 'rate'/,
    ],
    [
      'a metric that there is not',
      'thresholds:\n  ocpp_latency: ["p(99)<5"]\n',
      /mine\.yaml:2:18: there is no metric 'ocpp_latency'/,
    ],
    ['too few stations', 'stations: 0\n', /mine\.yaml:1:11: stations is 0[\s\S]*from 1 to 1000000/],
  ];
  for (const [name, text, says] of wrong) {
    it(`point at ${name}`, () => {
      expect(() => read(text)).to.throw(says);
      expect(() => read(text)).to.throw(/\n {2}\d \| /);
    });
  }

  it('may be empty', () => {
    expect(read('')).to.include({ name: 'mine', stations: 100, rampMs: 10_000, durationMs: 60_000 });
  });
});

describe('durations', () => {
  for (const [text, ms] of [
    ['500ms', 500],
    ['0s', 0],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['30', undefined],
    ['-1s', undefined],
    [undefined, undefined],
  ] as const) {
    it(String(text), () => expect(msOf(text)).to.equal(ms));
  }
});
