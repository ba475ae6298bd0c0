/** CSMS, remote control in 2.x: it starts transactions. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import type { Token, TokenKind } from '../../src/sut/system-under-test.ts';
import type { Transaction2 } from './events.v2.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { bootedWithTwo, EVSE, OTHER_EVSE } from './states.ts';
import {
  energyFlows,
  energyTransferStarted,
  evConnected,
  flowChecks,
  flowFaults,
  newTransaction,
  presents,
  stopsLocally,
  stranger,
  type Told,
  told,
} from './states.v2.ts';

/** What a remote start has; nobody presents a token at the station, unless the station asks. */
const { authorized: _asks, ...remoteChecks } = flowChecks;
const { authorized: _asksFault, ...remoteFaults } = flowFaults;

const startCheck = {
  ref: 'F01.FR.04',
  level: 'SHALL',
  says: 'the CALL carries the token, the EVSE and whatever else the operator asks for',
} as const;

/** Another token, another EVSE, another number, another kind of token. */
const startFaults: readonly Fault[] = [
  alter('RequestStartTransaction', { idToken: { idToken: 'SOMEBODY' } }),
  alter('RequestStartTransaction', { idToken: { type: 'Local' } }),
  alter('RequestStartTransaction', { remoteStartId: 1 }),
];
const elsewhere = [
  alter('RequestStartTransaction', { evseId: EVSE }),
  alter('RequestStartTransaction', { evseId: null }),
];

/** What the operator wants started. The number is odd and large: one that nobody counts up to. */
function wish({ random }: Pick<Context, 'random'>, { idToken, type }: Token, more: Payload = {}): Payload {
  return { remoteStartId: 70_001 + 2 * Math.floor(random() * 1e6), idToken: { idToken, type }, ...more };
}

/** The number by which the station says that it was this order; the CSMS may have chosen it. */
const startIdOf = ({ call }: Ordered): unknown => call.payload['remoteStartId'];

/** The transaction starts because the CSMS asked for it. */
function startedRemotely(context: Told, transaction: Transaction2, order: Ordered, token: Token): Promise<unknown> {
  const telling = { token, remoteStartId: startIdOf(order) };
  const evse = transaction.next === 'Started' ? ({ evse: 'bay' } as const) : {};
  return told(context, transaction, transaction.next, 'RemoteStart', { ...telling, ...evse });
}

/** From a remote start to the end, which the driver brings about at the station. */
async function charges(context: Told, transaction: Transaction2, token: Token): Promise<void> {
  await evConnected(context, transaction);
  await energyFlows(context, transaction);
  await stopsLocally(context, transaction, token);
}

/** A limit for the transaction that is about to start: no id, the purpose is TxProfile (F01.FR.09, F01.FR.11). */
const chargingProfile = {
  id: 4_711,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: [
    {
      id: 17,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 13.5 },
        { startPeriod: 1_200, limit: 9 },
      ],
    },
  ],
};

interface RemoteStart {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly needs?: readonly string[];
  readonly feature?: string;
  readonly token?: TokenKind;
  /** What the operator says besides the token. */
  more(token: Token): Payload;
  readonly faults: readonly Fault[];
}

const remoteStarts: readonly RemoteStart[] = [
  {
    id: 'remote-start',
    title: 'CSMS starts a transaction at the EVSE that the operator names',
    octt: 'TC_F_03_CSMS',
    more: () => ({ evseId: OTHER_EVSE }),
    faults: [...startFaults, ...elsewhere],
  },
  {
    id: 'remote-start-anywhere',
    title: "CSMS starts a transaction at an EVSE of the station's choice",
    more: () => ({}),
    faults: [...startFaults, alter('RequestStartTransaction', { evseId: OTHER_EVSE })],
  },
  {
    id: 'remote-start-group',
    title: 'CSMS starts a transaction and tells the group of its token',
    needs: ['create-token'],
    token: 'group',
    more: ({ groupId = '' }) => ({ evseId: OTHER_EVSE, groupIdToken: { idToken: groupId, type: 'Central' } }),
    faults: [
      ...startFaults,
      ...elsewhere,
      alter('RequestStartTransaction', { groupIdToken: null }),
      alter('RequestStartTransaction', { groupIdToken: { idToken: 'OTHERS' } }),
    ],
  },
  {
    id: 'remote-start-limited',
    title: 'CSMS starts a transaction with a limit for it',
    // F01.FR.08: a CSMS without smart charging has nothing to send along.
    feature: 'smart-charging',
    more: () => ({ evseId: OTHER_EVSE, chargingProfile }),
    faults: [
      ...startFaults,
      ...elsewhere,
      alter('RequestStartTransaction', { chargingProfile: null }),
      alter('RequestStartTransaction', { chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }),
      alter('RequestStartTransaction', { chargingProfile: { transactionId: 'another' } }),
      alter('RequestStartTransaction', { chargingProfile: { stackLevel: 1 } }),
    ],
  },
];

