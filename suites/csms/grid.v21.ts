/** CSMS, the grid in OCPP 2.1: DER controls, signals of the grid operator, priority, profiles that change while they run. */
import type { Context } from '../../src/judge/context.ts';
import { suite } from '../../src/judge/test-case.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ahead, oddNumber } from './odds.ts';
import { noticeCase, type Order, orderCase } from './orders.v21.ts';
import { OTHER_EVSE } from './states.ts';

/** Certification profiles of 2.1. */
const DER = 'der-control';
const BPT = 'bidirectional-power-transfer';
const SMART_CHARGING = 'smart-charging';

type Chance = Pick<Context, 'clock' | 'random'>;

const controlId = ({ random }: Chance): string => randomWord(random, 12);
const accepted = { status: 'Accepted' };

const derOrders: readonly Order[] = [
  {
    id: 'csms/der/curve',
    title: 'CSMS sets a curve of power over frequency',
    octt: 'TC_R_107_CSMS',
    action: 'SetDERControl',
    asked: (context) => ({
      isDefault: true,
      controlId: controlId(context),
      controlType: 'FreqWatt',
      curve: {
        priority: oddNumber(context, 1, 9),
        yUnit: 'PctMaxW',
        curveData: [
          { x: 50.2, y: 100 },
          { x: 51.5, y: oddNumber(context, 11, 40) },
        ],
        responseTime: oddNumber(context, 5, 60),
      },
    }),
    answer: accepted,
  },
  {
    id: 'csms/der/scheduled',
    title: 'CSMS sets a limit of feed-in for a while',
    action: 'SetDERControl',
    asked: (context) => ({
      isDefault: false,
      controlId: controlId(context),
      controlType: 'LimitMaxDischarge',
      limitMaxDischarge: {
        priority: oddNumber(context, 1, 9),
        pctMaxDischargePower: oddNumber(context, 11, 60),
        startTime: ahead(context, oddNumber(context, 61, 600)),
        duration: oddNumber(context, 301, 3_000),
      },
    }),
    answer: { status: 'Accepted', supersededIds: ['OLDER'] },
  },
  {
    id: 'csms/der/not-supported',
    title: 'CSMS goes on with a station that lacks a control',
    action: 'SetDERControl',
    asked: (context) => ({
      isDefault: true,
      controlId: controlId(context),
      controlType: 'FixedVar',
      fixedVar: { priority: oddNumber(context, 1, 9), setpoint: oddNumber(context, 5, 30), unit: 'PctMaxVar' },
    }),
    answer: { status: 'NotSupported' },
  },
  {
    id: 'csms/der/read',
    title: 'CSMS reads the controls of a kind',
    action: 'GetDERControl',
    asked: (context) => ({ requestId: oddNumber(context, 1_000), isDefault: true, controlType: 'FreqWatt' }),
    answer: { status: 'NotFound' },
  },
  {
    id: 'csms/der/cleared',
    title: 'CSMS clears a control by its name',
    action: 'ClearDERControl',
    asked: (context) => ({ isDefault: false, controlId: controlId(context) }),
    answer: accepted,
  },
];

const derNotices = [
  noticeCase({
    id: 'csms/der/alarm',
    title: 'CSMS takes the alarms of the grid',
    octt: 'TC_R_108_CSMS',
    feature: DER,
    action: 'NotifyDERAlarm',
    ref: 'NotifyDERAlarmRequest.gridEventFault',
    says: 'the alarm is taken',
    told: (context) => ({ controlType: 'HVMustTrip', gridEventFault: 'OverVoltage', timestamp: ahead(context, 0) }),
  }),
  noticeCase({
    id: 'csms/der/started',
    title: 'CSMS takes that a control begins, and what it replaces',
    feature: DER,
    action: 'NotifyDERStartStop',
    ref: 'NotifyDERStartStopRequest.started',
    says: 'the begin of a control is taken',
    told: (context) => ({
      controlId: controlId(context),
      started: true,
      timestamp: ahead(context, 0),
      supersededIds: [controlId(context)],
    }),
  }),
];

/** A profile of the kinds and with the members that 2.1 brought. */
const profile = (context: Chance, members: Payload, schedule: Payload, period: Payload): Payload => ({
  evseId: OTHER_EVSE,
  chargingProfile: {
    id: oddNumber(context, 1_000, 900_000),
    stackLevel: oddNumber(context, 1, 3),
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    ...members,
    chargingSchedule: [
      {
        id: oddNumber(context, 1, 9_000),
        chargingRateUnit: 'W',
        startSchedule: ahead(context, -60),
        duration: oddNumber(context, 7_201),
        ...schedule,
        chargingSchedulePeriod: [{ startPeriod: 0, ...period }],
      },
    ],
  },
});

const LIMIT = { limit: 7_654.3 };

const setting = (
  id: string,
  title: string,
  octt: string | undefined,
  feature: string,
  asked: (context: Chance) => Payload,
): Order => ({
  id: `csms/smart-charging/${id}`,
  title,
  ...(octt !== undefined && { octt }),
  feature,
  action: 'SetChargingProfile',
  asked,
  answer: accepted,
});

