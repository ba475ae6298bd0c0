/** CSMS, remote control: unlocking, and asking for messages. */
import type { ConnectorStatus, StationWords } from '../../src/dialects/station-words.ts';
import type { Said } from '../../src/dialects/transaction-words.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofStatus, ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted, bootedWithTwo, CONNECTOR, EVSE, now, OTHER_EVSE } from './states.ts';

const unlockCheck = {
  ref: { '1.6': '5.18', '2.0.1': 'UnlockConnectorRequest.connectorId' },
  level: 'SHALL',
  says: 'the CALL names the connector that the operator wants unlocked',
} as const;
const unlockFault = {
  '1.6': [alter('UnlockConnector', { connectorId: EVSE }), alter('UnlockConnector', { connectorId: 3 })],
  '2.0.1': [
    alter('UnlockConnector', { evseId: EVSE }),
    alter('UnlockConnector', { connectorId: 2 }),
    alter('UnlockConnector', { evseId: CONNECTOR, connectorId: OTHER_EVSE }),
  ],
};

interface Unlock {
  readonly id: string;
  readonly title: string;
  readonly octt: { '1.6'?: string | readonly string[]; '2.0.1'?: string };
  readonly answer: string;
  readonly versions?: readonly ('1.6' | '2.0.1')[];
}

const unlocks: readonly Unlock[] = [
  {
    id: 'unlock',
    title: 'CSMS has a connector unlocked',
    octt: { '1.6': 'TC_017_1_CSMS', '2.0.1': 'TC_F_06_CSMS' },
    answer: 'Unlocked',
  },
  {
    id: 'unlock-failed',
    title: 'CSMS goes on with a station whose connector stays locked',
    octt: { '1.6': 'TC_030_CSMS' },
    answer: 'UnlockFailed',
  },
  {
    id: 'unlock-not-supported',
    title: 'CSMS goes on with a station that can not unlock',
    octt: { '1.6': ['TC_017_2_CSMS', 'TC_031_CSMS'] },
    answer: 'NotSupported',
    versions: ['1.6'],
  },
  {
    id: 'unlock-unknown-connector',
    title: 'CSMS goes on with a station that does not know the connector to unlock',
    octt: {},
    answer: 'UnknownConnector',
    versions: ['2.0.1'],
  },
];

const triggerCheck = {
  ref: { '1.6': '5.17', '2.0.1': 'F06.FR.01' },
  level: 'SHALL',
  says: 'the CALL asks for the message that the operator wants, of the EVSE that he names',
} as const;

const sentCheck = {
  ref: { '1.6': '5.17', '2.0.1': 'TriggerMessageRequest.requestedMessage' },
  level: 'SHALL',
  says: 'the message that was asked for is taken',
} as const;

/** Another message than the one that was asked for. */
const otherMessage = alter('TriggerMessage', { requestedMessage: 'BootNotification' });
const otherEvse = {
  '1.6': alter('TriggerMessage', { connectorId: 7 }),
  '2.0.1': alter('TriggerMessage', { evse: { id: 7 } }),
};
const noEvse = {
  '1.6': alter('TriggerMessage', { connectorId: null }),
  '2.0.1': alter('TriggerMessage', { evse: null }),
};

/** A message that the CSMS asks for, and what the station then sends. */
interface Trigger {
  readonly id: string;
  readonly title: string;
  readonly octt: { '1.6'?: string; '2.0.1'?: string };
  /** Name of the message, which may be another in each version. */
  message(words: StationWords): string;
  /** What it is asked of; the station as a whole where there is none. */
  readonly evse?: number;
  /** Wanted for StatusNotification (F06.FR.13). */
  readonly connector?: number;
  /** Status of the other EVSE before anything is asked for. */
  readonly before?: ConnectorStatus;
  sends(context: Context): readonly Said[];
  /** The CSMS does not take what it asked for. */
  readonly untaken: Fault | { '1.6': Fault; '2.0.1': Fault };
}

const status = (context: Context, what: ConnectorStatus): Said => ({
  action: 'StatusNotification',
  payload: context.words.status(OTHER_EVSE, CONNECTOR, what, now(context)),
});

const readings = (context: Context, evseId: number): Said => ({
  action: 'MeterValues',
  payload: context.words.meterValues(evseId, Math.floor(context.random() * 1e6), now(context), 'Trigger'),
});

