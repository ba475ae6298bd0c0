/** Charger, remote control without hands: what is asked for comes, and what makes no sense is refused. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault, insteadOf, refuses } from '../../src/judge/fault.ts';

import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { hearing } from './hearing.ts';
import { remoteStart, remoteWords } from './remote-words.ts';
import { CONNECTOR, EVSE, NO_EVSE, quiet, ready, statusesSince, undone } from './states.ts';

const both = ['1.6', '2.0.1'] as const;
const feature = { '1.6': 'RemoteTrigger' } as const;

interface Trigger {
  readonly id: string;
  readonly title: string;
  readonly octt: Partial<Record<OcppVersion, string>>;
  readonly message: string;
  readonly versions?: readonly OcppVersion[];
  readonly evseId?: number;
  readonly connectorId?: number;
  /** What the message has to say, where not every one will do. */
  readonly says?: string;
  readonly fits?: (context: Context, payload: Payload, action: string) => boolean;
  /** Other actions that say the same. */
  readonly also?: readonly string[];
  /** What a wrong station sends instead. */
  readonly wrong: Fault;
}

const triggers: readonly Trigger[] = [
  {
    id: 'heartbeat',
    title: 'A heartbeat comes when it is asked for',
    octt: { '1.6': 'TC_054_CS', '2.0.1': 'TC_F_20_CS' },
    message: 'Heartbeat',
    wrong: triggeredLost('Heartbeat'),
  },
  {
    id: 'status',
    title: 'The status of a connector comes when it is asked for',
    octt: { '1.6': 'TC_054_CS', '2.0.1': 'TC_F_23_CS' },
    message: 'StatusNotification',
    evseId: EVSE,
    connectorId: CONNECTOR,
    says: `that of EVSE ${EVSE}, as it was told before`,
    fits: (context, payload, action) => {
      const known = statusesSince(context, 0).get(EVSE);
      const news = hearing[context.dialect.version].news(payload, action);
      return news.some(({ evseId, status }) => evseId === EVSE && (known === undefined || status === known));
    },
    wrong: alter(
      'StatusNotification',
      { connectorId: 2, evseId: 2 },
      { when: (payload) => !/"connectorId":0/.test(JSON.stringify(payload)) },
    ),
  },
  {
    id: 'meter-values',
    title: 'Meter values of one EVSE come when they are asked for',
    octt: { '1.6': 'TC_054_CS', '2.0.1': 'TC_F_11_CS' },
    message: 'MeterValues',
    evseId: EVSE,
    says: `those of EVSE ${EVSE}`,
    fits: ({ dialect }, payload) => hearing[dialect.version].meteredEvse(payload) === EVSE,
    wrong: {
      ...alter('MeterValues', { connectorId: 2 }),
      name: 'meters-another-evse',
      rewrite: (out) =>
        out.kind === 'call' && out.action === 'MeterValues'
          ? [{ text: out.text.replace(/"(connectorId|evseId)":1/, '"$1":2') }]
          : undefined,
    },
  },
  {
    id: 'meter-values-of-all',
    title: 'Meter values of all EVSEs come when none is named',
    octt: { '2.0.1': 'TC_F_12_CS' },
    message: 'MeterValues',
    wrong: triggeredLost('MeterValues'),
  },
  {
    id: 'firmware-status',
    title: 'The status of the firmware comes when it is asked for: nothing is under way',
    octt: { '1.6': 'TC_054_CS', '2.0.1': 'TC_F_18_CS' },
    message: 'FirmwareStatusNotification',
    says: 'at rest',
    fits: ({ dialect }, { status }) => hearing[dialect.version].firmwareRests.includes(String(status)),
    wrong: alter('FirmwareStatusNotification', { status: 'Downloading' }),
  },
  {
    id: 'firmware-status-of-evse',
    title: 'The status of the firmware comes when it is asked for, though an EVSE is named that does not matter',
    octt: { '2.0.1': 'TC_F_17_CS' },
    versions: ['2.0.1'],
    message: 'FirmwareStatusNotification',
    evseId: EVSE,
    says: 'at rest',
    fits: ({ dialect }, { status }) => hearing[dialect.version].firmwareRests.includes(String(status)),
    wrong: alter('FirmwareStatusNotification', { status: 'Downloading' }),
  },
  {
    id: 'log-status',
    title: 'The status of the log comes when it is asked for: nothing is under way',
    octt: { '2.0.1': 'TC_F_15_CS' },
    versions: ['2.0.1'],
    message: 'LogStatusNotification',
    says: 'Idle',
    fits: (_context, { status }) => status === 'Idle',
    wrong: alter('LogStatusNotification', { status: 'Uploading' }),
  },
  {
    id: 'diagnostics-status',
    title: 'The status of diagnostics comes when it is asked for: nothing is under way',
    octt: { '1.6': 'TC_054_CS' },
    versions: ['1.6'],
    message: 'DiagnosticsStatusNotification',
    says: 'Idle',
    fits: (_context, { status }) => status === 'Idle',
    wrong: alter('DiagnosticsStatusNotification', { status: 'Uploading' }),
  },
];

