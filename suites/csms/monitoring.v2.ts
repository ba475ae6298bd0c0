/** CSMS, diagnostics in OCPP 2.x: monitors are set, cleared and reported. */
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import {
  EVSE_POWER,
  EVSE_STATE,
  MONITORING,
  monitorFaults,
  monitorLost,
  ordersReport,
  reportsMonitors,
  STATION_POWER,
  STATION_STATE,
  setsMonitors,
} from './monitors.v2.ts';
import { oddNumber } from './odds.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { partsFaults } from './orders.v2.ts';
import { booted, now } from './states.ts';

const reportCheck = {
  ref: 'GetMonitoringReportRequest.monitoringCriteria',
  level: 'SHALL',
  says: 'the CALL asks for monitors by the criteria and the variables that the operator gave, and by no others',
} as const;
const takenCheck = {
  ref: 'NotifyMonitoringReportRequest.seqNo',
  level: 'SHALL',
  says: 'each part of the report is taken',
} as const;

/** A criterion, or variables, that nobody asked for, or not this way. */
const reportFaults = ({ monitoringCriteria, componentVariable }: Payload): readonly Fault[] => [
  alter('GetMonitoringReport', { requestId: 1 }),
  alter('GetMonitoringReport', { monitoringCriteria: ['PeriodicMonitoring'] }),
  alter('GetMonitoringReport', { componentVariable: [{ component: { name: 'EVSE', evse: { id: 1 } } }] }),
  ...(monitoringCriteria ? [alter('GetMonitoringReport', { monitoringCriteria: null })] : []),
  ...(componentVariable ? [alter('GetMonitoringReport', { componentVariable: null })] : []),
];

/** A report that is empty, and one that is not. */
interface Inquiry {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly empty: Payload;
  readonly full: Payload;
  readonly type: string;
  readonly reported: readonly Payload[];
}

const inquiries: readonly Inquiry[] = [
  {
    id: 'monitors-by-criterion',
    title: 'CSMS asks for monitors of one kind',
    octt: 'TC_N_01_CSMS',
    empty: { monitoringCriteria: ['DeltaMonitoring'] },
    full: { monitoringCriteria: ['ThresholdMonitoring'] },
    type: 'UpperThreshold',
    reported: [STATION_POWER, EVSE_POWER],
  },
  {
    id: 'monitors-by-variable',
    title: 'CSMS asks for monitors of one variable',
    octt: 'TC_N_02_CSMS',
    empty: { componentVariable: [STATION_POWER] },
    full: { componentVariable: [EVSE_STATE] },
    type: 'Delta',
    reported: [EVSE_STATE, EVSE_STATE],
  },
  {
    id: 'monitors-by-both',
    title: 'CSMS asks for monitors of one kind and of one variable',
    octt: 'TC_N_03_CSMS',
    empty: { monitoringCriteria: ['DeltaMonitoring'], componentVariable: [EVSE_STATE] },
    full: { monitoringCriteria: ['ThresholdMonitoring'], componentVariable: [STATION_POWER] },
    type: 'LowerThreshold',
    reported: [STATION_POWER, STATION_POWER],
  },
  {
    id: 'monitors-by-both-and-more',
    title: 'CSMS asks for monitors of more kinds and of more variables',
    octt: 'TC_N_60_CSMS',
    empty: {
      monitoringCriteria: ['ThresholdMonitoring', 'DeltaMonitoring'],
      componentVariable: [STATION_POWER, EVSE_POWER],
    },
    full: { monitoringCriteria: ['DeltaMonitoring'], componentVariable: [STATION_STATE, EVSE_STATE] },
    type: 'Delta',
    reported: [STATION_STATE, EVSE_STATE],
  },
];

const setCheck = {
  ref: 'SetVariableMonitoringRequest.setMonitoringData',
  level: 'SHALL',
  says: 'the CALL sets the monitors that the operator wants, on his variables, with his values and severities',
} as const;
const eventCheck = {
  ref: 'N07.FR.03',
  level: 'SHALL',
  says: 'the event of a monitor that was set is answered',
} as const;

/** What a station says of a monitor that it does not set. */
const refusals = [
  { id: 'monitor-unknown-variable', status: 'UnknownVariable' },
  { id: 'monitor-duplicate', status: 'Duplicate' },
];

