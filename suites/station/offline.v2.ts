/** Charger, 2.x without a connection: it tries again ever more slowly, and tells what it has to tell when it is back. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault, insteadOf } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { hearing } from './hearing.ts';
import { askReport, isKey } from './reporting.v2.ts';
import { anyStatusTold, EVSE, quiet, ready, statusTold } from './states.ts';
import { configured, hurried, preferred, valueOfVariable } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds after which an absence is long. */
const SHORT_S = 2;
/** More than any absence of a case. */
const LONG_S = 900;
/** Seconds to the first attempt to connect again. */
const WAIT_S = 1;
/** Longest wait that a case lasts for, where the station does not let it be set. */
const MOST_WAIT_S = 30;
/** Seconds that a timer of a charger may be early: it counts from when it noticed. */
const EARLY_S = 0.3;

/** Every connector, as `EVSE/connector`, by the device model. @throws Unmet */
async function connectorsOf(context: Context): Promise<string[]> {
  const { items } = await askReport(context, 'GetBaseReport', { reportBase: 'FullInventory' });
  const places = items
    .filter((one) => isKey(one, 'Connector.Available'))
    .map((one) => `${at(one, 'component.evse.id')}/${at(one, 'component.evse.connectorId')}`);
  if (places.length === 0)
    throw new Unmet('the full inventory has no Connector.Available, by which connectors are counted');
  return [...new Set(places)].sort();
}

/** What was told of connectors since a mark: `EVSE/connector` to the statuses, in order. */
function toldOf({ csms, dialect }: Context, since: number): Map<string, string[]> {
  const { news, statusActions } = hearing[dialect.version];
  const told = new Map<string, string[]>();
  for (const { action, payload } of csms.calls(since)) {
    if (!statusActions.includes(action)) continue;
    for (const { evseId, connectorId, status } of news(payload, action))
      told.set(`${evseId}/${connectorId}`, [...(told.get(`${evseId}/${connectorId}`) ?? []), status]);
  }
  return told;
}

interface Absence {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly length: 'long' | 'short';
  /** A cable is plugged in meanwhile. */
  readonly plugged: boolean;
}

/** A heartbeat leaves where a status should. */
const silentOf = (name: string, which: RegExp): Fault =>
  insteadOf('StatusNotification', name, ({ id }) => `[2,"${id}","Heartbeat",{}]`, {
    kind: 'call',
    when: (payload) => which.test(JSON.stringify(payload)),
  });

const absence = ({ id, title, octt, length, plugged }: Absence) => {
  const long = length === 'long';
  const status = plugged ? 'Occupied' : 'Available';
  return testCase({
    id: `station/offline/${id}`,
    title,
    sut: 'station',
    versions,
    ...(octt !== undefined && { octt: { '2.0.1': octt } }),
    ...(plugged && { needs: ['plugIn', 'plugOut'] }),
    checks: {
      tells: long
        ? { ref: 'B04.FR.01', level: 'SHALL', says: 'back again, it tells the status of every connector' }
        : {
            ref: 'B04.FR.02',
            level: 'SHALL',
            says: plugged
              ? 'back again, it tells the status of the connector that changed, and of no other'
              : 'back again, it tells no status: none changed',
          },
      true: { ref: 'B04.FR.01', level: 'SHALL', says: `what is told of EVSE ${EVSE} is true` },
    },
    catches: {
      tells: long
        ? [
            silentOf('no statuses', /./),
            silentOf('no statuses of other EVSEs', /"evseId":2/),
            behaviour('takes-any-absence-for-short', 'the threshold is not heard'),
          ]
        : behaviour('takes-any-absence-for-long', 'the threshold is not heard'),
      true: alter(
        'StatusNotification',
        { connectorStatus: 'Faulted' },
        {
          when: (payload) => !plugged || /"Occupied"/.test(JSON.stringify(payload)),
        },
      ),
    },
    async run(context) {
      const { after, check, clock, csms, hands } = context;
      await ready(context);
      const connectors = await connectorsOf(context);
      await configured(context, 'OCPPCommCtrlr', 'OfflineThreshold', String(long ? SHORT_S : LONG_S));
      await hurried(context);
      await quiet(context);
      const since = csms.mark;
      const left = clock.monotonic();
      if (!(await csms.goAway())) throw new Unmet('the station did not try to connect again');
      if (plugged) {
        after(() => hands.plugOut());
        await hands.plugIn();
      }
      const rest = (SHORT_S + 0.5) * 1000 - (clock.monotonic() - left);
      if (long && rest > 0) await clock.sleep(rest);
      csms.comeBack();
      if (!(await csms.reconnection())) throw new Unmet('the station did not connect again');
      if (plugged) await statusTold(context, 'Occupied', since);
      else if (long) await anyStatusTold(context, since);
      await quiet(context);
      if (!long && csms.calls(since, 'BootNotification').length > 0)
        throw new Unmet('the station registered anew, and then every status is told');
      const told = toldOf(context, since);
      check('tells', () => {
        const wanted = long ? connectors : connectors.filter((place) => plugged && place.startsWith(`${EVSE}/`));
        // Of an EVSE with several connectors, only one has the cable.
        const others = [...told.keys()].filter((place) => !connectors.includes(place) || !wanted.includes(place));
        expect(others, 'told without a reason').to.deep.equal([]);
        if (long) expect([...told.keys()].sort(), 'told').to.deep.equal(connectors);
        else expect(told.size, 'connectors told of').to.equal(plugged ? 1 : 0);
      });
      // Read from the device model where nothing was to be told.
      const now = told.get(`${EVSE}/1`)?.at(-1) ?? (await triggered(context));
      check('true', () => expect(now, `EVSE ${EVSE}`).to.equal(status));
    },
  });
};