/** What is asked for never leaves; what leaves by itself does. */
function triggeredLost(action: string): Fault {
  return insteadOf(
    action,
    'another-message',
    ({ id }) => `[2,"${id}","DataTransfer",{"vendorId":"org.plugproof.faulty"}]`,
    { kind: 'call' },
  );
}

const triggerCase = (trigger: Trigger) =>
  testCase({
    id: `station/remote-control/trigger-${trigger.id}`,
    title: trigger.title,
    sut: 'station',
    versions: trigger.versions ?? both,
    octt: trigger.octt,
    feature,
    checks: {
      word: {
        ref: { '1.6': '5.17', '2.0.1': 'F06.FR.05' },
        level: 'SHALL',
        says: 'the station says whether it will send the message',
      },
      // Which messages it sends for the asking is up to the station.
      accepted: {
        ref: { '1.6': '5.17', '2.0.1': 'F06.FR.05' },
        level: 'SHOULD',
        says: 'the trigger is accepted',
      },
      comes: {
        ref: { '1.6': '5.17', '2.0.1': 'F06.FR.10' },
        level: 'SHALL',
        says: `the message that was promised comes behind the answer${trigger.says === undefined ? '' : `: ${trigger.says}`}`,
      },
    },
    catches: {
      word: insteadOf('TriggerMessage', 'an empty answer', ({ id }) => `[3,"${id}",{}]`),
      accepted: alter('TriggerMessage', { status: 'NotImplemented' }),
      comes: trigger.wrong,
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const { evseId, connectorId, fits = () => true, message } = trigger;
      const before = csms.mark;
      const reply = await csms.call('TriggerMessage', orders.trigger(message, evseId, connectorId));
      const { status } = reply.payload;
      check('word', () => expect(status, describe(reply)).to.be.oneOf(['Accepted', 'Rejected', 'NotImplemented']));
      check('accepted', () => expect(status, describe(reply)).to.equal('Accepted'));
      const actions = message === 'StatusNotification' ? hearing[context.dialect.version].statusActions : [message];
      const where = (payload: Payload, action: string) => fits(context, payload, action);
      const promised = status === 'Accepted';
      const came = promised && (await csms.awaitCall(actions, { since: before, after: reply.n, where }));
      check('comes', () => {
        if (!promised) return;
        const early = csms.calls(before).find(({ n, action, payload }) => {
          return n < (reply.n ?? 0) && actions.includes(action) && where(payload, action);
        });
        const says = early === undefined ? '' : ', and not before it';
        expect(came, `${message} behind the answer${says}`).to.not.equal(undefined);
      });
    },
  });

const echoVendor = ({ random }: Context) => `org.plugproof.${randomWord(random, 10).toLowerCase()}`;

