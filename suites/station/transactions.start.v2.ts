/** Charger, 2.x: the moment at which a transaction starts, for each TxStartPoint. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { type CaseSpec, type Faults, suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { event as alterEvent, eventBehind, info, tellsOf } from './faults.v2.ts';
import { type Point, pointIs } from './points.v2.ts';
import { remoteStart } from './remote-words.ts';
import { CONNECTOR, countOf, EVSE, quiet, ready, statusTold } from './states.ts';
import {
  configured,
  event,
  expectEvent,
  expectToken,
  isOf,
  isOffered,
  measuredAt,
  SESSION,
  started,
  stateOf,
  tidied,
  transactionOf,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** What people, or the CSMS, do on the way to a session. */
type Step = 'bay' | 'cable' | 'token' | 'order';

interface StartOption {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  /** PICS feature of the start point. */
  readonly feature: string;
  readonly point: Point;
  /** Points at which a transaction would start earlier. */
  readonly before: readonly Point[];
  /** The readings are signed. */
  readonly signed?: true;
  readonly steps: readonly Step[];
  /** The step that starts it. */
  readonly by: Step;
  readonly trigger: readonly string[];
  readonly state: readonly (string | undefined)[];
  readonly ref: string;
}

/** With a cable in and an authorization there may be energy at once, or not yet. */
const CONNECTED = ['EVConnected', 'SuspendedEVSE', 'SuspendedEV', 'Charging'];

const OPTIONS: readonly StartOption[] = [
  {
    id: 'start-by-cable',
    title: 'A transaction starts when the vehicle is connected, where it is configured so',
    octt: 'TC_E_09_CS',
    feature: 'C-09.1',
    point: 'EVConnected',
    before: ['ParkingBayOccupancy'],
    steps: ['cable', 'token'],
    by: 'cable',
    trigger: ['CablePluggedIn'],
    state: ['EVConnected'],
    ref: 'E01.FR.02',
  },
  {
    id: 'start-by-token',
    title: 'A transaction starts when the driver is authorized, where it is configured so',
    octt: 'TC_E_10_CS',
    feature: 'C-09.2',
    point: 'Authorized',
    before: ['ParkingBayOccupancy'],
    steps: ['token', 'cable'],
    by: 'token',
    trigger: ['Authorized'],
    state: ['Idle', undefined],
    ref: 'E01.FR.03',
  },
  {
    id: 'start-by-order',
    title: 'A transaction starts when the CSMS orders it, where it is to start with an authorization',
    octt: 'TC_E_13_CS',
    feature: 'C-09.2',
    point: 'Authorized',
    before: ['ParkingBayOccupancy'],
    steps: ['order', 'cable'],
    by: 'order',
    trigger: ['RemoteStart'],
    state: ['Idle', undefined],
    ref: 'F02.FR.21',
  },
  {
    id: 'start-by-power-path',
    title: 'A transaction starts when the driver is authorized and the vehicle connected, where it is configured so',
    octt: 'TC_E_01_CS',
    feature: 'C-09.4',
    point: 'PowerPathClosed',
    before: ['ParkingBayOccupancy', 'EVConnected', 'Authorized'],
    steps: ['token', 'cable'],
    by: 'cable',
    trigger: ['CablePluggedIn', 'ChargingStateChanged', 'Authorized'],
    state: CONNECTED,
    ref: 'E01.FR.05',
  },
  {
    id: 'start-by-energy',
    title: 'A transaction starts when energy flows, where it is configured so',
    octt: 'TC_E_02_CS',
    feature: 'C-09.5',
    point: 'EnergyTransfer',
    before: ['ParkingBayOccupancy', 'EVConnected', 'Authorized', 'DataSigned', 'PowerPathClosed'],
    steps: ['token', 'cable'],
    by: 'cable',
    trigger: ['ChargingStateChanged', 'Authorized'],
    state: ['Charging'],
    ref: 'E01.FR.06',
  },
  {
    id: 'start-by-signed-data',
    title: 'A transaction starts when the meter has signed its first reading, where it is configured so',
    octt: 'TC_E_11_CS',
    feature: 'C-09.3',
    point: 'DataSigned',
    before: ['ParkingBayOccupancy', 'EVConnected', 'Authorized'],
    signed: true,
    steps: ['token', 'cable'],
    by: 'cable',
    trigger: ['SignedDataReceived', 'Authorized'],
    state: [undefined, ...CONNECTED],
    ref: 'E01.FR.04',
  },
  {
    id: 'start-by-bay',
    title: 'A transaction starts when a vehicle is in the parking bay, where it is configured so',
    octt: 'TC_E_12_CS',
    feature: 'C-09.6',
    point: 'ParkingBayOccupancy',
    before: [],
    steps: ['bay', 'token', 'cable'],
    by: 'bay',
    trigger: ['EVDetected'],
    state: ['Idle', undefined],
    ref: 'E01.FR.01',
  },
];

