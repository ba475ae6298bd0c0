/** Charger, 2.x events of monitors: told when a value changes, crosses a threshold, or time goes by; and only where they matter. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, duplicate, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import {
  awaitEvent,
  clear,
  eventsOf,
  MONITORING,
  need,
  ofState,
  open,
  placeOf,
  report,
  resultsOf,
  set,
  type Wanted,
} from './monitors.v2.ts';
import { EVSE, inTime, quiet, ready, statusTold } from './states.ts';
import { charging, configured, hurried, SESSION, valueOfVariable } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Events that wait while there is no connection. */
const QUEUES = 'DM-3';

/** Seconds between two periodic events: soon over, and longer than what a timer is off. */
const PERIOD_S = 2;
const OFF_S = 0.8;
/** Watts that no idle EVSE draws, and every charging one does. */
const SOME_W = 500;

const ofPower = (type: 'UpperThreshold' | 'LowerThreshold', severity = 8): Wanted => ({
  ...ofState(severity),
  variable: { name: 'Power' },
  type,
  value: SOME_W,
});

/** Changes the first event of each NotifyEvent. */
const told = (name: string, change: Payload): Fault =>
  alter(
    'NotifyEvent',
    (payload) => ({
      ...(payload as Payload),
      eventData: ((payload as Payload)['eventData'] as Payload[]).map((one) => ({ ...one, ...change })),
    }),
    { name, kind: 'call' },
  );

/** What every event has to say of its monitor. */
const checks = {
  monitor: { ref: 'N07.FR.06', level: 'SHALL', says: 'it names the monitor, and what that is on' },
  form: {
    ref: 'N07.FR.07',
    level: 'SHALL',
    says: 'it is numbered from 0, made now, of a monitor of the CSMS, with an id of its own',
  },
} as const;

const faults = {
  monitor: [
    told('on another component', { component: { name: 'ChargingStation' } }),
    told('on another variable', { variable: { name: 'Available' } }),
  ],
  form: [
    alter('NotifyEvent', { seqNo: 1 }),
    alter('NotifyEvent', { tbc: true }),
    alter('NotifyEvent', { generatedAt: '2020-01-01T00:00:00Z' }),
    told('of before', { timestamp: '2020-01-01T00:00:00Z' }),
    told('hard-wired', { eventNotificationType: 'HardWiredMonitor' }),
    told('one id for all', { eventId: 7 }),
  ],
} as const;

/** Judges what is said of events of a monitor, whatever they tell. */
function judge({ check, csms }: Context<'monitor' | 'form'>, since: number, id: number, wanted: Wanted): void {
  const calls = csms
    .calls(since, 'NotifyEvent')
    .filter(({ payload }) =>
      ((payload['eventData'] ?? []) as Payload[]).some((one) => one['variableMonitoringId'] === id),
    );
  const events = eventsOf({ csms }, since, id);
  check('monitor', () => {
    expect(events.length, 'events').to.be.at.least(1);
    expect(new Set(events.map(placeOf))).to.deep.equal(new Set([placeOf(wanted)]));
  });
  check('form', () => {
    for (const { payload } of calls) {
      expect(payload['seqNo'], 'seqNo').to.equal(0);
      expect(payload['tbc'] ?? false, 'tbc').to.equal(false);
      expect(payload['generatedAt']).to.be.recentInstant();
    }
    for (const event of events) {
      expect(event['timestamp']).to.be.recentInstant();
      expect(event['eventNotificationType']).to.equal('CustomMonitor');
    }
    const ids = events.map((event) => event['eventId']);
    expect(new Set(ids).size, 'ids of events').to.equal(ids.length);
  });
}

/** Takes EVSE 1 out of service, or puts it back, and waits until that is told. @throws Unmet */
async function turned(context: Context, operative: boolean): Promise<void> {
  const { csms, orders } = context;
  const since = csms.mark;
  await csms.need('ChangeAvailability', orders.changeAvailability(operative, EVSE), ['Accepted']);
  const status = operative ? 'Available' : 'Unavailable';
  if ((await statusTold(context, status, since)) === undefined)
    throw new Unmet(`EVSE ${EVSE} was to be ${status}, and the station did not tell so`);
}

/** EVSE 1 is in service again when the case is over. */
const reopened = ({ after, csms, orders }: Context): void =>
  after(() => csms.call('ChangeAvailability', orders.changeAvailability(true, EVSE)));