export default suite('station/remote-control', 'Remote control', [
  ...triggers.map(triggerCase),

  // 1.6 recommends it (errata 3.35), 2.x demands it.
  bootTrigger('trigger-boot-v16', '1.6', 'E 3.35', 'SHOULD'),
  bootTrigger('trigger-boot', '2.0.1', 'F06.FR.17', 'SHALL', 'TC_F_26_CS'),

  testCase({
    id: 'station/remote-control/trigger-no-connector',
    title: 'A message about a connector that is not there is refused',
    sut: 'station',
    versions: ['1.6'],
    octt: { '1.6': 'TC_055_CS' },
    feature,
    checks: {
      rejected: { ref: '5.17', level: 'SHALL', says: 'the trigger is not accepted' },
      word: { ref: '5.17', level: 'SHOULD', says: 'the answer is Rejected' },
    },
    catches: {
      rejected: alter('TriggerMessage', { status: 'Accepted' }),
      word: [
        alter('TriggerMessage', { status: 'NotImplemented' }),
        refuses('TriggerMessage', 'PropertyConstraintViolation'),
      ],
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const reply = await csms.call('TriggerMessage', orders.trigger('MeterValues', NO_EVSE));
      // A CALLERROR for a number that is out of bounds refuses it as well.
      check('rejected', () => {
        expect(['callresult', 'callerror'], describe(reply)).to.include(reply.kind);
        if (reply.kind === 'callresult')
          expect(reply.payload['status'], describe(reply)).to.be.oneOf(['Rejected', 'NotImplemented']);
      });
      check('word', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
    },
  }),

  testCase({
    id: 'station/remote-control/unlock',
    title: 'A free connector is unlocked, and one that is not there is not',
    sut: 'station',
    versions: both,
    octt: { '1.6': ['TC_017_1_CS', 'TC_017_2_CS', 'TC_031_CS'], '2.0.1': ['TC_F_07_CS', 'TC_F_10_CS'] },
    checks: {
      // A cable that is fixed has nothing to unlock, and a lock can fail: that is told, and no fault.
      free: {
        ref: { '1.6': '5.18', '2.0.1': 'F05.FR.04' },
        level: 'SHALL',
        says: 'the answer says what came of it, where nobody charges',
      },
      unknown: {
        ref: { '1.6': '7.46', '2.0.1': 'F05.FR.03' },
        level: 'SHALL',
        says: 'a connector that is not there is told to be none',
      },
    },
    catches: {
      free: {
        '1.6': insteadOf('UnlockConnector', 'Accepted', ({ id }) => `[3,"${id}",{"status":"Accepted"}]`),
        '2.0.1': alter('UnlockConnector', { status: 'OngoingAuthorizedTransaction' }),
      },
      unknown: alter('UnlockConnector', { status: 'Unlocked' }),
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const free = await csms.call('UnlockConnector', orders.unlock(EVSE, CONNECTOR));
      check('free', () => expect(free.payload['status']).to.be.oneOf(['Unlocked', 'UnlockFailed', 'NotSupported']));
      const unknown = await csms.call('UnlockConnector', orders.unlock(NO_EVSE, CONNECTOR));
      check('unknown', () => expect(unknown.payload['status']).to.be.oneOf(['NotSupported', 'UnknownConnector']));
    },
  }),

  testCase({
    id: 'station/remote-control/stop-unknown',
    title: 'A transaction that is not there can not be stopped from afar',
    sut: 'station',
    versions: both,
    checks: {
      rejected: { ref: { '1.6': '5.12', '2.0.1': 'F03.FR.08' }, level: 'SHALL', says: 'the order is rejected' },
    },
    catches: {
      rejected: {
        '1.6': alter('RemoteStopTransaction', { status: 'Accepted' }),
        '2.0.1': alter('RequestStopTransaction', { status: 'Accepted' }),
      },
    },
    async run(context) {
      const { check, csms, dialect, random } = context;
      await ready(context);
      await quiet(context);
      const number = 1_500_000_000 + Math.floor(random() * 1_000_000);
      const { action, payload } = remoteWords[dialect.version].stop(transactionIds[dialect.version](number));
      const reply = await csms.call(action, payload);
      check('rejected', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
    },
  }),

  testCase({
    id: 'station/remote-control/start-nowhere',
    title: 'Nothing starts from afar on an EVSE that is not there',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_027_CS' },
    checks: {
      rejected: { ref: { '1.6': '5.11', '2.0.1': 'F01.FR.06' }, level: 'SHALL', says: 'the order is rejected' },
    },
    catches: {
      rejected: {
        '1.6': alter('RemoteStartTransaction', { status: 'Accepted' }),
        '2.0.1': alter('RequestStartTransaction', { status: 'Accepted' }),
      },
    },
    async run(context) {
      const { check, csms, token } = context;
      await ready(context);
      await quiet(context);
      // 0 is no EVSE to charge on; a right CSMS does not send it, so it is sent on purpose.
      for (const evseId of [NO_EVSE, 0]) {
        const { action, payload } = remoteStart(context, await token('valid'), evseId);
        const reply = await csms.provoke(action, payload);
        undone(context, reply);
        check('rejected', () => {
          // A CALLERROR for a number that is out of bounds refuses it as well.
          if (reply.kind !== 'callerror') expect(reply, `EVSE ${evseId}`).to.be.callResult({ status: 'Rejected' });
        });
      }
    },
  }),

  testCase({
    id: 'station/remote-control/data-transfer',
    title: 'Data of a vendor whom nobody knows are not taken',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_062_CS', '2.0.1': 'TC_P_01_CS' },
    checks: {
      refused: { ref: { '1.6': '5.6', '2.0.1': 'P01.FR.05' }, level: 'SHALL', says: 'the data are not accepted' },
      // The certification cases let a station reject such data without a reason.
      word: { ref: { '1.6': '5.6', '2.0.1': 'P01.FR.05' }, level: 'SHOULD', says: 'the answer is UnknownVendorId' },
    },
    catches: {
      refused: alter('DataTransfer', { status: 'Accepted' }),
      word: alter('DataTransfer', { status: 'Rejected' }),
    },
    async run(context) {
      const { check, csms, orders, random } = context;
      await ready(context);
      await quiet(context);
      const payload = orders.dataTransfer(echoVendor(context), randomWord(random, 8), randomWord(random, 20));
      const reply = await csms.call('DataTransfer', payload);
      check('refused', () =>
        expect(reply.payload['status'], JSON.stringify(reply.payload)).to.be.oneOf([
          'UnknownVendorId',
          'UnknownMessageId',
          'Rejected',
        ]),
      );
      check('word', () => expect(reply).to.be.callResult({ status: 'UnknownVendorId' }));
    },
  }),
]);

/** An id that the station can't know, in the form of the version. */
const transactionIds: Readonly<Record<OcppVersion, (number: number) => unknown>> = {
  '1.6': (number) => number,
  '2.0.1': (number) => `plugproof-${number}`,
  '2.1': (number) => `plugproof-${number}`,
};

function bootTrigger(id: string, version: '1.6' | '2.0.1', ref: string, level: 'SHALL' | 'SHOULD', octt?: string) {
  return testCase({
    id: `station/remote-control/${id}`,
    title: `A station that is accepted does not register again for the asking (${version})`,
    sut: 'station',
    versions: [version],
    ...(octt !== undefined && { octt: { [version]: octt } }),
    feature,
    checks: { rejected: { ref, level, says: 'the trigger is rejected' } },
    catches: { rejected: alter('TriggerMessage', { status: 'Accepted' }) },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const reply = await csms.call('TriggerMessage', orders.trigger('BootNotification'));
      check('rejected', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
    },
  });
}