export default suite('csms/remote-control', 'Remote starts', [
  testCase({
    id: 'csms/remote-control/remote-start-plugged',
    title: 'CSMS starts what a cable that is plugged in has begun',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_F_01_CSMS' },
    needs: ['RequestStartTransaction'],
    checks: { asked: startCheck, ...remoteChecks },
    catches: { ...remoteFaults, asked: [...startFaults, ...elsewhere] },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context, { evseId: OTHER_EVSE });
      await evConnected(context, transaction);
      const answer = { status: 'Accepted', transactionId: transaction.id };
      const order = await ordered(
        context,
        'RequestStartTransaction',
        wish(context, token, { evseId: OTHER_EVSE }),
        answer,
      );
      await startedRemotely(context, transaction, order, token);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/remote-start-asks',
    title: 'CSMS starts a transaction at a station that asks for the token first',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_F_02_CSMS' },
    needs: ['RequestStartTransaction'],
    checks: { asked: startCheck, ...flowChecks },
    catches: { ...flowFaults, asked: [...startFaults, ...elsewhere] },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const asked = wish(context, token, { evseId: OTHER_EVSE });
      const order = await ordered(context, 'RequestStartTransaction', asked, { status: 'Accepted' });
      await presents(context, token);
      const transaction = newTransaction(context, { evseId: OTHER_EVSE });
      await startedRemotely(context, transaction, order, token);
      await charges(context, transaction, token);
      await stranger(context);
    },
  }),

  ...remoteStarts.map(({ id, title, octt, needs = [], feature, token: kind = 'valid', more, faults }) =>
    testCase({
      id: `csms/remote-control/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt && { octt: { '2.0.1': octt } }),
      needs: ['RequestStartTransaction', ...needs],
      ...(feature && { feature }),
      checks: { asked: startCheck, ...remoteChecks },
      catches: { ...remoteFaults, asked: faults },
      async run(context) {
        await bootedWithTwo(context);
        const token = await context.token(kind);
        const asked = wish(context, token, more(token));
        const order = await ordered(context, 'RequestStartTransaction', asked, { status: 'Accepted' });
        const transaction = newTransaction(context, { evseId: OTHER_EVSE });
        await startedRemotely(context, transaction, order, token);
        await charges(context, transaction, token);
        await stranger(context);
      },
    }),
  ),

  testCase({
    id: 'csms/remote-control/remote-start-no-cable',
    title: 'CSMS starts a transaction to which no cable is plugged in, and takes its end',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_F_04_CSMS' },
    needs: ['RequestStartTransaction'],
    checks: { asked: startCheck, ...remoteChecks },
    catches: { ...remoteFaults, asked: [...startFaults, ...elsewhere] },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const asked = wish(context, token, { evseId: OTHER_EVSE });
      const order = await ordered(context, 'RequestStartTransaction', asked, { status: 'Accepted' });
      const transaction = newTransaction(context, { evseId: OTHER_EVSE });
      await startedRemotely(context, transaction, order, token);
      await told(context, transaction, 'Updated', 'EVConnectTimeout', { evse: 'bay' });
      await told(context, transaction, 'Ended', 'EVDeparted', { stoppedReason: 'Timeout', evse: 'bay' });
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/remote-start-refused',
    title: 'CSMS goes on with a station that refuses to start a transaction',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['RequestStartTransaction'],
    checks: { asked: startCheck, servedOn: servedOnCheck, ...flowChecks },
    catches: { ...flowFaults, asked: [...startFaults, ...elsewhere], servedOn: servedOnFault },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const asked = wish(context, token, { evseId: OTHER_EVSE });
      const statusInfo = { reasonCode: 'NotEnabled', additionalInfo: 'out of order' };
      await ordered(context, 'RequestStartTransaction', asked, { status: 'Rejected', statusInfo });
      await servedOn(context);
      // The token is free: nothing was started.
      const transaction = await energyTransferStarted(context, token);
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),
]);
