/** CSMS, diagnostics in OCPP 2.x: GetLog, and the events that a station notifies. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ago, oddNumber, oddUrl } from './odds.ts';
import { ofStatus, ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { partsFaults, tells } from './orders.v2.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { boot, booted, CONNECTOR, now, OTHER_EVSE } from './states.ts';

/** PICS id: the device model with monitors. */
const MONITORING = 'DM-0';

const askedCheck = {
  ref: 'GetLogRequest.log',
  level: 'SHALL',
  says: 'the CALL carries the kind of log, where it goes, the time that it is about, and how often to try',
} as const;
const askedFaults = (logType: string): readonly Fault[] => [
  alter('GetLog', { logType: logType === 'SecurityLog' ? 'DiagnosticsLog' : 'SecurityLog' }),
  alter('GetLog', { requestId: 1 }),
  alter('GetLog', { retries: 9 }),
  alter('GetLog', { retryInterval: null }),
  alter('GetLog', { log: { remoteLocation: 'https://example.org/other/' } }),
  alter('GetLog', { log: { oldestTimestamp: null } }),
  alter('GetLog', { log: { latestTimestamp: '2031-01-01T00:00:00Z' } }),
];

const followedCheck = {
  ref: 'LogStatusNotificationRequest.status',
  level: 'SHALL',
  says: 'whatever the station tells of the upload is answered',
} as const;

const wish = (context: Context, logType: string): Payload => ({
  logType,
  requestId: anyRequestId(context.random),
  retries: oddNumber(context, 2, 5),
  retryInterval: oddNumber(context, 61, 300),
  log: {
    remoteLocation: oddUrl(context, 'logs'),
    oldestTimestamp: ago(context, oddNumber(context, 7_200)),
    latestTimestamp: ago(context, oddNumber(context, 60, 600)),
  },
});

/** LogStatusNotifications one after the other. */
const goes = (context: Context<'followed'>, order: Ordered, ...statuses: readonly string[]) =>
  tells(context, 'LogStatusNotification', ...statuses.map((status) => ({ status, requestId: requestIdOf(order) })));

const file = ({ random }: Context): Payload => ({ filename: `log-${randomWord(random, 8)}.zip` });

/** How an upload goes. */
const uploads = [
  {
    id: 'log-diagnostics',
    title: 'CSMS has a 2.x station upload its diagnostics',
    octt: 'TC_N_25_CSMS',
    logType: 'DiagnosticsLog',
    ends: 'Uploaded',
  },
  {
    id: 'log-security',
    title: 'CSMS has a 2.x station upload its security log',
    octt: 'TC_N_35_CSMS',
    logType: 'SecurityLog',
    ends: 'Uploaded',
  },
  ...['UploadFailure', 'BadMessage', 'PermissionDenied', 'NotSupportedOperation'].map((ends, i) => ({
    id: ['log-upload-failed', 'log-bad-message', 'log-permission-denied', 'log-not-supported'][i] ?? '',
    title: `CSMS follows an upload of a log that ends with ${ends}`,
    octt: undefined,
    logType: i % 2 === 0 ? 'SecurityLog' : 'DiagnosticsLog',
    ends,
  })),
];

const takenCheck = {
  ref: 'N07.FR.03',
  level: 'SHALL',
  says: 'each event is answered',
} as const;
const periodicCheck = { ...takenCheck, ref: 'N08.FR.02' } as const;

/** One item of a NotifyEvent about the second EVSE, or the connector of it. */
const event = (context: Context, more: Payload): Payload => ({
  eventId: oddNumber(context, 1, 1e6),
  timestamp: now(context),
  trigger: 'Alerting',
  actualValue: String(oddNumber(context, 40, 60)),
  component: { name: 'EVSE', evse: { id: OTHER_EVSE } },
  variable: { name: 'Temperature' },
  eventNotificationType: 'CustomMonitor',
  variableMonitoringId: oddNumber(context, 1, 9_000),
  ...more,
});

/** NotifyEvents in as many parts as there are lists, judged by the check `taken`. */
async function notifies(context: Context<'taken'>, ...parts: readonly (readonly Payload[])[]): Promise<void> {
  for (const [seqNo, eventData] of parts.entries()) {
    const tbc = seqNo < parts.length - 1;
    const reply = await context.station.call('NotifyEvent', { generatedAt: now(context), seqNo, tbc, eventData });
    context.check('taken', () => expect(reply).to.be.callResult());
  }
}

/** The station restarts; the check `back` judges how it is received. */
async function restarts(context: Context<'back'>): Promise<void> {
  await context.station.reconnect();
  const again = await boot(context, 'PowerUp');
  context.check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
}

const backCheck = { ref: 'B01.FR.02', level: 'SHALL', says: 'the station is accepted when it boots again' } as const;
const backFault = behaviour('accepts-one-boot', 'a station that boots again is put on hold');

const ofItem = (name: string, when: (item: Payload) => boolean) => ({
  name,
  when: (_payload: unknown, request: unknown) => {
    const items = at(request, 'eventData');
    return Array.isArray(items) && items.some(when);
  },
});