const bases = ['All', 'FactoryDefault', 'HardWiredOnly'] as const;
const baseCheck = {
  ref: 'SetMonitoringBaseRequest.monitoringBase',
  level: 'SHALL',
  says: 'the CALL sets the base that the operator wants',
} as const;
const onBase = (from: string, to: string): Fault =>
  alter(
    'SetMonitoringBase',
    { monitoringBase: to },
    {
      kind: 'call',
      name: `${to} in place of ${from}`,
      when: (payload) => (payload as Payload)['monitoringBase'] === from,
    },
  );

const levelCheck = {
  ref: 'SetMonitoringLevelRequest.severity',
  level: 'SHALL',
  says: 'the CALL sets the severity that the operator wants',
} as const;
const levelFaults = [alter('SetMonitoringLevel', { severity: 0 }), alter('SetMonitoringLevel', { severity: 9 })];

/** What a station says to a severity. */
const levels = [
  {
    id: 'level-set',
    title: 'CSMS sets how severe an event is that it is told of',
    octt: 'TC_N_16_CSMS',
    status: 'Accepted',
  },
  {
    id: 'level-refused',
    title: 'CSMS goes on with a station that has no such severity',
    octt: 'TC_N_17_CSMS',
    status: 'Rejected',
  },
];

const clearCheck = {
  ref: 'ClearVariableMonitoringRequest.id',
  level: 'SHALL',
  says: 'the CALL names the monitors that the operator wants cleared',
} as const;
const clearFaults = [
  alter('ClearVariableMonitoring', { id: [1] }),
  alter('ClearVariableMonitoring', (payload) => ({ id: (payload as { id: number[] }).id.slice(1) }), {
    kind: 'call',
    name: 'one lost',
  }),
];