const profileOrders: readonly Order[] = [
  setting('offline-duration', 'A profile that ends some time offline', 'TC_K_100_CSMS', SMART_CHARGING, (context) =>
    profile(context, { maxOfflineDuration: oddNumber(context, 301), invalidAfterOfflineDuration: true }, {}, LIMIT),
  ),
  setting('operation-mode', 'A profile with another mode of operation', 'TC_K_101_CSMS', BPT, (context) =>
    profile(context, {}, {}, { operationMode: 'CentralSetpoint', setpoint: -4_321 }),
  ),
  setting('limit-at-soc', 'A profile that limits from a state of charge on', 'TC_K_102_CSMS', 'SC-3', (context) =>
    profile(context, {}, { limitAtSoC: { soc: oddNumber(context, 61, 30), limit: 2_345 } }, LIMIT),
  ),
  setting('priority', 'A profile for those who come first', 'TC_K_104_CSMS', 'SC-6', (context) =>
    profile(context, { chargingProfilePurpose: 'PriorityCharging' }, {}, { limit: 22_000 }),
  ),
  setting('randomized-delay', 'A profile that begins at a random moment', 'TC_K_106_CSMS', SMART_CHARGING, (context) =>
    profile(context, {}, { randomizedDelay: oddNumber(context, 31, 500) }, LIMIT),
  ),
  setting('local-time', 'A profile that runs by the clock of the place', undefined, 'SC-5', (context) =>
    profile(context, { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' }, { useLocalTime: true }, LIMIT),
  ),
  setting('evse-sleep', 'A profile that lets the EVSE sleep', 'TC_Q_125_CSMS', SMART_CHARGING, (context) =>
    profile(context, {}, {}, { operationMode: 'Idle', evseSleep: true }),
  ),
  setting('dynamic', 'A profile that is changed while it runs', 'TC_Q_109_CSMS', BPT, (context) =>
    profile(
      context,
      { chargingProfileKind: 'Dynamic', dynUpdateInterval: oddNumber(context, 31, 300) },
      {},
      { operationMode: 'CentralSetpoint', setpoint: 1_234 },
    ),
  ),
  setting('central-frequency', 'A profile by which the CSMS steadies the grid', 'TC_Q_117_CSMS', 'BPT-1', (context) =>
    profile(
      context,
      { chargingProfileKind: 'Dynamic', dynUpdateInterval: oddNumber(context, 31, 300) },
      {},
      { operationMode: 'CentralFrequency', setpoint: -2_345 },
    ),
  ),
  setting('local-frequency', 'A profile by which the station steadies the grid', 'TC_Q_121_CSMS', 'BPT-1', (context) =>
    profile(
      context,
      {},
      {},
      {
        operationMode: 'LocalFrequency',
        v2xBaseline: oddNumber(context, 1_001, 900),
        v2xFreqWattCurve: [
          { frequency: 49.8, power: 3_700 },
          { frequency: 50.2, power: -oddNumber(context, 1_001, 900) },
        ],
      },
    ),
  ),
  setting('signal-curve', 'A profile that says what a signal of the grid means', 'TC_Q_120_CSMS', 'BPT-1', (context) =>
    profile(
      context,
      {},
      {},
      {
        operationMode: 'LocalFrequency',
        v2xBaseline: oddNumber(context, 1_001, 900),
        v2xSignalWattCurve: [
          { signal: -100, power: -5_000 },
          { signal: 100, power: oddNumber(context, 3_001, 900) },
        ],
      },
    ),
  ),
  setting('load-balancing', 'A profile that lets the station balance the load', 'TC_Q_124_CSMS', BPT, (context) =>
    profile(context, {}, {}, { operationMode: 'LocalLoadBalancing' }),
  ),
  {
    id: 'csms/smart-charging/dynamic-update',
    title: 'CSMS changes what a dynamic profile says now',
    octt: 'TC_Q_109_CSMS',
    feature: 'SC-8',
    action: 'UpdateDynamicSchedule',
    asked: (context) => ({
      chargingProfileId: oddNumber(context, 1_000, 900_000),
      scheduleUpdate: { limit: oddNumber(context, 1_401), setpoint: oddNumber(context, 101, 900) },
    }),
    answer: accepted,
  },
  {
    id: 'csms/smart-charging/priority-used',
    title: 'CSMS lets a transaction come first',
    octt: 'TC_K_118_CSMS',
    feature: 'SC-6',
    action: 'UsePriorityCharging',
    asked: (_context, transactionId) => ({ transactionId, activate: true }),
    answer: accepted,
    charging: true,
  },
  {
    id: 'csms/smart-charging/energy-transfer',
    title: 'CSMS tells a station the kinds of transfer that a vehicle is allowed',
    feature: BPT,
    action: 'NotifyAllowedEnergyTransfer',
    asked: (_context, transactionId) => ({ transactionId, allowedEnergyTransfer: ['AC_three_phase', 'AC_BPT'] }),
    answer: accepted,
    charging: true,
  },
  {
    id: 'csms/smart-charging/grid-signal',
    title: 'CSMS passes the signal of the grid operator on',
    octt: 'TC_Q_120_CSMS',
    feature: 'BPT-1',
    action: 'AFRRSignal',
    asked: (context) => ({ timestamp: ahead(context, 0), signal: oddNumber(context, 11, 80) }),
    answer: accepted,
  },
];

export default [
  suite('csms/der', 'DER controls (2.1)', [
    ...derOrders.map((order) => orderCase({ feature: DER, ...order })),
    ...derNotices,
  ]),
  suite('csms/smart-charging', 'Smart charging that came with 2.1', [
    ...profileOrders.map(orderCase),
    noticeCase({
      id: 'csms/smart-charging/priority-told',
      title: 'CSMS takes that somebody at the station comes first',
      feature: 'SC-6',
      action: 'NotifyPriorityCharging',
      ref: 'NotifyPriorityChargingRequest.activated',
      says: 'that priority is used is taken',
      told: ({ random }) => ({ transactionId: randomWord(random, 20), activated: true }),
    }),
  ]),
];
