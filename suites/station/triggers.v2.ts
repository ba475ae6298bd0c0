/** Charger, 2.x messages for the asking while something goes on: a transaction, a cable, an upload, an update. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { nowhere } from './files.v2.ts';
import { otherMeasurand, wanted } from './meter-judging.v2.ts';
import { measurandsOf, readingsOf } from './readings.v2.ts';
import { CONNECTOR, EVSE, hasOther, OTHER_EVSE, quiet, ready, statusTold } from './states.ts';
import { charging, event, OFFERED, preferred, SESSION, stateOf, transactionOf, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** More than one EVSE. */
const SEVERAL = 'HFS-8';

const accepted = { ref: 'F06.FR.05', level: 'SHOULD', says: 'the trigger is accepted' } as const;
const acceptedFault = alter('TriggerMessage', { status: 'NotImplemented' });

const said = (word: string) => ({ when: (payload: unknown) => JSON.stringify(payload).includes(`"${word}"`) });

const orderedChecks = {
  accepted,
  comes: { ref: 'F06.FR.10', level: 'SHALL', says: 'an event comes behind the answer, because it was asked for' },
  about: { ref: 'F06.FR.07', level: 'SHALL', says: 'it is that of the transaction, with the state that it is in' },
  metered: {
    ref: 'F06.FR.07',
    level: 'SHALL',
    says: 'with a reading of each measurand that is configured, made for it',
  },
} as const;

const eventFault = (change: Payload): Fault => alter('TransactionEvent', change, said('Trigger'));

const orderedFaults = {
  accepted: acceptedFault,
  comes: [eventFault({ triggerReason: 'MeterValuePeriodic' }), drop('TransactionEvent', said('Trigger'))],
  about: [
    eventFault({ transactionInfo: { transactionId: 'PP-OTHER' } }),
    eventFault({ transactionInfo: { chargingState: null } }),
    eventFault({ transactionInfo: { chargingState: 'Idle' } }),
  ],
  metered: [
    eventFault({ meterValue: null }),
    alter(
      'TransactionEvent',
      (payload) => JSON.parse(JSON.stringify(payload).replaceAll('"context":"Trigger"', '"context":"Sample.Clock"')),
      {
        name: 'read at another time',
        ...said('Trigger'),
      },
    ),
  ],
} as const;

/** Asks for events, of one EVSE or of all, and judges those of the transactions. */
async function ordered(
  context: Context<keyof typeof orderedChecks>,
  evseId: number | undefined,
  transactions: readonly string[],
): Promise<void> {
  const { check, csms, orders } = context;
  const measurands = await wanted(context, 'SampledDataCtrlr', 'TxUpdatedMeasurands');
  await quiet(context);
  const since = csms.mark;
  const reply = await csms.call('TriggerMessage', orders.trigger('TransactionEvent', evseId));
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  if (reply.payload['status'] !== 'Accepted') throw new Unmet(`the station does not send it: ${describe(reply)}`);
  for (const transactionId of transactions) {
    const because = (payload: Payload) => triggered('Trigger')(payload) && transactionOf(payload) === transactionId;
    const came = (await event(context, since, because)) ?? (await event(context, since, triggered('Trigger')));
    check('comes', () => {
      expect(came, 'TransactionEvent with Trigger').to.not.equal(undefined);
      expect((came as IncomingCall).n, 'frame of the event').to.be.above(reply.n);
    });
    if (came === undefined) continue;
    check('about', () => {
      expect(transactionOf(came.payload)).to.equal(transactionId);
      expect(came.payload['eventType']).to.equal('Updated');
      expect(stateOf(came.payload)).to.be.oneOf([...OFFERED]);
    });
    check('metered', () => {
      const readings = readingsOf(came.payload);
      expect(measurandsOf(readings)).to.deep.equal(measurands);
      expect(readings.map((reading) => reading.context).filter((context) => context !== 'Trigger')).to.deep.equal([]);
    });
  }
}