/** What a station says of a monitor that is to be cleared. */
const clearings = [
  { id: 'monitors-cleared', title: 'CSMS clears monitors', status: 'Accepted' },
  {
    id: 'monitors-not-cleared',
    title: 'CSMS goes on with a station whose monitors can not be cleared',
    octt: 'TC_N_44_CSMS',
    status: 'Rejected',
  },
  { id: 'monitors-not-found', title: 'CSMS goes on with a station that has no such monitors', status: 'NotFound' },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/diagnostics', 'Monitoring (2.x)', [
  ...inquiries.map(({ id, title, octt, empty, full, type, reported }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: MONITORING,
      needs: ['GetMonitoringReport'],
      checks: { asked: reportCheck, again: reportCheck, taken: takenCheck, servedOn: servedOnCheck },
      catches: {
        asked: reportFaults(empty),
        again: reportFaults(full),
        taken: partsFaults('NotifyMonitoringReport'),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        await ordersReport(context, empty, 'EmptyResultSet');
        const order = await ordersReport(context, full, 'Accepted', 'again');
        await reportsMonitors(context, order, type, ...reported);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/diagnostics/monitors-all',
    title: 'CSMS asks for all monitors',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_47_CSMS' },
    feature: MONITORING,
    needs: ['GetMonitoringReport'],
    checks: { asked: reportCheck, taken: takenCheck, servedOn: servedOnCheck },
    catches: { asked: reportFaults({}), taken: partsFaults('NotifyMonitoringReport'), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const order = await ordersReport(context, {}, 'Accepted');
      await reportsMonitors(context, order, 'Delta', STATION_STATE, EVSE_STATE);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/monitor-base',
    title: 'CSMS sets each base of monitors',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_05_CSMS' },
    feature: MONITORING,
    needs: ['SetMonitoringBase'],
    checks: { asked: baseCheck, servedOn: servedOnCheck },
    catches: {
      asked: bases.map((base, i) => onBase(base, bases[(i + 1) % bases.length] ?? base)),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      for (const monitoringBase of bases) {
        const status = monitoringBase === 'HardWiredOnly' ? 'NotSupported' : 'Accepted';
        await ordered(context, 'SetMonitoringBase', { monitoringBase }, { status });
      }
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/monitor-set',
    title: 'CSMS sets a monitor, and takes its event',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_08_CSMS' },
    feature: MONITORING,
    needs: ['SetVariableMonitoring'],
    checks: { asked: setCheck, taken: eventCheck, servedOn: servedOnCheck },
    catches: { asked: monitorFaults, taken: drop('NotifyEvent'), servedOn: servedOnFault },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      const item = { ...EVSE_STATE, type: 'Delta', value: 1, severity: oddNumber(context, 4, 6) };
      const [variableMonitoringId] = await setsMonitors(context, [item], 'Accepted');
      const happened = {
        ...EVSE_STATE,
        eventId: oddNumber(context, 1, 1e6),
        timestamp: now(context),
        trigger: 'Delta',
        actualValue: 'Faulted',
        eventNotificationType: 'CustomMonitor',
        variableMonitoringId,
      };
      const reply = await station.call('NotifyEvent', { generatedAt: now(context), seqNo: 0, eventData: [happened] });
      check('taken', () => expect(reply).to.be.callResult());
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/monitors-set',
    title: 'CSMS sets monitors on more variables at once',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_09_CSMS' },
    feature: MONITORING,
    needs: ['SetVariableMonitoring'],
    checks: { asked: setCheck, servedOn: servedOnCheck },
    catches: { asked: [...monitorFaults, monitorLost], servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const severity = oddNumber(context, 4, 6);
      const items = [
        { ...EVSE_STATE, type: 'Delta', value: 1, severity },
        { ...STATION_STATE, type: 'Delta', value: 1, severity },
        {
          ...EVSE_POWER,
          type: 'UpperThreshold',
          value: oddNumber(context, 7_000) + 0.5,
          severity: 8,
          transaction: true,
        },
      ];
      await setsMonitors(context, items, 'Accepted');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/diagnostics/monitor-replaced',
    title: 'CSMS replaces a monitor by the id that the station gave it',
    sut: 'csms',
    versions: ['2.0.1'],
    feature: MONITORING,
    needs: ['SetVariableMonitoring'],
    checks: { asked: setCheck, again: setCheck, servedOn: servedOnCheck },
    catches: { asked: monitorFaults, again: monitorFaults, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const item = { ...EVSE_POWER, type: 'LowerThreshold', value: oddNumber(context, 1_000), severity: 7 };
      const [id] = await setsMonitors(context, [item], 'Accepted');
      const other = { ...item, id, value: oddNumber(context, 11_000) + 0.5, severity: 5 };
      await setsMonitors(context, [other], 'Accepted', 'again');
      await servedOn(context);
    },
  }),

  ...refusals.map(({ id, status }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title: `CSMS goes on with a station that answers a monitor with ${status}`,
      sut: 'csms',
      versions: ['2.0.1'],
      feature: MONITORING,
      needs: ['SetVariableMonitoring'],
      checks: { asked: setCheck, servedOn: servedOnCheck },
      catches: { asked: monitorFaults, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const item = { ...STATION_POWER, type: 'UpperThreshold', value: oddNumber(context, 9_000), severity: 6 };
        await setsMonitors(context, [item], status);
        await servedOn(context);
      },
    }),
  ),

  ...levels.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: MONITORING,
      needs: ['SetMonitoringLevel'],
      checks: { asked: levelCheck, servedOn: servedOnCheck },
      catches: { asked: levelFaults, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        await ordered(context, 'SetMonitoringLevel', { severity: oddNumber(context, 1, 8) }, { status });
        await servedOn(context);
      },
    }),
  ),

  ...clearings.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: MONITORING,
      needs: ['ClearVariableMonitoring'],
      checks: { asked: clearCheck, servedOn: servedOnCheck },
      catches: { asked: clearFaults, servedOn: servedOnFault },
      async run(context) {
        const { operator, check } = context;
        await booted(context);
        const ids = [oddNumber(context, 100, 1e5), oddNumber(context, 200_000, 1e5)];
        const order = await operator.order('ClearVariableMonitoring', { id: ids });
        const inOrder = (payload: Payload): Payload =>
          Array.isArray(payload['id']) ? { ...payload, id: payload['id'].toSorted((a, b) => a - b) } : payload;
        const call = { ...order.call, payload: inOrder(order.call.payload) };
        check('asked', () => expect({ ...order, call, asked: inOrder(order.asked) }).to.carryWhatWasAsked());
        const sent = order.call.payload['id'];
        const clearMonitoringResult = (Array.isArray(sent) ? sent : ids).map((one) => ({ id: one, status }));
        order.call.respond({ clearMonitoringResult });
        await servedOn(context);
      },
    }),
  ),
]);