const triggers: readonly Trigger[] = [
  {
    id: 'heartbeat',
    title: 'CSMS asks for a heartbeat',
    octt: { '1.6': 'TC_054_CSMS', '2.0.1': 'TC_F_20_CSMS' },
    message: () => 'Heartbeat',
    sends: () => [{ action: 'Heartbeat', payload: {} }],
    untaken: refuses('Heartbeat', 'InternalError'),
  },
  {
    id: 'status',
    title: 'CSMS asks for the status of a connector that is free',
    octt: { '1.6': 'TC_054_CSMS', '2.0.1': 'TC_F_23_CSMS' },
    message: () => 'StatusNotification',
    evse: OTHER_EVSE,
    connector: CONNECTOR,
    before: 'Unavailable',
    sends: (context) => [status(context, 'Available')],
    untaken: refuses('StatusNotification', 'InternalError', ofStatus('Available', OTHER_EVSE)),
  },
  {
    id: 'status-occupied',
    title: 'CSMS asks for the status of a connector that is taken',
    octt: { '2.0.1': 'TC_F_24_CSMS' },
    message: () => 'StatusNotification',
    evse: OTHER_EVSE,
    connector: CONNECTOR,
    sends: (context) => [status(context, 'Occupied'), status(context, 'Available')],
    untaken: {
      '1.6': refuses('StatusNotification', 'InternalError', ofStatus('Preparing')),
      '2.0.1': refuses('StatusNotification', 'InternalError', ofStatus('Occupied')),
    },
  },
  {
    id: 'meter-values',
    title: 'CSMS asks for the readings of one EVSE',
    octt: { '1.6': 'TC_054_CSMS', '2.0.1': 'TC_F_11_CSMS' },
    message: () => 'MeterValues',
    evse: OTHER_EVSE,
    sends: (context) => [readings(context, OTHER_EVSE)],
    untaken: refuses('MeterValues', 'InternalError'),
  },
  {
    id: 'meter-values-of-all',
    title: 'CSMS asks for the readings of every EVSE',
    octt: { '2.0.1': 'TC_F_12_CSMS' },
    message: () => 'MeterValues',
    sends: (context) => [readings(context, EVSE), readings(context, OTHER_EVSE)],
    untaken: refuses('MeterValues', 'InternalError'),
  },
  {
    id: 'firmware-status',
    title: 'CSMS asks how the update of the firmware goes',
    octt: { '1.6': 'TC_054_CSMS', '2.0.1': 'TC_F_18_CSMS' },
    message: () => 'FirmwareStatusNotification',
    sends: () => [{ action: 'FirmwareStatusNotification', payload: { status: 'Idle' } }],
    untaken: refuses('FirmwareStatusNotification', 'InternalError'),
  },
  {
    id: 'log-status',
    title: 'CSMS asks how the upload of the log goes',
    octt: { '1.6': 'TC_054_CSMS', '2.0.1': 'TC_F_15_CSMS' },
    message: ({ logIdle }) => logIdle.action,
    sends: ({ words }) => [words.logIdle],
    untaken: {
      '1.6': refuses('DiagnosticsStatusNotification', 'InternalError'),
      '2.0.1': refuses('LogStatusNotification', 'InternalError'),
    },
  },
];

/** Another message, or of another EVSE, than the operator asked for. */
const askedFaults = ({ evse }: Pick<Trigger, 'evse'>, version: '1.6' | '2.0.1') => [
  otherMessage,
  otherEvse[version],
  ...(evse === undefined ? [] : [noEvse[version]]),
];

/** What a station may answer when it sends nothing. */
const refusals = [
  {
    id: 'refused',
    title: 'CSMS goes on with a station that does not send what it is asked for',
    answer: 'Rejected',
    octt: { '1.6': 'TC_055_CSMS' },
  },
  {
    id: 'not-implemented',
    title: 'CSMS goes on with a station that can not send what it is asked for',
    answer: 'NotImplemented',
    octt: { '2.0.1': 'TC_F_27_CSMS' },
  },
];

export default suite('csms/remote-control', 'Remote control', [
  ...unlocks.map(({ id, title, octt, answer, versions = ['1.6', '2.0.1'] }) =>
    testCase({
      id: `csms/remote-control/${id}`,
      title,
      sut: 'csms',
      versions,
      octt,
      needs: ['UnlockConnector'],
      checks: { asked: unlockCheck, servedOn: servedOnCheck },
      catches: { asked: unlockFault, servedOn: servedOnFault },
      async run(context) {
        await bootedWithTwo(context);
        const wish = context.orders.unlock(OTHER_EVSE, CONNECTOR);
        await ordered(context, 'UnlockConnector', wish, { status: answer });
        await servedOn(context);
      },
    }),
  ),

  ...triggers.map((trigger) =>
    testCase({
      id: `csms/remote-control/trigger-${trigger.id}`,
      title: trigger.title,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      octt: trigger.octt,
      needs: ['TriggerMessage'],
      checks: { asked: triggerCheck, sent: sentCheck },
      catches: {
        asked: { '1.6': askedFaults(trigger, '1.6'), '2.0.1': askedFaults(trigger, '2.0.1') },
        sent: trigger.untaken,
      },
      async run(context) {
        const { station, orders, words, check } = context;
        await booted(context);
        const before = status(context, trigger.before ?? 'Available');
        await station.need(before.action, before.payload);
        const wish = orders.trigger(trigger.message(words), trigger.evse, trigger.connector);
        await ordered(context, 'TriggerMessage', wish, { status: 'Accepted' });
        for (const { action, payload } of trigger.sends(context)) {
          const answer = await station.call(action, payload);
          check('sent', () => expect(answer).to.be.callResult());
        }
      },
    }),
  ),

  ...refusals.map(({ id, title, answer, octt }) =>
    testCase({
      id: `csms/remote-control/trigger-${id}`,
      title,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      octt,
      needs: ['TriggerMessage'],
      checks: { asked: triggerCheck, servedOn: servedOnCheck },
      catches: {
        asked: {
          '1.6': askedFaults({ evse: OTHER_EVSE }, '1.6'),
          '2.0.1': askedFaults({ evse: OTHER_EVSE }, '2.0.1'),
        },
        servedOn: servedOnFault,
      },
      async run(context) {
        await bootedWithTwo(context);
        const wish = context.orders.trigger('MeterValues', OTHER_EVSE);
        await ordered(context, 'TriggerMessage', wish, { status: answer });
        await servedOn(context);
      },
    }),
  ),
]);
