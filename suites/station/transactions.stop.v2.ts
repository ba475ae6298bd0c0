/** Charger, 2.x: the moment at which a transaction ends, for each TxStopPoint and whatever reaches it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { type CaseSpec, type CheckSpec, type Faults, suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { event as alterEvent, info, tellsOf } from './faults.v2.ts';
import { type Point, pointIs } from './points.v2.ts';
import { countOf, quiet, ready, statusTold } from './states.ts';
import { charging, configured, ended, event, expectEvent, isOf, SESSION, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** What happens to a session that charges. */
type Step = 'token' | 'order' | 'suspend' | 'vehicle' | 'cable' | 'bay';

interface StopOption {
  readonly id: string;
  readonly title: string;
  readonly octt: string | readonly string[];
  /** PICS feature of the stop point, or of what else it needs. */
  readonly feature: string;
  readonly point: Point;
  /** Points at which it would end earlier. */
  readonly before: readonly Point[];
  /** TxCtrlr.StopTxOnEVSideDisconnect, where it matters. */
  readonly stopsOnDisconnect?: boolean;
  readonly steps: readonly Step[];
  /** What the end tells; of a list, one. */
  readonly trigger: readonly string[];
  readonly state: readonly (string | undefined)[];
  readonly reason: readonly (string | undefined)[];
  readonly ref: string;
}

/** No energy flows, and the vehicle is there. */
const STILL = [undefined, 'EVConnected', 'SuspendedEVSE', 'SuspendedEV'];
/** May be left out where the driver ends it at the charger (E06.FR.09). */
const LOCAL = [undefined, 'Local'];
/** The energy may have to stop first, which is then what ends it (E07, alternative scenario). */
const BY_TOKEN = ['StopAuthorized', 'ChargingStateChanged'];
const BY_ORDER = ['RemoteStop', 'ChargingStateChanged'];

const OPTIONS: readonly StopOption[] = [
  {
    id: 'stop-by-token',
    title: 'A transaction ends when its driver ends the authorization, where it is configured so',
    octt: 'TC_E_15_CS',
    feature: 'C-10.2',
    point: 'Authorized',
    before: [],
    steps: ['token'],
    trigger: BY_TOKEN,
    state: STILL,
    reason: LOCAL,
    ref: 'E06.FR.03',
  },
  {
    id: 'stop-by-order',
    title: 'A transaction ends when the CSMS orders it, where it is to end with the authorization',
    octt: 'TC_E_21_CS',
    feature: 'C-10.2',
    point: 'Authorized',
    before: [],
    steps: ['order'],
    trigger: BY_ORDER,
    state: STILL,
    reason: ['Remote'],
    ref: 'F03.FR.03',
  },
  {
    id: 'power-path-by-token',
    title: 'A transaction that lasts as long as the power path ends when its driver ends the authorization',
    octt: 'TC_E_07_CS',
    feature: 'C-10.3',
    point: 'PowerPathClosed',
    before: ['Authorized'],
    steps: ['token'],
    trigger: BY_TOKEN,
    state: STILL,
    reason: LOCAL,
    ref: 'E06.FR.06',
  },
  {
    id: 'power-path-by-order',
    title: 'A transaction that lasts as long as the power path ends when the CSMS orders it',
    octt: 'TC_E_35_CS',
    feature: 'C-10.3',
    point: 'PowerPathClosed',
    before: ['Authorized'],
    steps: ['order'],
    trigger: BY_ORDER,
    state: STILL,
    reason: ['Remote'],
    ref: 'E06.FR.06',
  },
  {
    id: 'power-path-by-vehicle',
    title: 'A transaction that lasts as long as the power path ends when the vehicle is unplugged',
    octt: 'TC_E_37_CS',
    feature: 'C-10.3',
    point: 'PowerPathClosed',
    before: ['EVConnected', 'EnergyTransfer'],
    steps: ['vehicle'],
    trigger: ['EVCommunicationLost'],
    state: ['Idle'],
    reason: ['EVDisconnected'],
    ref: 'E06.FR.06',
  },
  {
    id: 'energy-by-token',
    title: 'A transaction that lasts as long as energy flows ends when its driver ends the authorization',
    octt: 'TC_E_08_CS',
    feature: 'C-10.4',
    point: 'EnergyTransfer',
    before: ['Authorized', 'PowerPathClosed'],
    steps: ['token'],
    trigger: BY_TOKEN,
    state: STILL,
    reason: LOCAL,
    ref: 'E06.FR.07',
  },
  {
    id: 'energy-by-vehicle',
    title: 'A transaction that lasts as long as energy flows ends when the vehicle stops taking it',
    octt: 'TC_E_22_CS',
    feature: 'C-10.4',
    point: 'EnergyTransfer',
    before: [],
    steps: ['suspend'],
    trigger: ['ChargingStateChanged'],
    state: ['EVConnected', 'SuspendedEV', 'SuspendedEVSE'],
    reason: ['StoppedByEV'],
    ref: 'E06.FR.07',
  },
  {
    id: 'connection-by-cable',
    title: 'A transaction that lasts as long as the vehicle is connected ends when the cable is out, and not before',
    octt: 'TC_E_14_CS',
    feature: 'C-10.1',
    point: 'EVConnected',
    before: ['Authorized', 'PowerPathClosed', 'EnergyTransfer'],
    steps: ['token', 'cable'],
    trigger: ['EVCommunicationLost'],
    state: ['Idle'],
    reason: [...LOCAL, 'EVDisconnected'],
    ref: 'E06.FR.02',
  },
  {
    id: 'connection-by-vehicle',
    title: 'A transaction that lasts as long as the vehicle is connected ends when the vehicle is unplugged',
    octt: ['TC_E_20_CS', 'TC_E_54_CS'],
    feature: 'C-10.1',
    point: 'EVConnected',
    before: ['PowerPathClosed', 'EnergyTransfer'],
    steps: ['vehicle'],
    trigger: ['EVCommunicationLost'],
    state: ['Idle'],
    // A vehicle that speaks ISO 15118 may have ended the session before it was unplugged.
    reason: ['EVDisconnected', 'StoppedByEV'],
    ref: 'E06.FR.02',
  },
  {
    id: 'authorization-by-vehicle',
    title:
      'A transaction that lasts as long as its authorization ends when the vehicle is unplugged, where that ends it',
    octt: 'TC_E_17_CS',
    feature: 'C-10.2',
    point: 'Authorized',
    before: ['EVConnected', 'PowerPathClosed', 'EnergyTransfer'],
    stopsOnDisconnect: true,
    steps: ['vehicle'],
    trigger: ['EVCommunicationLost'],
    state: ['Idle'],
    reason: ['EVDisconnected'],
    ref: 'E09.FR.01',
  },
  {
    id: 'bay-by-departure',
    title: 'A transaction that lasts as long as the bay is taken ends when the vehicle has left, and not before',
    octt: 'TC_E_19_CS',
    feature: 'C-10.5',
    point: 'ParkingBayOccupancy',
    before: ['EVConnected', 'Authorized', 'PowerPathClosed', 'EnergyTransfer'],
    steps: ['token', 'cable', 'bay'],
    trigger: ['EVDeparted'],
    state: [undefined, 'Idle'],
    reason: [...LOCAL, 'EVDisconnected'],
    ref: 'E06.FR.01',
  },
];

