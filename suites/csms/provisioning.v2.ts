/** CSMS, provisioning in OCPP 2.x: network profiles, and resets of EVSEs and in the middle of transactions. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
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
import { booted, bootedWithTwo, type Charge, CONNECTOR, charging, EVSE, now, OTHER_EVSE } from './states.ts';

const profileCheck = {
  ref: 'SetNetworkProfileRequest.connectionData',
  level: 'SHALL',
  says: 'the CALL carries the slot and the connection that the operator wants to set',
} as const;
const profileFaults = [
  alter('SetNetworkProfile', { configurationSlot: 1 }),
  ...Object.entries({
    ocppCsmsUrl: 'ws://elsewhere.example/ocpp',
    messageTimeout: 30,
    securityProfile: 0,
    ocppInterface: 'Wired0',
    ocppTransport: 'SOAP',
    ocppVersion: 'OCPP16',
  }).map(([field, value]) => alter('SetNetworkProfile', { connectionData: { [field]: value } })),
];

const profileAnswers = [
  { id: 'set-network-profile', word: 'takes it', octt: 'TC_B_42_CSMS', status: 'Accepted' },
  { id: 'set-network-profile-rejected', word: 'rejects it', status: 'Rejected' },
  { id: 'set-network-profile-failed', word: 'fails at it', octt: 'TC_B_44_CSMS', status: 'Failed' },
];

/** A reset of an EVSE or of the station, at once or when it is idle. */
interface Reset {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly type: 'Immediate' | 'OnIdle';
  readonly evseId?: number;
}

const resetCheck = {
  ref: 'ResetRequest.type',
  level: 'SHALL',
  says: 'the CALL is the reset that the operator asked for, of what he asked it for',
} as const;

const resetFaults = ({ type, evseId }: Reset) => [
  alter('Reset', { type: type === 'OnIdle' ? 'Immediate' : 'OnIdle' }),
  alter('Reset', { evseId: 7 }),
  ...(evseId === undefined ? [] : [alter('Reset', { evseId: null })]),
];

const duringCharge: readonly Reset[] = [
  {
    id: 'reset-when-charged',
    title: 'CSMS resets a station once its transaction has ended',
    octt: 'TC_B_21_CSMS',
    type: 'OnIdle',
  },
  {
    id: 'reset-while-charging',
    title: 'CSMS resets a station in the middle of a transaction',
    octt: 'TC_B_22_CSMS',
    type: 'Immediate',
  },
  {
    id: 'reset-evse-when-charged',
    title: 'CSMS resets one EVSE once its transaction has ended',
    octt: 'TC_B_26_CSMS',
    type: 'OnIdle',
    evseId: OTHER_EVSE,
  },
  {
    id: 'reset-evse-while-charging',
    title: 'CSMS resets one EVSE in the middle of its transaction',
    octt: 'TC_B_27_CSMS',
    type: 'Immediate',
    evseId: OTHER_EVSE,
  },
];

const idleEvse: Reset = {
  id: 'reset-evse-when-idle',
  title: 'CSMS resets one EVSE that is idle',
  octt: 'TC_B_25_CSMS',
  type: 'OnIdle',
  evseId: OTHER_EVSE,
};

/** What a station answers that has a transaction, and why it then boots (B12.FR.01, B12.FR.02). */
const ANSWER = { OnIdle: 'Scheduled', Immediate: 'Accepted' } as const;
const REASON = { OnIdle: 'ScheduledReset', Immediate: 'RemoteReset' } as const;

/** An EVSE that is reset is away for a moment (B11.FR.08). */
async function awayAndBack(context: Context<'taken'>): Promise<void> {
  for (const status of ['Unavailable', 'Available'] as const)
    await reports(context, context.words.status(OTHER_EVSE, CONNECTOR, status, now(context)));
}
const awayFault = refuses('StatusNotification', 'InternalError', ofStatus('Unavailable'));

const orderOf = ({ type, evseId }: Reset): Payload => ({ type, ...(evseId !== undefined && { evseId }) });

/** Ends as the reset wants it: by the driver before an idle one, by the station before one at once. */
const endFor = ({ type }: Reset, charge: Charge) =>
  type === 'OnIdle' ? charge.end('local', charge.token) : charge.end('resetNow');

