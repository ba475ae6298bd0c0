/** Charger, 2.x monitors as a whole: their bases and levels, how they are reported, and that they outlive a restart. */
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import {
  asReported,
  clear,
  judgeForm,
  MONITORING,
  need,
  ofState,
  open,
  question,
  report,
  reported,
  reportForm,
  reportFormFaults,
  STATION,
} from './monitors.v2.ts';
import { ready, reset } from './states.ts';

const versions = ['2.0.1'] as const;

export default suite('station/monitoring', 'Monitors as a whole', [
  testCase({
    id: 'station/monitoring/base',
    title: 'Monitors of the CSMS stay when all are wanted, and go when only others are',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_05_CS', 'TC_N_06_CS', 'TC_N_41_CS'] },
    feature: MONITORING,
    checks: {
      accepted: { ref: 'N03.FR.01', level: 'SHALL', says: 'each base is accepted' },
      stays: { ref: 'N03.FR.03', level: 'SHALL', says: 'with All the monitor stays' },
      factory: { ref: 'N03.FR.04', level: 'SHALL', says: 'with FactoryDefault it is there no more' },
      wired: { ref: 'N03.FR.05', level: 'SHALL', says: 'nor with HardWiredOnly' },
    },
    catches: {
      accepted: alter('SetMonitoringBase', { status: 'Rejected' }),
      stays: behaviour('takes-all-for-none', 'each base clears the monitors'),
      factory: behaviour('takes-none-for-all', 'no base clears the monitors'),
      wired: behaviour('takes-none-for-all', 'no base clears the monitors'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await open(context);
      const base = async (monitoringBase: string) => {
        const reply = await csms.call('SetMonitoringBase', { monitoringBase });
        check('accepted', () => expect(reply, monitoringBase).to.be.callResult({ status: 'Accepted' }));
      };
      const wanted = ofState(8);
      const there = async (id: number) =>
        (await report(context, question(wanted))).all.filter((one) => one.id === id).length;
      for (const [word, id, count] of [
        ['All', 'stays', 1],
        ['FactoryDefault', 'factory', 0],
        ['HardWiredOnly', 'wired', 0],
      ] as const) {
        const monitor = await need(context, wanted);
        await base(word);
        const left = await there(monitor);
        check(id, () => expect(left, 'monitors').to.equal(count));
        await clear(context, monitor);
      }
      await base('All');
    },
  }),

  testCase({
    id: 'station/monitoring/levels',
    title: 'A level that is none is rejected',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_N_17_CS' },
    feature: MONITORING,
    checks: {
      good: { ref: 'N05.FR.01', level: 'SHALL', says: 'a level from 0 to 9 is accepted' },
      bad: { ref: 'N05.FR.02', level: 'SHALL', says: 'any other is rejected' },
    },
    catches: {
      good: alter('SetMonitoringLevel', { status: 'Rejected' }),
      bad: alter('SetMonitoringLevel', { status: 'Accepted' }),
    },
    async run(context) {
      const { after, check, csms } = context;
      await ready(context);
      await open(context);
      after(() => csms.call('SetMonitoringLevel', { severity: 9 }));
      for (const severity of [0, 9]) {
        const good = await csms.call('SetMonitoringLevel', { severity });
        check('good', () => expect(good, String(severity)).to.be.callResult({ status: 'Accepted' }));
      }
      // A right CSMS sends no such level; it is sent on purpose.
      for (const severity of [10, -1]) {
        const bad = await csms.provoke('SetMonitoringLevel', { severity });
        check('bad', () => {
          if (bad.kind !== 'callerror') expect(bad, String(severity)).to.be.callResult({ status: 'Rejected' });
        });
      }
    },
  }),

  testCase({
    id: 'station/monitoring/criteria',
    title: 'Monitors are reported by their kind, by what they are on, and all together',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_01_CS', 'TC_N_02_CS', 'TC_N_03_CS', 'TC_N_47_CS'] },
    feature: MONITORING,
    checks: {
      kinds: {
        ref: 'N02.FR.06',
        level: 'SHALL',
        says: 'asked for a kind, monitors of that kind are reported, and no others',
      },
      variable: {
        ref: 'N02.FR.08',
        level: 'SHALL',
        says: 'asked for a variable, its monitors are reported, and no others',
      },
      both: { ref: 'N02.FR.05', level: 'SHALL', says: 'asked for both, what fits both is' },
      all: { ref: 'N02.FR.11', level: 'SHALL', says: 'asked for nothing, all of them are' },
      form: reportForm,
    },
    catches: {
      kinds: [
        behaviour('ignores-monitoring-criteria', 'the criteria are not heard'),
        reported('of another type', (one) => ({ ...one, type: 'LowerThreshold' })),
      ],
      variable: behaviour('ignores-monitored-variables', 'the variables are not heard'),
      both: behaviour('ignores-monitored-variables', 'the variables are not heard'),
      all: drop('NotifyMonitoringReport'),
      form: reportFormFaults,
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await open(context);
      const delta = ofState(8);
      const periodic = { ...STATION, type: 'Periodic', value: 3_600 } as const;
      const ids = [await need(context, delta), await need(context, periodic)] as const;
      const [ofDelta, ofPeriodic] = [asReported(delta, ids[0]), asReported(periodic, ids[1])];
      for (const [word, kinds, own, other] of [
        ['DeltaMonitoring', ['Delta'], ofDelta, ofPeriodic],
        ['PeriodicMonitoring', ['Periodic', 'PeriodicClockAligned'], ofPeriodic, ofDelta],
      ] as const) {
        const told = await report(context, { monitoringCriteria: [word] });
        judgeForm(context, told);
        check('kinds', () => {
          expect(told.all).to.deep.include(own);
          expect(
            told.all.map(({ type }) => type).filter((type) => !(kinds as readonly unknown[]).includes(type)),
          ).to.deep.equal([]);
          expect(told.all).to.not.deep.include(other);
        });
      }
      const told = await report(context, question(delta));
      check('variable', () => {
        expect(told.all).to.deep.include(ofDelta);
        expect(new Set(told.all.map(({ place }) => place))).to.deep.equal(new Set([ofDelta.place]));
      });
      const both = await report(context, { monitoringCriteria: ['DeltaMonitoring'], ...question(periodic) });
      check('both', () => {
        expect(both.all.filter(({ id }) => (ids as readonly unknown[]).includes(id))).to.deep.equal([]);
        if (both.all.length === 0) expect(both.reply).to.be.callResult({ status: 'EmptyResultSet' });
      });
      const all = await report(context);
      check('all', () => expect(all.all).to.deep.include.members([ofDelta, ofPeriodic]));
    },
  }),

  testCase({
    id: 'station/monitoring/persists',
    title: 'A monitor is there after a restart',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_N_53_CS' },
    feature: MONITORING,
    checks: { persists: { ref: 'N07.FR.13', level: 'SHALL', says: 'after a restart it is reported as before' } },
    catches: {
      persists: [reported('of another severity', (one) => ({ ...one, severity: 1 })), drop('NotifyMonitoringReport')],
    },
    async run(context) {
      const { after, check } = context;
      await ready(context);
      await open(context);
      const wanted = ofState(8);
      const id = await need(context, wanted);
      const { boot } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      const { all } = await report(context, question(wanted));
      // Its id may be another one (N04.FR.19).
      const own = all.find(({ type, severity }) => type === wanted.type && severity === wanted.severity);
      if (typeof own?.id === 'number' && own.id !== id) after(() => clear(context, own.id as number));
      check('persists', () => expect({ ...own, id }).to.deep.equal(asReported(wanted, id)));
    },
  }),
]);