type Check = 'accepted' | 'told' | 'token' | 'running' | 'ended' | 'free';

/** What is told of a step, whether it ends the transaction or not. */
const TOLD: Readonly<Record<Step, readonly string[]>> = {
  token: ['StopAuthorized'],
  order: ['RemoteStop'],
  suspend: ['ChargingStateChanged'],
  vehicle: ['EVCommunicationLost'],
  cable: ['EVCommunicationLost'],
  bay: ['EVDeparted'],
};

async function take(context: Context<Check>, step: Step, token: Token, transactionId: string): Promise<void> {
  const { check, csms, hands } = context;
  if (step === 'token') await hands.presentToken(token);
  if (step === 'suspend') await hands.evSuspends();
  if (step === 'vehicle') await hands.unplugVehicle();
  if (step === 'cable') await hands.plugOut();
  if (step === 'bay') await hands.driveAway();
  if (step !== 'order') return;
  const reply = await csms.call('RequestStopTransaction', { transactionId });
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
}

async function run(context: Context<Check>, option: StopOption): Promise<void> {
  const { check, csms, hands } = context;
  const { steps, trigger, state, reason } = option;
  await ready(context);
  await pointIs(context, 'TxStopPoint', option.point, option.before);
  if (option.stopsOnDisconnect !== undefined)
    await configured(context, 'TxCtrlr', 'StopTxOnEVSideDisconnect', String(option.stopsOnDisconnect));
  // There has to be a departure for the charger to see.
  if (steps.includes('bay')) await hands.driveIn();
  const { token, transactionId } = await charging(context);
  // A cable in use may be locked at the vehicle until it stops.
  if (steps.includes('vehicle') && hands.can('evSuspends')) await hands.evSuspends();
  await quiet(context);
  const since = csms.mark;
  let end: IncomingCall | undefined;
  for (const [i, step] of steps.entries()) {
    const mark = csms.mark;
    await take(context, step, token, transactionId);
    const told = await event(context, mark, triggered(...TOLD[step]));
    check('told', () => {
      const connected = step === 'vehicle' || step === 'cable' ? { state: ['Idle'] } : {};
      expectEvent(told, `the ${step}`, { transactionId, ...connected });
    });
    if (step === 'token') {
      check('token', () => {
        // That it is told is a SHOULD.
        const word = at(told?.payload, 'idToken.idToken') ?? token.idToken;
        expect(String(word).toLowerCase(), 'token that stops it').to.equal(token.idToken.toLowerCase());
      });
    }
    if (i < steps.length - 1) {
      const ends = await countOf(context, 'TransactionEvent', since, ended);
      check('running', () => expect(ends, 'transactions ended').to.equal(0));
    } else end = await event(context, since, ended);
  }
  check('ended', () => {
    expectEvent(end, 'the end of the transaction', { transactionId, type: 'Ended', trigger, state, reason });
    expect(end?.payload['timestamp']).to.be.recentInstant();
  });
  if (!steps.includes('cable')) await hands.plugOut();
  const free = await statusTold(context, 'Available', since);
  check('free', () => expect(free, 'Available').to.not.equal(undefined));
  await quiet(context);
  const more = csms.calls(since, 'TransactionEvent').filter(({ payload }) => !isOf(transactionId)(payload));
  check('ended', () => expect(more.length, 'events of other transactions').to.equal(0));
}