const endedCheck = {
  ref: 'TransactionEventRequest.eventType',
  level: 'SHALL',
  says: 'the end of the transaction is taken',
} as const;
const endedFault = refuses('TransactionEvent', 'InternalError', {
  name: 'Ended',
  when: (_payload, request) => (request as Payload)['eventType'] === 'Ended',
});

export default suite('csms/provisioning', 'Provisioning in OCPP 2.x', [
  ...profileAnswers.map(({ id, word, octt, status }) =>
    testCase({
      id: `csms/provisioning/${id}`,
      title: `CSMS sets a network profile of a station that ${word}`,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt !== undefined && { octt: { '2.0.1': octt } }),
      needs: ['SetNetworkProfile'],
      checks: { asked: profileCheck, servedOn: servedOnCheck },
      catches: { asked: profileFaults, servedOn: servedOnFault },
      async run(context) {
        const { random } = context;
        await booted(context);
        const wish = {
          configurationSlot: 2 + Math.floor(random() * 5),
          connectionData: {
            ocppVersion: 'OCPP20',
            ocppTransport: 'JSON',
            ocppCsmsUrl: `wss://${randomWord(random, 8).toLowerCase()}.example/ocpp`,
            messageTimeout: 31 + Math.floor(random() * 50),
            securityProfile: 2,
            ocppInterface: 'Wireless1',
          },
        };
        await ordered(context, 'SetNetworkProfile', wish, { status });
        await servedOn(context);
      },
    }),
  ),

  ...duringCharge
    .filter(({ evseId }) => evseId === undefined)
    .map((reset) =>
      testCase({
        id: `csms/provisioning/${reset.id}`,
        title: reset.title,
        sut: 'csms',
        versions: ['2.0.1'],
        octt: { '2.0.1': reset.octt },
        needs: ['Reset'],
        checks: {
          asked: resetCheck,
          ended: endedCheck,
          back: {
            ref: 'B01.FR.02',
            level: 'SHALL',
            says: 'the station is accepted when it boots after the reset',
          },
          taken: takenCheck,
        },
        catches: {
          asked: resetFaults(reset),
          ended: endedFault,
          back: behaviour('accepts-one-boot', 'a station that boots again is put on hold'),
          taken: refuses('StatusNotification', 'InternalError', ofEvse(OTHER_EVSE)),
        },
        async run(context) {
          const { station, words, sut, check } = context;
          await booted(context);
          const charge = await charging(context);
          await ordered(context, 'Reset', orderOf(reset), { status: ANSWER[reset.type] });
          const end = await endFor(reset, charge);
          takesEnd(context, end);
          await station.reconnect();
          const again = await station.call('BootNotification', words.boot(sut.station, REASON[reset.type]));
          check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
          for (const evseId of [EVSE, OTHER_EVSE])
            await reports(context, words.status(evseId, CONNECTOR, 'Available', now(context)));
        },
      }),
    ),

  ...duringCharge
    .filter(({ evseId }) => evseId !== undefined)
    .map((reset) =>
      testCase({
        id: `csms/provisioning/${reset.id}`,
        title: reset.title,
        sut: 'csms',
        versions: ['2.0.1'],
        octt: { '2.0.1': reset.octt },
        needs: ['Reset'],
        checks: { asked: resetCheck, ended: endedCheck, taken: takenCheck },
        catches: { asked: resetFaults(reset), ended: endedFault, taken: awayFault },
        async run(context) {
          await bootedWithTwo(context);
          const charge = await charging(context, { evseId: OTHER_EVSE });
          await ordered(context, 'Reset', orderOf(reset), { status: ANSWER[reset.type] });
          const end = await endFor(reset, charge);
          takesEnd(context, end);
          await awayAndBack(context);
        },
      }),
    ),

  testCase({
    id: `csms/provisioning/${idleEvse.id}`,
    title: idleEvse.title,
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': idleEvse.octt },
    needs: ['Reset'],
    checks: { asked: resetCheck, taken: takenCheck },
    catches: { asked: resetFaults(idleEvse), taken: awayFault },
    async run(context) {
      await bootedWithTwo(context);
      await ordered(context, 'Reset', orderOf(idleEvse), { status: 'Accepted' });
      await awayAndBack(context);
    },
  }),
]);
