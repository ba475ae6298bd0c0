/** CSMS, availability in 2.x: single connectors, and what is told as events of the device model. */
import { alter, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { booted, bootedWithTwo, CONNECTOR, EVSE, now, OTHER_EVSE } from './states.ts';
import {
  energyTransferStarted,
  evDisconnected,
  evStillConnected,
  flowChecks,
  flowFaults,
  stopAuthorized,
  stranger,
} from './states.v2.ts';

/** ChangeAvailability of one connector. */
const change = (operationalStatus: 'Operative' | 'Inoperative', evseId: number, connectorId: number): Payload => ({
  operationalStatus,
  evse: { id: evseId, connectorId },
});

const askedCheck = {
  ref: 'ChangeAvailabilityRequest.evse',
  level: 'SHALL',
  says: 'the CALL names the connector that the operator wants to change, and to what',
} as const;

/** The EVSE of the connector, the whole station, another connector, numbers changed over, the wrong way round. */
const askedFaults = (evseId: number, connectorId: number) => [
  alter('ChangeAvailability', { evse: { connectorId: null } }),
  alter('ChangeAvailability', { evse: null }),
  alter('ChangeAvailability', { evse: { connectorId: connectorId + 1 } }),
  alter('ChangeAvailability', { evse: { id: connectorId, connectorId: evseId } }),
  alter(
    'ChangeAvailability',
    { operationalStatus: 'Inoperative' },
    { when: (asked) => at(asked, 'operationalStatus') === 'Operative' },
  ),
  alter(
    'ChangeAvailability',
    { operationalStatus: 'Operative' },
    { when: (asked) => at(asked, 'operationalStatus') === 'Inoperative' },
  ),
];

/** NotifyEvent about a connector, as the device model has it. */
const event = (eventId: number, moment: string, component: string, variable: string, actualValue: string): Payload => ({
  generatedAt: moment,
  seqNo: 0,
  eventData: [
    {
      eventId,
      timestamp: moment,
      trigger: 'Delta',
      actualValue,
      eventNotificationType: 'HardWiredNotification',
      component: { name: component, evse: { id: EVSE, connectorId: CONNECTOR } },
      variable: { name: variable },
    },
  ],
});

export default suite('csms/availability', 'Availability of connectors', [
  testCase({
    id: 'csms/availability/connector-out-and-back',
    title: 'CSMS takes one connector out of service, and back',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_G_07_CSMS', 'TC_G_08_CSMS'] },
    needs: ['ChangeAvailability'],
    checks: { asked: askedCheck, taken: takenCheck },
    catches: {
      asked: askedFaults(OTHER_EVSE, CONNECTOR),
      taken: refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
    },
    async run(context) {
      const { words } = context;
      await bootedWithTwo(context);
      for (const [wanted, becomes] of [
        ['Inoperative', 'Unavailable'],
        ['Operative', 'Available'],
      ] as const) {
        await ordered(context, 'ChangeAvailability', change(wanted, OTHER_EVSE, CONNECTOR), { status: 'Accepted' });
        await reports(context, words.status(OTHER_EVSE, CONNECTOR, becomes, now(context)));
      }
    },
  }),

  testCase({
    id: 'csms/availability/connector-refused',
    title: 'CSMS goes on with a station that refuses to take a connector out of service',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['ChangeAvailability'],
    checks: { asked: askedCheck, servedOn: servedOnCheck },
    catches: { asked: askedFaults(OTHER_EVSE, CONNECTOR).slice(0, 4), servedOn: servedOnFault },
    async run(context) {
      await bootedWithTwo(context);
      const statusInfo = { reasonCode: 'NotEnabled' };
      await ordered(context, 'ChangeAvailability', change('Operative', OTHER_EVSE, CONNECTOR), {
        status: 'Rejected',
        statusInfo,
      });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/availability/connector-after-transaction',
    title: 'CSMS takes a connector out of service once its transaction has ended',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_G_17_CSMS' },
    needs: ['ChangeAvailability'],
    checks: { asked: askedCheck, reported: takenCheck, ...flowChecks },
    catches: {
      ...flowFaults,
      asked: askedFaults(OTHER_EVSE, CONNECTOR),
      reported: refuses('StatusNotification', 'InternalError', ofStatus('Unavailable')),
    },
    async run(context) {
      const { station, words, check } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
      const out = change('Inoperative', OTHER_EVSE, CONNECTOR);
      await ordered(context, 'ChangeAvailability', out, { status: 'Scheduled' });
      await stopAuthorized(context, transaction, token);
      await evStillConnected(context, transaction);
      await evDisconnected(context, transaction);
      const unavailable = words.status(OTHER_EVSE, CONNECTOR, 'Unavailable', now(context));
      const reply = await station.call('StatusNotification', unavailable);
      check('reported', () => expect(reply).to.be.callResult());
      const back = change('Operative', OTHER_EVSE, CONNECTOR);
      await ordered(context, 'ChangeAvailability', back, { status: 'Accepted' });
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/availability/lock-failure',
    title: 'CSMS takes the event that a connector does not lock',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_G_20_CSMS' },
    checks: {
      taken: { ref: 'G05.FR.03', level: 'SHALL', says: 'the event is answered' },
      servedOn: servedOnCheck,
    },
    catches: { taken: refuses('NotifyEvent', 'InternalError'), servedOn: servedOnFault },
    async run(context) {
      const { station, check, random } = context;
      await booted(context);
      const eventId = Math.floor(random() * 1e6);
      for (const [i, problem] of ['true', 'false'].entries()) {
        const payload = event(eventId + i, now(context), 'ConnectorPlugRetentionLock', 'Problem', problem);
        const reply = await station.call('NotifyEvent', payload);
        check('taken', () => expect(reply).to.be.callResult());
      }
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/availability/status-as-event',
    title: 'CSMS takes the status of a connector that is told as an event of the device model',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: {
      taken: { ref: 'N07.FR.03', level: 'SHALL', says: 'the event is answered, whatever the status' },
      servedOn: servedOnCheck,
    },
    catches: {
      taken: refuses('NotifyEvent', 'InternalError', {
        name: 'Faulted',
        when: (_payload, request) => at(request, 'eventData[0].actualValue') === 'Faulted',
      }),
      servedOn: servedOnFault,
    },
    async run(context) {
      const { station, check, random } = context;
      await booted(context);
      const eventId = Math.floor(random() * 1e6);
      // Available at last: left as it was found.
      for (const [i, status] of ['Occupied', 'Reserved', 'Unavailable', 'Faulted', 'Available'].entries()) {
        const payload = event(eventId + i, now(context), 'Connector', 'AvailabilityState', status);
        const reply = await station.call('NotifyEvent', payload);
        check('taken', () => expect(reply).to.be.callResult());
      }
      await servedOn(context);
    },
  }),
]);
