/** Tests of `plugproof schedule` below the process: files, words, JSON and exit codes. */
import { expect } from 'chai';
import { UsageError } from '../usage-error.ts';
import { readScheduleFile, scheduleCommand } from './schedule.ts';

const question = {
  ocpp: '1.6',
  start: '2026-01-31T12:00:00Z',
  duration: 600,
  unit: 'A',
  connectorId: 1,
  profiles: [
    {
      connectorId: 0,
      profile: {
        chargingProfileId: 7,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          startSchedule: '2026-01-31T12:00:00Z',
          duration: 300,
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }],
        },
      },
    },
  ],
};

type Question = typeof question;

const run = (change: (copy: Question) => void = () => {}, options: { json?: boolean; plot?: string } = {}) => {
  const copy = structuredClone(question);
  change(copy);
  return scheduleCommand({ text: JSON.stringify(copy, null, 2), fileName: 'q.json', json: false, ...options });
};

describe('cli: schedule', () => {
  it('prints the contract for programs', () => {
    const { stdout, exitCode, files } = run(undefined, { json: true });
    expect(JSON.parse(stdout)).to.deep.equal({
      start: '2026-01-31T12:00:00Z',
      duration: 600,
      unit: 'A',
      periods: [{ startPeriod: 0, limit: 16, numberPhases: 3 }, { startPeriod: 300 }],
    });
    expect(stdout.endsWith('}\n')).to.equal(true);
    expect(exitCode).to.equal(0);
    expect(files).to.deep.equal([]);
  });

  it('tells people why', () => {
    expect(run().stdout.split('\n')).to.deep.equal([
      'From 2026-01-31T12:00:00Z, 600 s:',
      '       0  16 A, 3 phases, until 300 s',
      '          16 A by TxDefaultProfile 7, stack level 0, period 0.',
      '     300  no limit, until 600 s',
      '          Nothing limits.',
      '',
    ]);
  });

  it('draws where it is asked to', () => {
    const [file, ...others] = run(undefined, { plot: 'out.svg' }).files;
    expect(others).to.deep.equal([]);
    expect(file?.path).to.equal('out.svg');
    expect(file?.text).to.match(/^<svg[\s\S]*TxDefaultProfile 7/);
  });

  it('takes numbers for ids and versions, and tabs', () => {
    const text = JSON.stringify({ ...question, ocpp: 2.1, profiles: [] }, null, '\t');
    expect(readScheduleFile(text, 'q.json')).to.include({ ocpp: '2.1', unit: 'A' });
  });

  it('says file, line and column of what is wrong, and what is right', () => {
    const wrong = (text: string, ...says: (string | RegExp)[]) => {
      for (const one of says) expect(() => readScheduleFile(text, 'q.json')).to.throw(UsageError, one);
    };
    const lines = (change: object) => JSON.stringify({ ...question, ...change }, null, 2);
    wrong(lines({ unit: 'kW' }), /^q\.json:5:\d+: unit/, "'kW'");
    wrong(lines({ durations: 1 }), "no key 'durations'", "Did you mean 'duration'");
    wrong(lines({ profiles: [{ profile: {} }] }), "has no 'stackLevel'");
    wrong(lines({ start: 'soon' }), 'a date and time');
    wrong(lines({ duration: 0 }), 'duration is 0');
    wrong('{ "ocpp": "1.6", ', 'q.json:1:');
    wrong('{ "unit": "A", "unit": "W" }', 'stands twice');
    wrong('', 'the file is empty');
  });

  it('refuses profiles that no station holds, and times that are none', () => {
    expect(() => run((copy) => copy.profiles.push(...structuredClone(question.profiles)))).to.throw(
      UsageError,
      /^q\.json: two profiles have the id 7/,
    );
    expect(() => run((copy) => Object.assign(copy, { timezone: 'Mars/Olympus' }))).to.throw(UsageError, 'Mars/Olympus');
    expect(() => run((copy) => Object.assign(copy, { start: '2026-02-30T00:00:00Z' }))).to.throw(
      UsageError,
      '2026-02-30',
    );
  });

  it('can not judge what is not modelled: exit code 3', () => {
    const setpoint = (copy: Question) => {
      copy.ocpp = '2.1';
      Object.assign(copy.profiles[0]?.profile.chargingSchedule.chargingSchedulePeriod[0] ?? {}, { setpoint: 5 });
    };
    expect(run(setpoint)).to.include({
      exitCode: 3,
      stdout: "Can't be calculated: profile 7: setpoint is not modelled, only limit is\n",
    });
    expect(JSON.parse(run(setpoint, { json: true }).stdout)).to.have.property('error');
  });
});
