/** CSMS, availability: heartbeats, the status of connectors, and taking things out of service. */
import { alter, drop, type Fault, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import {
  ofEvse,
  ofStatus,
  ordered,
  reports,
  servedOn,
  servedOnCheck,
  servedOnFault,
  takenCheck,
  takesEnd,
} from './orders.ts';
import { booted, bootedWithTwo, CONNECTOR, charging, EVSE, now, OTHER_EVSE } from './states.ts';

const backCheck = {
  ref: { '1.6': '5.2', '2.0.1': 'ChangeAvailabilityRequest.operationalStatus' },
  level: 'SHALL',
  says: 'the CALL that brings it back into service is what the operator asked for',
} as const;

const askedCheck = {
  ref: { '1.6': '5.2', '2.0.1': 'ChangeAvailabilityRequest.operationalStatus' },
  level: 'SHALL',
  says: 'the CALL names what the operator wants to change, and to what',
} as const;

const says = (payload: unknown, field: string, value: string): boolean =>
  (payload as Readonly<Record<string, unknown>>)[field] === value;

/** The wrong way round: whoever is sent to `from` is sent to `to`. */
const turned = (from: string, to: string) => ({
  '1.6': alter('ChangeAvailability', { type: to }, { when: (payload) => says(payload, 'type', from) }),
  '2.0.1': alter(
    'ChangeAvailability',
    { operationalStatus: to },
    { when: (payload) => says(payload, 'operationalStatus', from) },
  ),
});
const notOut = turned('Inoperative', 'Operative');
const notBack = turned('Operative', 'Inoperative');

/** The wrong thing: the whole station, the first EVSE, one that does not exist. */
const wholeOnly = {
  '1.6': alter('ChangeAvailability', { connectorId: 0 }),
  '2.0.1': alter('ChangeAvailability', { evse: null }),
};
const firstOnly = {
  '1.6': alter('ChangeAvailability', { connectorId: EVSE }),
  '2.0.1': alter('ChangeAvailability', { evse: { id: EVSE } }),
};
const noSuch = {
  '1.6': alter('ChangeAvailability', { connectorId: 7 }),
  '2.0.1': alter('ChangeAvailability', { evse: { id: 7 } }),
};

type ByVersion = Readonly<Record<'1.6' | '2.0.1', Fault>>;
const each = (...faults: readonly ByVersion[]) => ({
  '1.6': faults.map((fault) => fault['1.6']),
  '2.0.1': faults.map((fault) => fault['2.0.1']),
});

const ENDED = { name: 'Ended', when: (_payload: unknown, request: unknown) => says(request, 'eventType', 'Ended') };

const heartbeats = ['first', 'second', 'third'];

export default suite('csms/availability', 'Availability', [
  testCase({
    id: 'csms/availability/heartbeat',
    title: 'CSMS answers each heartbeat with its clock',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    checks: {
      clock: {
        ref: { '1.6': '4.6', '2.0.1': 'G02.FR.03' },
        level: 'SHALL',
        says: 'the answer has the time of the CSMS',
      },
    },
    catches: {
      clock: alter('Heartbeat', { currentTime: '2020-02-29T12:00:00Z' }),
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      for (const _ of heartbeats) {
        const { payload } = await station.call('Heartbeat', {});
        check('clock', () => expect(payload['currentTime']).to.be.recentInstant());
      }
    },
  }),

  testCase({
    id: 'csms/availability/every-status',
    title: 'CSMS takes every status that a connector can have',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    checks: { taken: takenCheck, servedOn: servedOnCheck },
    catches: {
      taken: [
        refuses('StatusNotification', 'InternalError', ofStatus('Faulted')),
        refuses('StatusNotification', 'InternalError', ofStatus('Reserved')),
        refuses('StatusNotification', 'InternalError', ofEvse(OTHER_EVSE)),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      const { words } = context;
      await booted(context);
      for (const evseId of [EVSE, OTHER_EVSE])
        for (const status of words.everyStatus(evseId, CONNECTOR, now(context))) await reports(context, status);
      // Left as it was found.
      for (const evseId of [EVSE, OTHER_EVSE])
        await reports(context, words.status(evseId, CONNECTOR, 'Available', now(context)));
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/availability/evse-out-and-back',
    title: 'CSMS takes one EVSE out of service, and back',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '2.0.1': ['TC_G_03_CSMS', 'TC_G_04_CSMS'] },
    needs: ['ChangeAvailability'],
    checks: { asked: askedCheck, back: backCheck, taken: takenCheck },
    catches: {
      asked: each(notOut, noSuch, wholeOnly, firstOnly),
      back: each(notBack, noSuch, wholeOnly, firstOnly),
      taken: refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
    },
    async run(context) {
      const { words, orders } = context;
      await bootedWithTwo(context);
      await ordered(context, 'ChangeAvailability', orders.changeAvailability(false, OTHER_EVSE), {
        status: 'Accepted',
      });
      await reports(context, words.status(OTHER_EVSE, CONNECTOR, 'Unavailable', now(context)));
      await ordered(
        context,
        'ChangeAvailability',
        orders.changeAvailability(true, OTHER_EVSE),
        { status: 'Accepted' },
        'back',
      );
      await reports(context, words.status(OTHER_EVSE, CONNECTOR, 'Available', now(context)));
    },
  }),

  testCase({
    id: 'csms/availability/station-out-and-back',
    title: 'CSMS takes a whole station out of service, and back',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '2.0.1': ['TC_G_05_CSMS', 'TC_G_06_CSMS'] },
    needs: ['ChangeAvailability'],
    checks: { asked: askedCheck, back: backCheck, taken: takenCheck },
    catches: {
      asked: each(notOut, noSuch, firstOnly),
      back: each(notBack, noSuch, firstOnly),
      taken: [
        refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
        drop('StatusNotification', ofEvse(OTHER_EVSE)),
      ],
    },
    async run(context) {
      const { words, orders } = context;
      await booted(context);
      for (const operative of [false, true]) {
        const wish = orders.changeAvailability(operative);
        await ordered(context, 'ChangeAvailability', wish, { status: 'Accepted' }, operative ? 'back' : 'asked');
        const status = operative ? 'Available' : 'Unavailable';
        for (const evseId of [EVSE, OTHER_EVSE])
          await reports(context, words.status(evseId, CONNECTOR, status, now(context)));
      }
    },
  }),

  testCase({
    id: 'csms/availability/refused',
    title: 'CSMS goes on with a station that refuses to change its availability',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    needs: ['ChangeAvailability'],
    checks: { asked: askedCheck, servedOn: servedOnCheck },
    catches: { asked: firstOnly, servedOn: servedOnFault },
    async run(context) {
      await bootedWithTwo(context);
      const wish = context.orders.changeAvailability(true, OTHER_EVSE);
      await ordered(context, 'ChangeAvailability', wish, { status: 'Rejected' });
      await servedOn(context);
    },
  }),

  ...[
    {
      id: 'evse-after-transaction',
      title: 'CSMS takes an EVSE out of service once its transaction has ended',
      octt: { '2.0.1': 'TC_G_11_CSMS' },
      evse: [EVSE],
      wrong: wholeOnly,
    },
    {
      id: 'station-after-transaction',
      title: 'CSMS takes a whole station out of service once its transaction has ended',
      octt: { '2.0.1': 'TC_G_14_CSMS' },
      evse: [],
      wrong: firstOnly,
    },
  ].map(({ id, title, octt, evse, wrong }) =>
    testCase({
      id: `csms/availability/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      octt,
      needs: ['ChangeAvailability'],
      checks: {
        asked: askedCheck,
        back: backCheck,
        ended: {
          ref: { '1.6': '4.10', '2.0.1': 'TransactionEventRequest.eventType' },
          level: 'SHALL',
          says: 'the end of the transaction that went on is taken',
        },
        taken: takenCheck,
      },
      catches: {
        asked: each(notOut, noSuch, wrong),
        back: each(notBack, noSuch, wrong),
        ended: {
          '1.6': [
            refuses('StopTransaction', 'InternalError'),
            alter('StopTransaction', { idTagInfo: { status: 'Invalid' } }),
          ],
          '2.0.1': [
            refuses('TransactionEvent', 'InternalError', ENDED),
            alter('TransactionEvent', { idTokenInfo: { status: 'Invalid' } }, ENDED),
          ],
        },
        taken: refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
      },
      async run(context) {
        const { words, orders } = context;
        await booted(context);
        const charge = await charging(context);
        await ordered(context, 'ChangeAvailability', orders.changeAvailability(false, ...evse), {
          status: 'Scheduled',
        });
        const end = await charge.end('local', charge.token);
        takesEnd(context, end);
        await reports(context, words.status(EVSE, CONNECTOR, 'Unavailable', now(context)));
        await ordered(
          context,
          'ChangeAvailability',
          orders.changeAvailability(true, ...evse),
          { status: 'Accepted' },
          'back',
        );
        await reports(context, words.status(EVSE, CONNECTOR, 'Available', now(context)));
      },
    }),
  ),
]);