/** What an event tells that is about a step, once a transaction runs. */
const ABOUT: Readonly<Record<Exclude<Step, 'bay'>, (payload: Payload) => boolean>> = {
  cable: (payload) => at(payload, 'evse.connectorId') !== undefined && stateOf(payload) !== 'Idle',
  token: triggered('Authorized'),
  order: triggered('RemoteStart'),
};

/** @returns the number of a remote start, where it was one */
async function take(context: Context, step: Step, token: Token): Promise<unknown> {
  const { csms, hands } = context;
  if (step === 'bay') await hands.driveIn();
  if (step === 'cable') await hands.plugIn();
  if (step === 'token') await hands.presentToken(token);
  if (step !== 'order') return undefined;
  const { action, payload } = remoteStart(context, token, EVSE);
  await csms.need(action, payload, ['Accepted']);
  return payload['remoteStartId'];
}

type Check = 'early' | 'started' | 'told' | 'token' | 'occupied' | 'offered';

async function run(context: Context<Check>, option: StartOption): Promise<void> {
  const { check, csms, hands } = context;
  const { point, before, steps, by, trigger, state } = option;
  await ready(context);
  await pointIs(context, 'TxStartPoint', point, before);
  if (option.signed) {
    await configured(context, 'SampledDataCtrlr', 'SignReadings', 'true');
    await measuredAt(context, 'TxStartedMeasurands');
  }
  tidied(context);
  if (steps.includes('bay')) await hands.driveAway();
  await quiet(context);
  const token = await context.token('valid');
  const since = csms.mark;
  let start: IncomingCall | undefined;
  let remoteStartId: unknown;
  for (const step of steps) {
    const mark = csms.mark;
    remoteStartId = (await take(context, step, token)) ?? remoteStartId;
    if (step === by) {
      start = await event(context, since, started);
      check('started', () => {
        expectEvent(start, 'that a transaction has started', { type: 'Started', trigger, state });
        expect(start?.payload['timestamp']).to.be.recentInstant();
        const [value] = (start?.payload['meterValue'] ?? []) as readonly unknown[];
        if (option.signed)
          expect(at(value, 'sampledValue[0].signedMeterValue'), 'signedMeterValue').to.not.equal(undefined);
        expect(at(start?.payload, 'transactionInfo.remoteStartId'), 'remoteStartId').to.equal(remoteStartId);
      });
    } else if (steps.indexOf(step) < steps.indexOf(by)) {
      const early = await countOf(context, 'TransactionEvent', since);
      check('early', () => expect(early, 'events of a transaction before its time').to.equal(0));
    }
    if (step === 'cable') {
      const occupied = await statusTold(context, 'Occupied', mark);
      check('occupied', () => expect(occupied, 'Occupied').to.not.equal(undefined));
    }
    if (step === 'bay' || start === undefined) continue;
    const told = await event(context, step === by ? since : mark, ABOUT[step]);
    check('told', () => {
      expectEvent(told, `the ${step}`, { transactionId: transactionOf(start?.payload) });
      if (step === 'cable') expect(told?.payload['evse']).to.include({ id: EVSE, connectorId: CONNECTOR });
      else expect(told?.payload, 'the event of an authorization').to.have.property('idToken');
    });
  }
  const offered = await event(context, since, isOffered);
  await quiet(context);
  check('offered', () => {
    const type = offered === start ? 'Started' : 'Updated';
    expectEvent(offered, 'that energy is offered', { type, transactionId: transactionOf(start?.payload) });
    const starts = csms.calls(since, 'TransactionEvent').filter(({ payload }) => started(payload));
    expect(starts.length, 'transactions started').to.equal(1);
    const strange = csms
      .calls(since, 'TransactionEvent')
      .filter((call) => !isOf(transactionOf(start?.payload))(call.payload));
    expect(strange.length, 'events of other transactions').to.equal(0);
  });
  check('token', () => expectToken(context, since, token, steps.includes('order') ? token.type : undefined));
}

