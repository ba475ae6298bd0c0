/** CSMS, availability: heartbeats, the status of connectors, and taking things out of service. */
import { alter, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofEvse, ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { booted, bootedWithTwo, CONNECTOR, charging, EVSE, now, OTHER_EVSE } from './states.ts';

const askedCheck = {
  ref: { '1.6': '5.2', '2.0.1': 'ChangeAvailabilityRequest.operationalStatus' },
  level: 'SHALL',
  says: 'the CALL names what the operator wants to change, and to what',
} as const;

/** The wrong way round, and the wrong thing. */
const askedFault = {
  '1.6': [
    alter('ChangeAvailability', { type: 'Inoperative' }, { when: (payload) => says(payload, 'type', 'Operative') }),
    alter('ChangeAvailability', { type: 'Operative' }, { when: (payload) => says(payload, 'type', 'Inoperative') }),
    alter('ChangeAvailability', { connectorId: 7 }),
  ],
  '2.0.1': [
    alter(
      'ChangeAvailability',
      { operationalStatus: 'Inoperative' },
      { when: (payload) => says(payload, 'operationalStatus', 'Operative') },
    ),
    alter(
      'ChangeAvailability',
      { operationalStatus: 'Operative' },
      { when: (payload) => says(payload, 'operationalStatus', 'Inoperative') },
    ),
    alter('ChangeAvailability', { evse: { id: 7 } }),
  ],
};

const says = (payload: unknown, field: string, value: string): boolean =>
  (payload as Readonly<Record<string, unknown>>)[field] === value;

/** Only one kind of thing is ever named: the whole station, or the first. */
const wholeOnly = {
  '1.6': alter('ChangeAvailability', { connectorId: 0 }),
  '2.0.1': alter('ChangeAvailability', { evse: null }),
};
const firstOnly = {
  '1.6': alter('ChangeAvailability', { connectorId: EVSE }),
  '2.0.1': alter('ChangeAvailability', { evse: { id: EVSE } }),
};
const both = <T>(one: { '1.6': readonly T[]; '2.0.1': readonly T[] }, more: { '1.6': T; '2.0.1': T }) => ({
  '1.6': [...one['1.6'], more['1.6']],
  '2.0.1': [...one['2.0.1'], more['2.0.1']],
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
    checks: { asked: askedCheck, taken: takenCheck },
    catches: {
      asked: both(both(askedFault, wholeOnly), firstOnly),
      taken: refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
    },
    async run(context) {
      const { words, orders } = context;
      await bootedWithTwo(context);
      await ordered(context, 'ChangeAvailability', orders.changeAvailability(false, OTHER_EVSE), {
        status: 'Accepted',
      });
      await reports(context, words.status(OTHER_EVSE, CONNECTOR, 'Unavailable', now(context)));
      await ordered(context, 'ChangeAvailability', orders.changeAvailability(true, OTHER_EVSE), { status: 'Accepted' });
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
    checks: { asked: askedCheck, taken: takenCheck },
    catches: {
      asked: both(askedFault, firstOnly),
      taken: [
        refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
        drop('StatusNotification', ofEvse(OTHER_EVSE)),
      ],
    },
    async run(context) {
      const { words, orders } = context;
      await booted(context);
      for (const operative of [false, true]) {
        await ordered(context, 'ChangeAvailability', orders.changeAvailability(operative), { status: 'Accepted' });
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
        ended: {
          ref: { '1.6': '4.10', '2.0.1': 'TransactionEventRequest.eventType' },
          level: 'SHALL',
          says: 'the end of the transaction that went on is taken',
        },
        taken: takenCheck,
      },
      catches: {
        asked: both(askedFault, wrong),
        ended: {
          '1.6': refuses('StopTransaction', 'InternalError'),
          '2.0.1': refuses('TransactionEvent', 'InternalError', ENDED),
        },
        taken: refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
      },
      async run(context) {
        const { words, orders, check } = context;
        await booted(context);
        const charge = await charging(context);
        await ordered(context, 'ChangeAvailability', orders.changeAvailability(false, ...evse), {
          status: 'Scheduled',
        });
        const end = await charge.end('local', charge.token);
        check('ended', () => expect(end).to.be.callResult());
        await reports(context, words.status(EVSE, CONNECTOR, 'Unavailable', now(context)));
        await ordered(context, 'ChangeAvailability', orders.changeAvailability(true, ...evse), { status: 'Accepted' });
        await reports(context, words.status(EVSE, CONNECTOR, 'Available', now(context)));
      },
    }),
  ),
]);