const checks = ({ steps, ref }: StopOption): Readonly<Record<string, CheckSpec>> => ({
  ...(steps.includes('order') && {
    accepted: { ref: 'F03.FR.07', level: 'SHALL', says: 'the order of the CSMS is accepted' },
  }),
  told: { ref: 'E02.FR.17', level: 'SHALL', says: 'each event tells what it is that happened to the transaction' },
  ...(steps.includes('token') && {
    token: { ref: 'E07.FR.02', level: 'SHALL', says: 'no other token is told than the one that stops it' },
  }),
  ...(steps.length > 1 && {
    running: { ref: 'TransactionEventRequest.eventType', level: 'SHALL', says: 'until then it does not end' },
  }),
  ended: { ref, level: 'SHALL', says: 'then it ends, and the event tells why' },
  free: { ref: 'G01.FR.07', level: 'SHALL', says: 'with the cable out, the connector is told to be Available' },
});

const last = ({ steps }: StopOption): Step => steps.at(-1) ?? 'token';

function catches(option: StopOption): Readonly<Record<string, Faults>> {
  const { steps } = option;
  const [first = 'token'] = steps;
  // Of a charging state there are many, of an end one.
  const word = first === 'suspend' ? 'Ended' : (TOLD[first][0] ?? '');
  const endsEarly: Fault = alterEvent({ eventType: 'Ended' }, word);
  return {
    ...(steps.includes('order') && { accepted: alter('RequestStopTransaction', { status: 'Rejected' }) }),
    told: [
      alterEvent({ triggerReason: 'MeterValuePeriodic' }, word),
      info({ transactionId: 'PP-OTHER' }, word),
      ...(last(option) === 'vehicle' ? [info({ chargingState: 'EVConnected' }, word)] : []),
    ],
    ...(steps.includes('token') && { token: alterEvent({ idToken: { idToken: 'PP-OTHER' } }, word) }),
    ...(steps.length > 1 && { running: endsEarly }),
    ended: [
      alterEvent({ eventType: 'Updated' }, 'Ended'),
      info({ stoppedReason: 'PowerLoss' }, 'Ended'),
      info({ transactionId: 'PP-OTHER' }, 'Ended'),
      info({ chargingState: 'Charging' }, 'Ended'),
      alterEvent({ triggerReason: 'Deauthorized' }, 'Ended'),
      alterEvent({ timestamp: '2020-01-01T00:00:00Z' }, 'Ended'),
    ],
    free: alter('StatusNotification', { connectorStatus: 'Occupied' }, tellsOf('Available')),
  };
}

const gestures = ({ steps }: StopOption): readonly string[] => [
  ...SESSION,
  ...(steps.includes('suspend') ? ['evSuspends'] : []),
  ...(steps.includes('bay') ? ['driveIn', 'driveAway'] : []),
];

const stopCase = (option: StopOption): CaseSpec =>
  testCase({
    id: `station/transactions/${option.id}`,
    title: `${option.title} (2.0.1)`,
    sut: 'station',
    versions,
    octt: { '2.0.1': option.octt },
    feature: option.feature,
    needs: gestures(option),
    checks: checks(option),
    catches: catches(option),
    run: (context) => run(context, option),
  });

export default suite('station/transactions', 'Transactions', OPTIONS.map(stopCase));
