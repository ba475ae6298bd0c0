/** Charger, availability: what is taken out of service says so, serves nobody, and stays out over a restart. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { remoteStart } from './remote-words.ts';
import {
  CONNECTOR,
  EVSE,
  OTHER_EVSE,
  otherIsFree,
  quiet,
  ready,
  reset,
  statusesSince,
  statusTold,
  undone,
} from './states.ts';
import { valueOfVariable } from './states.v2.ts';

type Where = 'evse' | 'station' | 'connector';

/** ChangeAvailability of what the case is about. */
function change({ orders }: Pick<Context, 'orders'>, where: Where, operative: boolean): Payload {
  if (where === 'station') return orders.changeAvailability(operative);
  const payload = orders.changeAvailability(operative, EVSE);
  return where === 'evse' ? payload : { ...payload, evse: { id: EVSE, connectorId: CONNECTOR } };
}

const asked = (word: string) => ({
  when: (_: unknown, request: unknown) => JSON.stringify(request).includes(`"${word}"`),
});
const tellsOf = (status: string) => ({ when: (payload: unknown) => JSON.stringify(payload).includes(`"${status}"`) });

/** Tells of an EVSE beside the one that everything happens on. */
const tellsOfOther = {
  when: (payload: unknown) =>
    /"(evseId|connectorId)":2/.test(JSON.stringify(payload)) && /Unavailable/.test(JSON.stringify(payload)),
};

const refs: Readonly<Record<Where, { change: string; told: string; again: string }>> = {
  evse: { change: 'G03.FR.02', told: 'G03.FR.06', again: 'G03.FR.04' },
  connector: { change: 'G03.FR.02', told: 'G03.FR.06', again: 'G03.FR.04' },
  station: { change: 'G04.FR.03', told: 'G04.FR.05', again: 'G04.FR.04' },
};

const titles: Readonly<Record<Where, string>> = {
  evse: 'An EVSE',
  connector: 'A connector',
  station: 'The whole station',
};

const on: Readonly<Record<Where, string>> = {
  evse: 'an EVSE',
  connector: 'a connector',
  station: 'a station',
};

const ref = (v2: string) => ({ '1.6': '5.2', '2.0.1': v2 }) as const;
const forgets = behaviour('forgets-at-restart', 'after a restart everything is available');