/** True where something comes before what starts it. */
const waits = ({ steps, by }: StartOption): boolean => steps[0] !== by;

const EARLY = {
  ref: 'TransactionEventRequest.eventType',
  level: 'SHALL',
  says: 'before that, no transaction is told',
} as const;

const checks = (option: StartOption) =>
  ({
    ...(waits(option) && { early: EARLY }),
    started: { ref: option.ref, level: 'SHALL', says: 'then one starts, and the event tells what started it' },
    told: { ref: 'E02.FR.17', level: 'SHALL', says: 'what happens once it runs is told: who charges, and where' },
    occupied: { ref: 'E02.FR.05', level: 'SHALL', says: 'with a cable in, the connector is told to be Occupied' },
    offered: {
      ref: 'E01.FR.18',
      level: 'SHALL',
      says: 'its events tell that energy is offered, and no other one starts',
    },
    token: { ref: 'E03.FR.01', level: 'SHALL', says: 'its events tell the token, as it was asked about' },
  }) as const;

const catches = (option: StartOption): Readonly<Record<Exclude<Check, 'early'>, Faults>> => ({
  ...(waits(option) && {
    early: eventBehind('Authorize', 'starts-with-anything', 'a transaction starts with whatever comes first', {
      eventType: 'Started',
      triggerReason: 'Authorized',
      transactionInfo: { transactionId: 'early' },
    }),
  }),
  started: [
    alterEvent({ eventType: 'Updated' }, 'Started'),
    alterEvent({ triggerReason: 'MeterValuePeriodic' }, 'Started'),
    alterEvent({ timestamp: '2020-01-01T00:00:00Z' }, 'Started'),
    info({ chargingState: option.by === 'cable' ? 'Idle' : 'Charging' }, 'Started'),
    drop('TransactionEvent'),
    ...(option.signed ? [alterEvent({ meterValue: null }, 'Started')] : []),
  ],
  told: [
    alterEvent({ evse: { connectorId: 7 } }, 'evse'),
    alterEvent({ evse: { id: 2 } }, 'evse'),
    ...(waits(option) ? [] : [alterEvent({ idToken: null }, 'idToken')]),
  ],
  occupied: alter('StatusNotification', { connectorStatus: 'Available' }, tellsOf('Occupied')),
  offered: [
    info({ chargingState: 'EVConnected' }, 'Charging'),
    alterEvent({ eventType: option.by === 'cable' && waits(option) ? 'Ended' : 'Started' }, 'Charging'),
  ],
  token: [
    alterEvent({ idToken: { idToken: 'PP-OTHER' } }, 'idToken'),
    alterEvent({ idToken: { type: 'KeyCode' } }, option.steps.includes('order') ? 'idToken' : 'Started'),
    alterEvent({ idToken: null }, 'idToken'),
  ],
});

const gestures = (steps: readonly Step[]): readonly string[] => [
  ...(steps.includes('bay') ? ['driveIn', 'driveAway'] : []),
  ...SESSION.filter((gesture) => gesture !== 'presentToken' || steps.includes('token')),
];

const startCase = (option: StartOption): CaseSpec =>
  testCase<Exclude<Check, 'early'>>({
    id: `station/transactions/${option.id}`,
    title: `${option.title} (2.0.1)`,
    sut: 'station',
    versions,
    octt: { '2.0.1': option.octt },
    feature: option.feature,
    needs: gestures(option.steps),
    checks: checks(option),
    catches: catches(option),
    run: (context) => run(context as Context<Check>, option),
  });

export default suite('station/transactions', 'Transactions', OPTIONS.map(startCase));