type Files = NonNullable<Context['sut']['files']>;

/** What is under way tells how it stands, in a message of its own. */
interface Progress {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly order: {
    readonly action: string;
    readonly payload: (location: string, requestId: number, now: string, files: Files) => Payload;
  };
  readonly message: 'LogStatusNotification' | 'FirmwareStatusNotification';
  readonly status: string;
  readonly ref: string;
  readonly file?: readonly FileKind[];
  /** Words of the message that end it. */
  readonly over: readonly string[];
}

const progress = ({ id, title, octt, order, file, message, status, ref, over }: Progress) =>
  testCase({
    id: `station/triggers/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    ...(file !== undefined && { file }),
    checks: {
      begins: { ref: 'F06.FR.04', level: 'SHALL', says: `the station tells that it is ${status}, for the request` },
      accepted,
      comes: { ref, level: 'SHALL', says: `asked for it, it tells once more that it is ${status}, for the request` },
    },
    catches: {
      begins: [drop(message), alter(message, { requestId: 7 })],
      accepted: acceptedFault,
      comes: [
        behaviour('deaf-to-TriggerMessage', 'a trigger is accepted, and no message follows'),
        alter(message, { status: 'Idle', requestId: null }),
      ],
    },
    async run(context) {
      const { after, check, clock, csms, orders, random } = context;
      await ready(context);
      await quiet(context);
      const now = new Date(clock.now()).toISOString();
      const requestId = 1000 + Math.floor(random() * 1_000_000);
      const own = (payload: Payload) => payload['requestId'] === requestId;
      const since = csms.mark;
      // What is under way is over before the next case begins.
      after(() => csms.awaitCall(message, { since, where: (payload) => over.includes(String(payload['status'])) }));
      const reply = await csms.call(
        order.action,
        order.payload(await nowhere(context), requestId, now, context.sut.files ?? {}),
      );
      if (!['Accepted', 'AcceptedCanceled'].includes(String(reply.payload['status'])))
        throw new Unmet(`${order.action} was needed and answered with ${describe(reply)}`);
      const begun = await csms.awaitCall(message, { since, where: (payload) => payload['status'] === status });
      check('begins', () => {
        expect(begun, `${message} with ${status}`).to.not.equal(undefined);
        expect(own(begun?.payload ?? {}), 'it names the request').to.equal(true);
      });
      const asked = await csms.call('TriggerMessage', orders.trigger(message));
      check('accepted', () => expect(asked).to.be.callResult({ status: 'Accepted' }));
      if (asked.payload['status'] !== 'Accepted') throw new Unmet(`the station does not send it: ${describe(asked)}`);
      const ended = csms.calls(since, message).find(({ payload }) => over.includes(String(payload['status'])));
      if (ended !== undefined && ended.n < asked.n) throw new Unmet(`it was over before it could be asked about`);
      const again = await csms.awaitCall(message, { since, after: asked.n });
      check('comes', () => {
        expect(again?.payload['status']).to.equal(status);
        expect(own(again?.payload ?? {}), 'it names the request').to.equal(true);
      });
    },
  });

export default suite('station/triggers', 'Messages for the asking', [
  testCase({
    id: 'station/triggers/event',
    title: 'An event of the transaction on an EVSE comes when it is asked for',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_13_CS' },
    needs: SESSION,
    checks: orderedChecks,
    catches: orderedFaults,
    async run(context) {
      const { transactionId } = await charging(context);
      await ordered(context, EVSE, [transactionId]);
    },
  }),

  testCase({
    id: 'station/triggers/event-of-all',
    title: 'Events of all transactions come when no EVSE is named',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_14_CS' },
    needs: SESSION,
    feature: SEVERAL,
    checks: orderedChecks,
    catches: orderedFaults,
    async run(context) {
      await ready(context);
      if (!(await hasOther(context)))
        throw new Unmet(`the station has no second EVSE: declare ${SEVERAL} in sut.without`);
      const one = await charging(context);
      const other = await charging(context, await context.token('second'), OTHER_EVSE);
      await ordered(context, undefined, [one.transactionId, other.transactionId]);
    },
  }),

  testCase({
    id: 'station/triggers/meter-values',
    title: 'The meter is read when that is asked for: of one EVSE, and of all of them',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_F_11_CS', 'TC_F_12_CS'] },
    checks: {
      accepted,
      comes: { ref: 'F06.FR.10', level: 'SHALL', says: 'meter values come behind the answer: of the EVSE, or of each' },
      alone: { ref: 'F06.FR.02', level: 'SHALL', says: 'of an EVSE that was not asked about none come' },
      measurands: {
        ref: 'F06.FR.06',
        level: 'SHALL',
        says: 'they have each measurand that is configured, and no other',
      },
      fresh: { ref: 'F06.FR.09', level: 'SHALL', says: 'they were read now, because it was asked for' },
    },
    catches: {
      accepted: acceptedFault,
      comes: [
        behaviour('deaf-to-TriggerMessage', 'a trigger is accepted, and no message follows'),
        alter('MeterValues', { evseId: EVSE }),
      ],
      alone: behaviour('triggers-all-evses', 'the EVSE that is named is not heard'),
      measurands: otherMeasurand('MeterValues', 'Trigger'),
      fresh: [
        alter(
          'MeterValues',
          (payload) => JSON.parse(JSON.stringify(payload).replaceAll('"Trigger"', '"Sample.Clock"')),
          {
            name: 'read by the clock',
          },
        ),
        alter(
          'MeterValues',
          (payload) =>
            JSON.parse(
              JSON.stringify(payload).replaceAll(/"timestamp":"[^"]*"/g, '"timestamp":"2020-01-01T00:00:00Z"'),
            ),
          { name: 'read long ago' },
        ),
      ],
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      const other = await hasOther(context);
      const measurands = await wanted(context, 'AlignedDataCtrlr', 'Measurands');
      await preferred(context, 'AlignedDataCtrlr', 'Interval', '0');
      await quiet(context);
      for (const named of [EVSE, undefined]) {
        const evses = named !== undefined ? [named] : [EVSE, ...(other ? [OTHER_EVSE] : [])];
        const since = csms.mark;
        const reply = await csms.call('TriggerMessage', orders.trigger('MeterValues', named));
        check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
        if (reply.payload['status'] !== 'Accepted') throw new Unmet(`the station does not send it: ${describe(reply)}`);
        for (const evseId of evses) {
          const came = await csms.awaitCall('MeterValues', {
            since,
            after: reply.n,
            where: (payload) => payload['evseId'] === evseId,
          });
          check('comes', () => expect(came, `MeterValues of EVSE ${evseId}`).to.not.equal(undefined));
        }
        await quiet(context);
        const told = csms.calls(since, 'MeterValues').map(({ payload }) => payload);
        check('alone', () => {
          const places = told.map((payload) => payload['evseId']);
          if (named !== undefined && other) expect(places).to.not.include(OTHER_EVSE);
          else expect(places.length, 'MeterValues').to.be.at.least(1);
        });
        for (const payload of told.filter(({ evseId }) => (evses as readonly unknown[]).includes(evseId))) {
          const readings = readingsOf(payload);
          check('measurands', () => expect(measurandsOf(readings)).to.deep.equal(measurands));
          check('fresh', () => {
            for (const { atMs, context: why } of readings) {
              expect(new Date(atMs).toISOString()).to.be.recentInstant();
              expect(why, 'context').to.equal('Trigger');
            }
          });
        }
      }
    },
  }),

  testCase({
    id: 'station/triggers/status-occupied',
    title: 'The status of a connector with a cable comes when it is asked for',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_24_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: {
      accepted,
      comes: { ref: 'F06.FR.10', level: 'SHALL', says: 'the connector is told to be Occupied, behind the answer' },
    },
    catches: {
      accepted: acceptedFault,
      comes: {
        name: 'status-of-before',
        says: 'asked for the status, the station tells that of an empty place',
        rewrite: (out) =>
          out.action === 'TriggerMessage' && out.kind === 'callresult'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available","evseId":1,"connectorId":1}]`,
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { after, check, csms, hands, orders } = context;
      await ready(context);
      await quiet(context);
      after(() => hands.plugOut());
      const before = csms.mark;
      await hands.plugIn();
      if ((await statusTold(context, 'Occupied', before)) === undefined)
        throw new Unmet('the station did not tell that the connector is Occupied with a cable in');
      await quiet(context);
      const since = csms.mark;
      const reply = await csms.call('TriggerMessage', orders.trigger('StatusNotification', EVSE, CONNECTOR));
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      if (reply.payload['status'] !== 'Accepted') throw new Unmet(`the station does not send it: ${describe(reply)}`);
      await statusTold(context, 'Occupied', since);
      const told = csms.calls(since, 'StatusNotification').filter(({ payload }) => payload['evseId'] === EVSE);
      check('comes', () => {
        const occupied = told.length > 0 ? told : csms.calls(since, 'NotifyEvent');
        expect(occupied.length, 'statuses told').to.be.at.least(1);
        for (const { payload, n } of told) {
          expect(payload['connectorStatus']).to.equal('Occupied');
          expect(n, 'frame of the status').to.be.above(reply.n);
        }
      });
    },
  }),

  progress({
    id: 'log-uploading',
    title: 'The status of a log that is being uploaded comes when it is asked for',
    octt: 'TC_F_16_CS',
    order: {
      action: 'GetLog',
      payload: (remoteLocation, requestId) => ({ logType: 'DiagnosticsLog', requestId, log: { remoteLocation } }),
    },
    message: 'LogStatusNotification',
    status: 'Uploading',
    ref: 'F06.FR.14',
    over: ['Uploaded', 'UploadFailure', 'BadMessage', 'PermissionDenied', 'NotSupportedOperation', 'AcceptedCanceled'],
  }),

  progress({
    id: 'firmware-downloading',
    title: 'The status of firmware that is being downloaded comes when it is asked for',
    octt: 'TC_F_19_CS',
    order: {
      action: 'UpdateFirmware',
      payload: (location, requestId, retrieveDateTime, { firmwareCertificate, firmwareSignature }) => ({
        requestId,
        retries: 0,
        firmware: {
          location,
          retrieveDateTime,
          signingCertificate: firmwareCertificate,
          signature: firmwareSignature,
        },
      }),
    },
    file: ['firmwareCertificate', 'firmwareSignature'],
    message: 'FirmwareStatusNotification',
    status: 'Downloading',
    ref: 'F06.FR.10',
    over: ['DownloadFailed', 'InvalidSignature', 'InstallationFailed', 'InstallVerificationFailed', 'Installed'],
  }),

  testCase({
    id: 'station/triggers/not-implemented',
    title: 'A message that the station does not know to send is told not to be implemented',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_27_CS' },
    checks: {
      word: {
        ref: 'F06.FR.08',
        level: 'SHALL',
        says: 'a certificate for both uses, where the station has none, is NotImplemented; where it has one, it is asked for',
      },
    },
    catches: {
      word: [alter('TriggerMessage', { status: 'Accepted' }), alter('TriggerMessage', { status: 'Rejected' })],
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const since = csms.mark;
      const reply = await csms.call('TriggerMessage', orders.trigger('SignCombinedCertificate'));
      const promised = reply.payload['status'] === 'Accepted';
      const came = promised && (await csms.awaitCall('SignCertificate', { since, after: reply.n }));
      check('word', () => {
        if (promised) expect(came, 'SignCertificate behind the answer').to.not.equal(undefined);
        else expect(reply).to.be.callResult({ status: 'NotImplemented' });
      });
    },
  }),
]);