const there = (where: Where, versions: readonly OcppVersion[], octt: readonly string[]) =>
  testCase({
    id: `station/availability/${where}`,
    title: `${titles[where]} goes out of service and comes back, and tells so`,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    checks: {
      out: { ref: ref(refs[where].change), level: 'SHALL', says: 'taking it out of service is accepted' },
      told: { ref: ref(refs[where].told), level: 'SHALL', says: 'the station tells that the connector is Unavailable' },
      alone:
        where === 'station'
          ? { ref: ref('G04.FR.05'), level: 'SHALL', says: 'so of each connector, and each comes back' }
          : { ref: ref('G03.FR.04'), level: 'SHALL', says: 'of no other EVSE anything is told' },
      again: {
        ref: ref(refs[where].again),
        level: 'SHALL',
        says: 'asked for the state that it is in already, the station accepts',
      },
      back: { ref: ref(refs[where].change), level: 'SHALL', says: 'putting it back in service is accepted' },
      available: {
        ref: ref(refs[where].told),
        level: 'SHALL',
        says: 'the station tells that the connector is Available',
      },
    },
    catches: {
      out: alter('ChangeAvailability', { status: 'Rejected' }, asked('Inoperative')),
      told: [
        drop('StatusNotification', tellsOf('Unavailable')),
        alter('StatusNotification', { timestamp: '2020-01-01T00:00:00Z' }, tellsOf('Unavailable')),
      ],
      alone:
        where === 'station'
          ? alter('StatusNotification', { connectorStatus: 'Available', status: 'Available' }, tellsOfOther)
          : behaviour('closes-the-whole-station', 'the EVSE that is named is not heard'),
      again: [
        alter('ChangeAvailability', { status: 'Scheduled' }, asked('Inoperative')),
        alter('ChangeAvailability', { status: 'Rejected' }, asked('Operative')),
      ],
      back: alter('ChangeAvailability', { status: 'Rejected' }, asked('Operative')),
      available: drop('StatusNotification', tellsOf('Available')),
    },
    async run(context) {
      const { after, check, csms } = context;
      await ready(context);
      await quiet(context);
      const other = await otherIsFree(context);
      /** Waits for the second EVSE where it has to follow; else sees whether it did. */
      const ofOther = async (status: 'Unavailable' | 'Available', since: number) => {
        if (other && where === 'station') return statusTold(context, status, since, { evseId: OTHER_EVSE });
        await quiet(context);
        return statusesSince(context, since).get(OTHER_EVSE) === 'Unavailable' ? 'told' : undefined;
      };
      const set = (operative: boolean) => csms.call('ChangeAvailability', change(context, where, operative));
      after(() => set(true));
      const before = csms.mark;
      const out = await set(false);
      check('out', () => expect(out).to.be.callResult({ status: 'Accepted' }));
      const told = await statusTold(context, 'Unavailable', before);
      check('told', () => {
        expect(told, `EVSE ${EVSE} told to be Unavailable`).to.not.equal(undefined);
        const { timestamp } = told?.payload ?? {};
        if (timestamp !== undefined) expect(timestamp).to.be.recentInstant();
      });
      const stillOut = await set(false);
      const gone = await ofOther('Unavailable', before);
      check('again', () => expect(stillOut).to.be.callResult({ status: 'Accepted' }));

      const since = csms.mark;
      const back = await set(true);
      check('back', () => expect(back).to.be.callResult({ status: 'Accepted' }));
      const available = await statusTold(context, 'Available', since);
      check('available', () => expect(available, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
      const stillIn = await set(true);
      const returned = await ofOther('Available', since);
      check('alone', () => {
        const says = `EVSE ${OTHER_EVSE} told to be Unavailable`;
        if (where !== 'station') expect(gone === undefined, `not ${says}`).to.equal(true);
        // One whose status was not to be had before may have been anything, and follow all the same.
        if (where !== 'station' || !other) return;
        expect(gone, says).to.not.equal(undefined);
        expect(returned, `EVSE ${OTHER_EVSE} told to be Available`).to.not.equal(undefined);
      });
      check('again', () => expect(stillIn).to.be.callResult({ status: 'Accepted' }));
    },
  });

const persistent = (where: Where, versions: readonly OcppVersion[], octt: string, persists: string) =>
  testCase({
    id: `station/availability/${where}-persists`,
    title: `${titles[where]} that is out of service is out of service after a restart`,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    checks: {
      persists: {
        ref: ref(persists),
        level: 'SHALL',
        says: 'after the restart the station tells that it is Unavailable',
      },
    },
    catches: {
      persists: [forgets, drop('StatusNotification')],
    },
    async run(context) {
      const { after, check, csms } = context;
      await ready(context);
      after(() => csms.call('ChangeAvailability', change(context, where, true)));
      await csms.need('ChangeAvailability', change(context, where, false), ['Accepted']);
      const { boot, since } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await statusTold(context, 'Unavailable', since);
      await quiet(context);
      check('persists', () => expect(statusesSince(context, since).get(EVSE), `EVSE ${EVSE}`).to.equal('Unavailable'));
    },
  });

const both = ['1.6', '2.0.1'] as const;
const v2 = ['2.0.1'] as const;

const acceptsStarts = {
  '1.6': alter('RemoteStartTransaction', { status: 'Accepted' }),
  '2.0.1': alter('RequestStartTransaction', { status: 'Accepted' }),
} as const;

const SECOND_CONNECTOR = { name: 'Connector', evse: { id: EVSE, connectorId: 2 } };

const closed = (where: Where, versions: readonly OcppVersion[], id: string) =>
  testCase({
    id: `station/availability/${id}`,
    title: `Nothing starts on ${on[where]} that is out of service, before a restart and after it`,
    sut: 'station',
    versions,
    checks: {
      closed: {
        ref: { '1.6': '5.2', '2.0.1': 'F02.FR.25' },
        level: 'SHALL',
        says: 'while it is out of service, a start from afar is rejected',
      },
      persists: {
        ref: { '1.6': '5.2', '2.0.1': where === 'station' ? 'G04.FR.09' : 'G03.FR.08' },
        level: 'SHALL',
        says: 'a start from afar is rejected after a restart as well',
      },
    },
    catches: {
      closed: acceptsStarts,
      persists: acceptsStarts,
    },
    async run(context) {
      const { after, check, csms, token } = context;
      await ready(context);
      if (
        where === 'connector' &&
        (await valueOfVariable(context, SECOND_CONNECTOR, 'AvailabilityState')) !== undefined
      )
        throw new Unmet(`EVSE ${EVSE} has a second connector, on which a start is possible`);
      const since = csms.mark;
      after(() => csms.call('ChangeAvailability', change(context, where, true)));
      await csms.need('ChangeAvailability', change(context, where, false), ['Accepted']);
      if ((await statusTold(context, 'Unavailable', since)) === undefined)
        throw new Unmet(`EVSE ${EVSE} was to be Unavailable, and the station did not tell so`);
      const first = remoteStart(context, await token('valid'), EVSE);
      const started = await csms.call(first.action, first.payload);
      undone(context, started);
      check('closed', () => expect(started).to.be.callResult({ status: 'Rejected' }));
      const { boot } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await quiet(context);
      const second = remoteStart(context, await token('valid'), EVSE);
      const again = await csms.call(second.action, second.payload);
      undone(context, again);
      check('persists', () => expect(again).to.be.callResult({ status: 'Rejected' }));
    },
  });

export default suite('station/availability', 'Availability', [
  there('evse', both, ['TC_G_03_CS', 'TC_G_04_CS', 'TC_G_09_CS', 'TC_G_10_CS']),
  there('station', both, ['TC_G_05_CS', 'TC_G_06_CS', 'TC_G_12_CS', 'TC_G_13_CS']),
  there('connector', v2, ['TC_G_07_CS', 'TC_G_08_CS', 'TC_G_15_CS', 'TC_G_16_CS']),
  closed('evse', both, 'closed'),
  closed('connector', v2, 'closed-connector'),
  closed('station', both, 'closed-station'),
  persistent('evse', v2, 'TC_G_18_CS', 'G03.FR.08'),
  persistent('connector', v2, 'TC_G_19_CS', 'G03.FR.08'),
  persistent('station', both, 'TC_G_21_CS', 'G04.FR.09'),
]);