export default suite('csms/diagnostics', 'Logs and events (2.x)', [
  ...uploads.map(({ id, title, octt, logType, ends }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt && { octt: { '2.0.1': octt } }),
      needs: ['GetLog'],
      checks: { asked: askedCheck, followed: followedCheck, servedOn: servedOnCheck },
      catches: {
        asked: askedFaults(logType),
        followed: ['Uploading', ends].map((status) => drop('LogStatusNotification', ofStatus(status))),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const order = await ordered(context, 'GetLog', wish(context, logType), {
          status: 'Accepted',
          ...file(context),
        });
        await goes(context, order, 'Uploading', ends);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/diagnostics/log-none',
    title: 'CSMS goes on with a station that has no such log',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_34_CSMS' },
    needs: ['GetLog'],
    checks: { asked: askedCheck, servedOn: servedOnCheck },
    catches: { asked: askedFaults('DiagnosticsLog'), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await ordered(context, 'GetLog', wish(context, 'DiagnosticsLog'), { status: 'Rejected' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/log-replaced',
    title: 'CSMS asks for another log while one is uploaded',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_36_CSMS' },
    needs: ['GetLog'],
    checks: { asked: askedCheck, again: askedCheck, followed: followedCheck, servedOn: servedOnCheck },
    catches: {
      asked: askedFaults('SecurityLog'),
      again: askedFaults('SecurityLog'),
      followed: ['Uploading', 'AcceptedCanceled', 'Uploaded'].map((status) =>
        drop('LogStatusNotification', ofStatus(status)),
      ),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const first = await ordered(context, 'GetLog', wish(context, 'SecurityLog'), {
        status: 'Accepted',
        ...file(context),
      });
      await goes(context, first, 'Uploading');
      const answer = { status: 'AcceptedCanceled', ...file(context) };
      const second = await ordered(context, 'GetLog', wish(context, 'SecurityLog'), answer, 'again');
      await goes(context, first, 'AcceptedCanceled');
      await goes(context, second, 'Uploading', 'Uploaded');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/log-of-all-times',
    title: 'CSMS asks for a whole log, and leaves the number of tries to the station',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['GetLog'],
    checks: {
      asked: { ...askedCheck, says: 'the CALL carries the kind of log and where it goes' },
      followed: followedCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [
        alter('GetLog', { logType: 'DiagnosticsLog' }),
        alter('GetLog', { retries: 9 }),
        alter('GetLog', { log: { oldestTimestamp: '2020-01-01T00:00:00Z' } }),
      ],
      followed: drop('LogStatusNotification', ofStatus('Uploaded')),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const { logType, requestId, log } = wish(context, 'SecurityLog');
      const asked = { logType, requestId, log: { remoteLocation: at(log, 'remoteLocation') } };
      const order = await ordered(context, 'GetLog', asked, { status: 'Accepted', ...file(context) });
      await goes(context, order, 'Uploading', 'Uploaded');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/event-alert',
    title: 'CSMS takes alerts, in parts as well',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_21_CSMS' },
    feature: MONITORING,
    checks: { taken: takenCheck, servedOn: servedOnCheck },
    catches: { taken: partsFaults('NotifyEvent'), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const alert = event(context, { techCode: 'E-17', techInfo: 'the fan stands still' });
      const cause = {
        trigger: 'Delta',
        actualValue: 'Faulted',
        variable: { name: 'AvailabilityState' },
        cause: alert['eventId'],
      };
      await notifies(context, [alert], [event(context, cause)]);
      await notifies(context, [event(context, { ...alert, eventId: oddNumber(context, 1, 1e6), cleared: true })]);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/event-periodic',
    title: 'CSMS takes events that come again and again',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_24_CSMS' },
    feature: MONITORING,
    checks: { taken: periodicCheck, servedOn: servedOnCheck },
    catches: { taken: refuses('NotifyEvent', 'NotImplemented'), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const variableMonitoringId = oddNumber(context, 1);
      for (let times = 0; times < 3; times++)
        await notifies(context, [event(context, { trigger: 'Periodic', variableMonitoringId })]);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/event-write-only',
    title: 'CSMS takes the event of a variable whose value is secret',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_48_CSMS' },
    feature: MONITORING,
    checks: { taken: takenCheck, servedOn: servedOnCheck },
    catches: {
      taken: refuses(
        'NotifyEvent',
        'PropertyConstraintViolation',
        ofItem('empty value', ({ actualValue }) => actualValue === ''),
      ),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const secret = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };
      await notifies(context, [event(context, { ...secret, trigger: 'Delta', actualValue: '' })]);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/event-cleared-after-reboot',
    title: 'CSMS takes the end of an alert from before a reboot',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_49_CSMS' },
    feature: MONITORING,
    checks: { taken: takenCheck, back: backCheck, servedOn: servedOnCheck },
    catches: {
      taken: [
        drop(
          'NotifyEvent',
          ofItem('cleared', ({ cleared }) => cleared === true),
        ),
        drop('NotifyEvent'),
      ],
      back: backFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const { eventId: _first, ...alert } = event(context, {});
      await notifies(context, [event(context, alert)]);
      await restarts(context);
      await notifies(context, [
        event(context, { ...alert, timestamp: now(context), actualValue: '21', cleared: true }),
      ]);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/event-periodic-after-reboot',
    title: 'CSMS takes a periodic event after a reboot',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_50_CSMS' },
    feature: MONITORING,
    checks: { taken: periodicCheck, back: backCheck, servedOn: servedOnCheck },
    catches: { taken: drop('NotifyEvent'), back: backFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await restarts(context);
      const component = { name: 'Connector', evse: { id: OTHER_EVSE, connectorId: CONNECTOR } };
      await notifies(context, [event(context, { trigger: 'Periodic', component })]);
      await servedOn(context);
    },
  }),
]);