export default suite('station/monitoring', 'Events', [
  testCase({
    id: 'station/monitoring/change',
    title: 'A change of what is monitored is told, once, each way',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_56_CS', 'TC_N_45_CS'] },
    feature: MONITORING,
    checks: {
      out: { ref: 'N07.FR.19', level: 'SHALL', says: 'that the EVSE is Unavailable now is told as a change' },
      back: { ref: 'N07.FR.19', level: 'SHALL', says: 'that it is Available again is' },
      once: { ref: 'N07.FR.19', level: 'SHALL', says: 'each change is told once' },
      ...checks,
    },
    catches: {
      out: [
        drop('NotifyEvent'),
        told('an alert', { trigger: 'Alerting' }),
        told('another value', { actualValue: 'Faulted' }),
        told('under another id', { variableMonitoringId: 977 }),
      ],
      back: told('another value', { actualValue: 'Unavailable' }),
      once: duplicate('NotifyEvent'),
      ...faults,
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await open(context);
      reopened(context);
      const wanted = ofState(5);
      const id = await need(context, wanted);
      await quiet(context);
      const since = csms.mark;
      await turned(context, false);
      const out = await awaitEvent(context, since, id, ({ actualValue }) => actualValue === 'Unavailable');
      await turned(context, true);
      const back = await awaitEvent(context, since, id, ({ actualValue }) => actualValue === 'Available');
      await quiet(context);
      const events = eventsOf(context, since, id);
      const triggers = (value: string) =>
        events.filter((one) => one['actualValue'] === value).map(({ trigger }) => trigger);
      check('out', () => {
        expect(out, 'NotifyEvent with Unavailable').to.not.equal(undefined);
        expect(triggers('Unavailable')).to.include('Delta');
      });
      check('back', () => {
        expect(back, 'NotifyEvent with Available').to.not.equal(undefined);
        expect(triggers('Available')).to.include('Delta');
      });
      check('once', () =>
        expect(events.map(({ actualValue }) => actualValue)).to.deep.equal(['Unavailable', 'Available']),
      );
      judge(context, since, id, wanted);
    },
  }),

  testCase({
    id: 'station/monitoring/level',
    title: 'What is less severe than the level is not told, and is again when the level is raised',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_N_16_CS' },
    feature: MONITORING,
    checks: {
      accepted: { ref: 'N05.FR.01', level: 'SHALL', says: 'the level is accepted' },
      silent: { ref: 'N05.FR.03', level: 'SHALL', says: 'a monitor of a greater severity number tells nothing' },
      severe: { ref: 'N05.FR.03', level: 'SHALL', says: 'one of the level itself does' },
      again: { ref: 'N05.FR.03', level: 'SHALL', says: 'with a higher level both do' },
    },
    catches: {
      accepted: alter('SetMonitoringLevel', { status: 'Rejected' }),
      silent: behaviour('deaf-to-SetMonitoringLevel', 'the level is not heard'),
      severe: drop('NotifyEvent'),
      again: behaviour('keeps-the-level-low', 'a higher level is not heard'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await open(context);
      reopened(context);
      const severe = await need(context, ofState(7));
      const slight = await need(context, ofState(8));
      const level = await csms.call('SetMonitoringLevel', { severity: 7 });
      check('accepted', () => expect(level).to.be.callResult({ status: 'Accepted' }));
      await quiet(context);
      const since = csms.mark;
      await turned(context, false);
      const first = await awaitEvent(context, since, severe);
      await quiet(context);
      check('severe', () => expect(first, 'NotifyEvent of the severe monitor').to.not.equal(undefined));
      check('silent', () => expect(eventsOf(context, since, slight).length, 'events of the other').to.equal(0));
      await csms.call('SetMonitoringLevel', { severity: 8 });
      const mark = csms.mark;
      await turned(context, true);
      const both = [await awaitEvent(context, mark, severe), await awaitEvent(context, mark, slight)];
      check('again', () => expect(both, 'NotifyEvents of both').to.not.include(undefined));
    },
  }),

  testCase({
    id: 'station/monitoring/periodic',
    title: 'A value is told every so often, whether it changed or not',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_N_24_CS' },
    feature: MONITORING,
    checks: {
      comes: { ref: 'N08.FR.06', level: 'SHALL', says: 'an event comes in each interval' },
      pace: { ref: 'N08.FR.06', level: 'SHALL', says: 'one interval lies between two of them' },
      trigger: { ref: 'N08.FR.05', level: 'SHALL', says: 'they are told to be periodic, with the value that it has' },
      stops: { ref: 'N06.FR.01', level: 'SHALL', says: 'when the monitor is cleared, no more come' },
      ...checks,
    },
    catches: {
      comes: [drop('NotifyEvent'), told('under another id', { variableMonitoringId: 977 })],
      pace: behaviour('ticks-slowly', 'periodic events come at another interval than the one that was set'),
      trigger: [told('as a change', { trigger: 'Delta' }), told('another value', { actualValue: 'Faulted' })],
      stops: behaviour('deaf-to-ClearVariableMonitoring', 'monitors are not cleared'),
      ...faults,
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await open(context);
      const wanted = ofState(8, { type: 'Periodic', value: PERIOD_S });
      const since = csms.mark;
      const id = await need(context, wanted);
      const timeoutMs = inTime(context, PERIOD_S);
      const first = await awaitEvent(context, since, id, undefined, timeoutMs);
      const second = first && (await awaitEvent(context, csms.calls(0).indexOf(first) + 1, id, undefined, timeoutMs));
      check('comes', () => expect([first, second], 'two NotifyEvents').to.not.include(undefined));
      const times = eventsOf(context, since, id).map(({ timestamp }) => Date.parse(String(timestamp)) / 1000);
      check('pace', () => {
        expect(times.length, 'events').to.be.at.least(2);
        expect((times[1] ?? 0) - (times[0] ?? 0), 'seconds between two').to.be.within(
          PERIOD_S - OFF_S,
          PERIOD_S + OFF_S,
        );
      });
      const value = await valueOfVariable(context, wanted.component, 'AvailabilityState');
      check('trigger', () => {
        for (const event of eventsOf(context, since, id)) {
          expect(event['trigger']).to.equal('Periodic');
          expect(event['actualValue']).to.equal(value);
        }
      });
      await clear(context, id);
      await quiet(context);
      const mark = csms.mark;
      // Another monitor with the same interval shows that its time has gone by.
      const other = await need(context, ofState(7, { type: 'Periodic', value: PERIOD_S }));
      if ((await awaitEvent(context, mark, other, undefined, timeoutMs)) === undefined)
        throw new Unmet('another monitor tells nothing');
      await quiet(context);
      check('stops', () => expect(eventsOf(context, mark, id).length, 'events of what was cleared').to.equal(0));
      judge(context, since, id, wanted);
    },
  }),

  testCase({
    id: 'station/monitoring/threshold',
    title: 'A threshold that is crossed is told, and so is the way back; what is cleared tells nothing',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_20_CS', 'TC_N_51_CS', 'TC_N_52_CS'] },
    needs: SESSION,
    feature: MONITORING,
    checks: {
      alert: {
        ref: 'N07.FR.16',
        level: 'SHALL',
        says: 'when the vehicle charges, that the power is above the threshold is told as an alert',
      },
      replaced: {
        ref: 'N07.FR.11',
        level: 'SHALL',
        says: 'a threshold above the value, in place of the one that was crossed, is told as cleared',
      },
      lower: {
        ref: 'N07.FR.17',
        level: 'SHALL',
        says: 'when it charges no more, that the power is below another threshold is told',
      },
      gone: {
        ref: 'N07.FR.12',
        level: 'SHALL',
        says: 'of a monitor that was cleared while it was crossed nothing is told',
      },
      ...checks,
    },
    catches: {
      alert: [drop('NotifyEvent'), told('as a change', { trigger: 'Delta' }), told('cleared', { cleared: true })],
      replaced: told('not cleared', { cleared: false }),
      lower: told('as a change', { trigger: 'Delta' }),
      gone: behaviour('deaf-to-ClearVariableMonitoring', 'monitors are not cleared'),
      ...faults,
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await open(context);
      const since = csms.mark;
      const upper = ofPower('UpperThreshold');
      const id = await need(context, upper);
      const other = await need(context, { ...upper, severity: 7 });
      await quiet(context);
      const { token } = await charging(context);
      const power = Number(await valueOfVariable(context, upper.component, 'Power'));
      if (!(power > SOME_W)) throw new Unmet(`EVSE.Power is ${power} W while a vehicle charges`);
      const alerts = ({ cleared, trigger }: Payload) => trigger === 'Alerting' && cleared !== true;
      const alert = await awaitEvent(context, since, id, alerts);
      await awaitEvent(context, since, other, alerts);
      check('alert', () => {
        expect(alert, 'NotifyEvent with Alerting').to.not.equal(undefined);
        const [first] = eventsOf(context, since, id);
        expect(Number(first?.['actualValue']), 'actualValue').to.be.above(SOME_W);
      });
      const mark = csms.mark;
      // Where that is above what the EVSE can give, the value itself will do: it has to be exceeded.
      const above = await set(context, { ...upper, id, value: power + SOME_W });
      if (resultsOf(above)[0]?.['status'] === 'Rejected') await set(context, { ...upper, id, value: power });
      const cleared = await awaitEvent(context, mark, id, (one) => one['cleared'] === true);
      check('replaced', () => expect(cleared, 'NotifyEvent with cleared').to.not.equal(undefined));
      await clear(context, other);
      const lower = await need(context, ofPower('LowerThreshold', 6));
      const last = csms.mark;
      await hands.presentToken(token);
      await hands.plugOut();
      const below = await awaitEvent(context, last, lower, alerts);
      check('lower', () => expect(below, 'NotifyEvent with Alerting').to.not.equal(undefined));
      await quiet(context);
      check('gone', () => expect(eventsOf(context, last, other).length, 'events').to.equal(0));
      judge(context, since, id, upper);
    },
  }),

  testCase({
    id: 'station/monitoring/offline',
    title: 'Without a connection what is severe enough waits to be told, and the rest is forgotten',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_22_CS', 'TC_N_23_CS'] },
    needs: ['plugIn', 'plugOut'],
    feature: QUEUES,
    checks: {
      kept: { ref: 'N07.FR.04', level: 'SHALL', says: 'what is severe enough is told when the connection is back' },
      dropped: { ref: 'N07.FR.04', level: 'SHALL', says: 'what is not is not' },
    },
    catches: {
      kept: [
        behaviour('queues-no-events', 'no event is kept'),
        told('under another id', { variableMonitoringId: 977 }),
      ],
      dropped: behaviour('queues-all-events', 'every event is kept'),
    },
    async run(context) {
      const { after, check, csms, hands } = context;
      await ready(context);
      await open(context);
      await configured(context, 'MonitoringCtrlr', 'OfflineQueuingSeverity', '5');
      await hurried(context);
      const severe = await need(context, ofState(5));
      const slight = await need(context, ofState(6));
      await quiet(context);
      const since = csms.mark;
      if (!(await csms.goAway())) throw new Unmet('the station did not try to connect again');
      after(() => hands.plugOut());
      await hands.plugIn();
      await hands.plugOut();
      csms.comeBack();
      if (!(await csms.reconnection())) throw new Unmet('the station did not connect again');
      const kept: IncomingCall | undefined = await awaitEvent(
        context,
        since,
        severe,
        (one) => one['actualValue'] === 'Occupied',
      );
      await quiet(context);
      check('kept', () => expect(kept, 'NotifyEvent with Occupied').to.not.equal(undefined));
      check('dropped', () =>
        expect(
          eventsOf(context, since, slight).filter((one) => one['actualValue'] === 'Occupied').length,
          'events',
        ).to.equal(0),
      );
    },
  }),

  testCase({
    id: 'station/monitoring/works-after-restart',
    title: 'A monitor tells of changes after a restart as before it',
    sut: 'station',
    versions,
    feature: MONITORING,
    checks: { tells: { ref: 'N07.FR.13', level: 'SHALL', says: 'a change after a restart is told' } },
    catches: { tells: [drop('NotifyEvent'), told('as an alert', { trigger: 'Alerting' })] },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await open(context);
      reopened(context);
      const wanted = ofState(5);
      await need(context, wanted);
      await csms.need('Reset', context.orders.reset('now'), ['Accepted']);
      const boot = await csms.awaitCall('BootNotification', { timeoutMs: csms.patienceMs });
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      const { all } = await report(context, {
        componentVariable: [{ component: wanted.component, variable: wanted.variable }],
      });
      // Its id may be another one (N04.FR.19).
      const own = all.find(({ type, severity }) => type === wanted.type && severity === wanted.severity);
      if (typeof own?.id !== 'number') throw new Unmet('the monitor is not reported after the restart');
      const since = csms.mark;
      await turned(context, false);
      const event = await awaitEvent(context, since, own.id, ({ trigger }) => trigger === 'Delta');
      check('tells', () => expect(event, 'NotifyEvent').to.not.equal(undefined));
    },
  }),
]);