/** Status of the first connector, told for the asking; as the device model has it where the station does not. */
async function triggered(context: Context): Promise<string | undefined> {
  const { csms, orders } = context;
  const since = csms.mark;
  const reply = await csms.call('TriggerMessage', orders.trigger('StatusNotification', EVSE, 1));
  if (reply.payload['status'] === 'Accepted') {
    await anyStatusTold(context, since);
    return toldOf(context, since).get(`${EVSE}/1`)?.at(-1);
  }
  return valueOfVariable(context, { name: 'Connector', evse: { id: EVSE, connectorId: 1 } }, 'AvailabilityState');
}

export default suite('station/offline', 'Without a connection', [
  absence({
    id: 'long',
    title: 'After a long absence the station tells the status of every connector',
    length: 'long',
    plugged: false,
  }),
  absence({
    id: 'short',
    title: 'After a short absence in which nothing changed the station tells no status',
    length: 'short',
    plugged: false,
  }),
  absence({
    id: 'long-and-plugged',
    title: 'After a long absence in which a cable was plugged in the station tells the status of every connector',
    octt: 'TC_B_51_CS',
    length: 'long',
    plugged: true,
  }),
  absence({
    id: 'short-and-plugged',
    title: 'After a short absence in which a cable was plugged in the station tells of that connector alone',
    octt: 'TC_B_52_CS',
    length: 'short',
    plugged: true,
  }),

  testCase({
    id: 'station/offline/back-off',
    title: 'A station that lost its connection waits before it tries again, and twice as long when it failed',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_57_CS' },
    checks: {
      waits: { ref: 'P4 5.3', level: 'SHALL', says: 'the first attempt comes after the configured wait, not before' },
      doubles: { ref: 'P4 5.3', level: 'SHALL', says: 'after an attempt that failed it waits twice as long' },
      back: { ref: 'P4 5.3', level: 'SHALL', says: 'let in again, it is connected and answers' },
      quietly: { ref: 'P4 5.3', level: 'SHOULD', says: 'and does not register anew' },
    },
    catches: {
      waits: behaviour('hurries-back', 'it does not wait before it connects again'),
      doubles: behaviour('never-backs-off', 'it tries again at an even pace'),
      back: behaviour('never-comes-back', 'a connection that was lost is never made again'),
      quietly: behaviour('boots-at-every-connection', 'each connection begins with a BootNotification'),
    },
    async run(context) {
      const { check, clock, csms } = context;
      await ready(context);
      const set = await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffWaitMinimum', String(WAIT_S));
      const told = await valueOfVariable(context, { name: 'OCPPCommCtrlr' }, 'RetryBackOffWaitMinimum');
      const waitS = set ? WAIT_S : Number(told ?? Number.NaN);
      if (!(waitS > 0 && waitS <= MOST_WAIT_S))
        throw new Unmet(`OCPPCommCtrlr.RetryBackOffWaitMinimum can't be set, and is ${told}`);
      await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffRandomRange', '0');
      await configured(context, 'OCPPCommCtrlr', 'RetryBackOffRepeatTimes', '2');
      await preferred(context, 'OCPPCommCtrlr', 'NetworkProfileConnectionAttempts', '3');
      await quiet(context);
      const since = csms.mark;
      const left = clock.monotonic();
      const knocked = await csms.goAway();
      const first = clock.monotonic();
      check('back', () => expect(knocked, 'an attempt to connect').to.equal(true));
      if (!knocked) return;
      check('waits', () =>
        expect((first - left) / 1000, 'seconds to the first attempt').to.be.at.least(waitS - EARLY_S),
      );
      csms.comeBack();
      const back = await csms.reconnection();
      const second = clock.monotonic();
      check('back', () => expect(back, 'connected again').to.equal(true));
      if (!back) return;
      check('doubles', () =>
        expect((second - first) / 1000, 'seconds to the second attempt').to.be.at.least(2 * waitS - 2 * EARLY_S),
      );
      await quiet(context);
      check('back', () => expect(csms.connected).to.equal(true));
      check('quietly', () => expect(csms.calls(since, 'BootNotification').length, 'BootNotifications').to.equal(0));
    },
  }),
]);
