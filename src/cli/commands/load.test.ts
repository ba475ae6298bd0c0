/** The load command: its exit codes, its report, and what it refuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { CountingCsms, each } from '../../../load/engine/counting-csms.test.data.ts';
import { ownSchema } from '../../../schemas/own.ts';
import type { Report } from '../../report.ts';
import { load } from './load.ts';

describe('load command', function () {
  this.timeout(60_000);
  let csms: CountingCsms;
  let folder: string;
  beforeEach(async () => {
    csms = await CountingCsms.start({
      Heartbeat: each(50, ({ id, socket }, by) => by.send(socket, [4, id, 'InternalError', '', {}])),
    });
    folder = mkdtempSync(join(tmpdir(), 'plugproof-load-'));
  });
  afterEach(async () => {
    await csms.end();
    rmSync(folder, { recursive: true });
  });

  const short = () => ({
    noConfig: true,
    url: csms.url,
    ocpp: ['1.6'],
    stations: '10',
    ramp: '0s',
    duration: '500ms',
    rate: '400',
    out: folder,
    report: ['json'],
    quiet: true,
  });
  const reportOf = () => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;

  it('reports what the CSMS has in its books', async () => {
    const code = await load(undefined, { ...short(), threshold: ['ocpp_calls{action:Heartbeat}: count==200'] });
    const report = reportOf();
    expect(code).to.equal(0);
    expect(report.load?.metrics['ocpp_calls']?.values['count']).to.equal(csms.calls);
    expect(report.load?.metrics['ocpp_call_errors']?.values['count']).to.equal(4);
    expect(report.load?.thresholds.map(({ metric, ok }) => [metric, ok])).to.deep.equal([
      ['ocpp_calls', true],
      ['ocpp_calls{action:Heartbeat}', true],
    ]);
    expect(report.run).to.include({ command: 'load', planned: 0 });
    expect(report).to.include({ partial: false, grade: null });
    expect(report.cases).to.deep.equal([]);
    const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    const valid = ajv.compile(ownSchema('report'));
    expect(valid(report), JSON.stringify(valid.errors)).to.equal(true);
  });

  it('ends with 4 where a threshold is crossed, or has no data', async () => {
    expect(await load(undefined, { ...short(), threshold: ['ocpp_call_errors: rate<0.01'] })).to.equal(4);
    expect(
      await load(undefined, { ...short(), threshold: ['ocpp_call_latency{action:Authorize}: p(99)<500'] }),
    ).to.equal(4);
    expect(reportOf().load?.thresholds.at(-1)).to.include({ ok: false, actual: null });
  });

  it('ends with 3 where nobody is there, and says so', async () => {
    expect(await load('heartbeats', { ...short(), url: 'ws://127.0.0.1:1/ocpp' })).to.equal(3);
    expect(reportOf().run.notes.join()).to.match(
      /no station could connect to ws:\/\/127\.0\.0\.1:1\/ocpp: 10 × ECONNREFUSED/,
    );
  });

  it('ends with 3 where no station is registered', async () => {
    await csms.end();
    const pending = { status: 'Pending', interval: 600, currentTime: new Date().toISOString() };
    csms = await CountingCsms.start({ BootNotification: ({ id, socket }, by) => by.send(socket, [3, id, pending]) });
    expect(await load(undefined, { ...short(), threshold: ['ocpp_calls: count>0'] })).to.equal(3);
    expect(reportOf().run.notes.join()).to.match(/10 of 10 stations were not registered/);
  });

  it('ends with 3 where the control API of an operator is not there, and refuses a workload without one', async () => {
    const { rate: _rate, ...rest } = short();
    const closed = csms.url.replace(/^ws(.*):\d+.*$/, 'http$1:9');
    expect(await load('remote-commands', { ...rest, driver: 'octt-trigger', driverUrl: closed })).to.equal(3);
    const failure = await load('remote-commands', rest).catch((cause: Error) => cause);
    expect((failure as Error).message).to.match(/remote-commands has an operator, and the driver none can't be one/);
    expect(csms.books.connections).to.equal(0);
  });

  it('ends with 3 where there is no k6 for that engine', async () => {
    expect(await load(undefined, { ...short(), engine: 'k6', k6Bin: join(folder, 'k6') })).to.equal(3);
    expect(csms.books.connections).to.equal(0);
  });

  it('plays a workload file, with named identities', async () => {
    const file = join(folder, 'mine.yaml');
    writeFileSync(
      file,
      'scenarios:\n  a: { executor: per-vu-iterations, exec: authorize, iterations: 3, tokens: [T1] }\n',
    );
    const { rate: _rate, stations: _stations, ...rest } = short();
    expect(await load(file, { ...rest, id: ['CP{1..4}'] })).to.equal(0);
    expect(csms.books).to.deep.include({ connections: 4 });
    expect(csms.books.calls['Authorize']).to.equal(12);
  });

  const refused: readonly [
    name: string,
    argument: string | undefined,
    options: Readonly<Record<string, unknown>>,
    says: RegExp,
  ][] = [
    ['a workload that there is not', 'heartbeet', {}, /did you mean 'heartbeats'/],
    ['a file and a name', 'a.yaml', { workload: 'soak' }, /not both/],
    ['a file that there is not', 'a.yaml', {}, /can't read .*a\.yaml/],
    ['no stations', undefined, { stations: '0' }, /--stations: '0' is no whole number/],
    [
      'more stations than identities',
      undefined,
      { stations: '9', id: ['CP{1..3}'] },
      /9 are asked for, and 3 identities/,
    ],
    ['a duration without unit', undefined, { duration: '5' }, /--duration: '5' is no duration/],
    ['a rate that is none', undefined, { rate: 'fast' }, /--rate: 'fast'/],
    ['a rate where there is none', 'boot-storm', {}, /boot-storm is no rate/],
    [
      'a threshold that is none',
      undefined,
      { threshold: ['ocpp_calls>0'] },
      /--threshold: 'ocpp_calls>0' is no threshold/,
    ],
    ['an engine that there is not', undefined, { engine: 'wrk' }, /no engine 'wrk'/],
  ];
  for (const [name, argument, options, says] of refused) {
    it(`refuses ${name}`, async () => {
      const failure = await load(argument, { ...short(), ...options }).then(
        () => undefined,
        (cause: Error) => cause,
      );
      expect(failure?.name).to.equal('UsageError');
      expect(failure?.message).to.match(says);
      expect(csms.books.connections).to.equal(0);
    });
  }
});
