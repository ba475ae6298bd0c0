/** CSMS, reservation in OCPP 2.x: ReserveNow, CancelReservation, and what becomes of a reservation. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { Token, TokenKind } from '../../src/sut/system-under-test.ts';
import { ofStatus, ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import {
  ANYWHERE,
  askedCheck,
  askedFaults,
  atEvse,
  BY_TYPE,
  cancelledCheck,
  cancelledFault,
  elsewhere,
  endedCheck,
  endedFault,
  ends,
  freedAfter,
  groupAdded,
  idOf,
  RESERVATION,
  reserved,
  says,
  soonOver,
  statusCheck,
  typeAdded,
  wish,
} from './reserve.v2.ts';
import { bootedWithTwo, EVSE, OTHER_EVSE } from './states.ts';
import {
  energyFlows,
  evConnected,
  flowChecks,
  flowFaults,
  newTransaction,
  presents,
  stopsLocally,
  stranger,
  told,
} from './states.v2.ts';

/** The reserved EVSE is used: the id of the reservation stands in the transaction (H01.FR.15). */
async function uses(
  context: Context<keyof typeof flowChecks | 'status'>,
  token: Token,
  reservationId: number,
  shown: boolean,
): Promise<void> {
  await presents(context, token);
  if (shown) await says(context, 'Available');
  const transaction = newTransaction(context, { evseId: OTHER_EVSE });
  await told(context, transaction, 'Started', 'Authorized', { token, more: { reservationId } });
  await evConnected(context, transaction);
  await energyFlows(context, transaction);
  await stopsLocally(context, transaction, token);
  await stranger(context);
}

/** What an operator may reserve, and the token that comes. */
interface Use {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly feature: string;
  readonly needs?: readonly string[];
  readonly token?: TokenKind;
  readonly comes?: TokenKind;
  more(token: Token): Payload;
  /** The station tells that the connector is reserved: of one EVSE, or where it leaves none free (H01.FR.20, .23, .24). */
  readonly shown: boolean;
  readonly faults: readonly Fault[];
}

const anywhere = [...askedFaults, groupAdded];

const uses2: readonly Use[] = [
  {
    id: 'evse-used',
    title: 'CSMS reserves an EVSE, and its token charges there',
    octt: 'TC_H_01_CSMS',
    feature: RESERVATION,
    more: () => ({ evseId: OTHER_EVSE }),
    shown: true,
    faults: atEvse,
  },
  {
    id: 'any-evse-used',
    title: 'CSMS reserves any EVSE, and its token charges at one',
    octt: 'TC_H_08_CSMS',
    feature: ANYWHERE,
    more: () => ({}),
    shown: false,
    faults: [...anywhere, typeAdded],
  },
  {
    id: 'connector-type-used',
    title: 'CSMS reserves a type of connector, and its token charges at one',
    octt: 'TC_H_15_CSMS',
    feature: BY_TYPE,
    more: () => ({ connectorType: 'sType2' }),
    shown: true,
    faults: [...anywhere, alter('ReserveNow', { connectorType: null }), typeAdded],
  },
  {
    id: 'group-used',
    title: 'CSMS reserves an EVSE for a group, and another token of the group charges there',
    octt: 'TC_H_19_CSMS',
    feature: RESERVATION,
    needs: ['create-token'],
    token: 'group',
    comes: 'groupOther',
    more: ({ groupId = '' }) => ({ evseId: OTHER_EVSE, groupIdToken: { idToken: groupId, type: 'Central' } }),
    shown: true,
    faults: [
      ...askedFaults,
      elsewhere,
      typeAdded,
      alter('ReserveNow', { groupIdToken: null }),
      alter('ReserveNow', { groupIdToken: { idToken: 'OTHERS' } }),
    ],
  },
];

/** Why a station ends a reservation itself. */
const endings = [
  {
    id: 'expired-unused',
    title: 'CSMS takes the end of a reservation that nobody used',
    octt: 'TC_H_07_CSMS',
    becomes: 'Available',
    update: 'Expired',
  },
  {
    id: 'removed-by-fault',
    title: 'CSMS takes the end of a reservation whose EVSE is out of order',
    octt: 'TC_H_20_CSMS',
    becomes: 'Faulted',
    update: 'Removed',
  },
  {
    id: 'removed-unavailable',
    title: 'CSMS takes the end of a reservation whose EVSE is out of service',
    becomes: 'Unavailable',
    update: 'Removed',
  },
] as const;

/** What a station says that does not reserve. */
const refusals = [
  {
    id: 'not-accepted',
    title: 'CSMS asks a 2.x station that takes no reservations',
    octt: 'TC_H_22_CSMS',
    answer: 'Rejected',
    is: 'Occupied',
  },
  { id: 'evse-occupied', title: 'CSMS asks for an EVSE that is in use', answer: 'Occupied', is: 'Occupied' },
  { id: 'evse-faulted', title: 'CSMS asks for an EVSE that is out of order', answer: 'Faulted', is: 'Faulted' },
  {
    id: 'evse-unavailable',
    title: 'CSMS asks for an EVSE that is out of service',
    answer: 'Unavailable',
    is: 'Unavailable',
  },
] as const;

/** What a station says to the end of a reservation that the CSMS wants. */
const cancellations = [
  { id: 'cancelled-in-time', title: 'CSMS cancels a reservation of an EVSE', octt: 'TC_H_17_CSMS', answer: 'Accepted' },
  { id: 'cancelled-too-late', title: 'CSMS cancels a reservation that the station no longer has', answer: 'Rejected' },
];

const only = (one: object) => ('octt' in one && one.octt !== undefined ? { octt: { '2.0.1': String(one.octt) } } : {});

/** Every connector is Available at first: only another word comes from the case itself. */
const tellsNews = (word: string): boolean => word !== 'Available';

export default suite('csms/reservation', 'Reservation (2.x)', [
  ...uses2.map(({ id, title, octt, feature, needs = [], token: kind = 'valid', comes, more, shown, faults }) =>
    testCase({
      id: `csms/reservation/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature,
      needs: ['ReserveNow', ...needs],
      checks: { asked: askedCheck, status: statusCheck, ...flowChecks },
      catches: {
        ...flowFaults,
        asked: faults,
        status: drop('StatusNotification', ofStatus(shown ? 'Reserved' : 'Occupied', OTHER_EVSE)),
      },
      async run(context) {
        await bootedWithTwo(context);
        const token = await context.token(kind);
        const asked = await wish(context, more(token), kind);
        const order = await ordered(context, 'ReserveNow', asked, { status: 'Accepted' });
        freedAfter(context);
        await says(context, shown ? 'Reserved' : 'Occupied');
        await uses(context, comes ? await context.token(comes) : token, idOf(order), shown);
      },
    }),
  ),

  ...endings.map((ending) =>
    testCase({
      id: `csms/reservation/${ending.id}`,
      title: ending.title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(ending),
      feature: RESERVATION,
      needs: ['ReserveNow'],
      checks: { asked: askedCheck, status: statusCheck, ended: endedCheck, servedOn: servedOnCheck },
      catches: {
        asked: atEvse,
        status: ['Reserved', ending.becomes]
          .filter(tellsNews)
          .map((word) => drop('StatusNotification', ofStatus(word, OTHER_EVSE))),
        ended: endedFault,
        servedOn: servedOnFault,
      },
      async run(context) {
        await bootedWithTwo(context);
        const more = { evseId: OTHER_EVSE, ...(ending.update === 'Expired' && soonOver(context)) };
        const reservation = await reserved(context, await wish(context, more));
        await says(context, ending.becomes);
        await ends(context, reservation, ending.update);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/reservation/all-reserved',
    title: 'CSMS makes as many reservations as there are free EVSEs',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_H_14_CSMS' },
    feature: ANYWHERE,
    needs: ['ReserveNow'],
    checks: {
      asked: askedCheck,
      again: askedCheck,
      distinct: {
        ref: 'ReserveNowRequest.id',
        level: 'SHALL',
        says: 'two reservations have two ids: with the same one, the second replaces the first',
      },
      status: statusCheck,
      ended: endedCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [...anywhere, typeAdded],
      again: [...anywhere, typeAdded],
      distinct: alter('ReserveNow', { id: 1 }),
      status: [
        drop('StatusNotification', ofStatus('Reserved', EVSE)),
        drop('StatusNotification', ofStatus('Reserved', OTHER_EVSE)),
      ],
      ended: endedFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { check } = context;
      await bootedWithTwo(context);
      const first = await ordered(context, 'ReserveNow', await wish(context, soonOver(context)), {
        status: 'Accepted',
      });
      const asked = await wish(context, soonOver(context), 'second');
      const second = await ordered(context, 'ReserveNow', asked, { status: 'Accepted' }, 'again');
      check('distinct', () => expect(idOf(second)).to.not.equal(idOf(first)));
      for (const evseId of [EVSE, OTHER_EVSE]) {
        freedAfter(context, evseId);
        await says(context, 'Reserved', evseId);
      }
      for (const order of [first, second]) await ends(context, idOf(order), 'Expired');
      await servedOn(context);
    },
  }),

  ...cancellations.map((cancellation) =>
    testCase({
      id: `csms/reservation/${cancellation.id}`,
      title: cancellation.title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(cancellation),
      feature: RESERVATION,
      needs: ['ReserveNow', 'CancelReservation'],
      checks: { asked: askedCheck, cancelled: cancelledCheck, status: statusCheck, servedOn: servedOnCheck },
      catches: {
        asked: atEvse,
        cancelled: cancelledFault,
        status: drop('StatusNotification', ofStatus('Reserved')),
        servedOn: servedOnFault,
      },
      async run(context) {
        const { answer } = cancellation;
        await bootedWithTwo(context);
        const reservationId = await reserved(context, await wish(context, { evseId: OTHER_EVSE }));
        if (answer === 'Rejected') await says(context, 'Available');
        await ordered(context, 'CancelReservation', { reservationId }, { status: answer }, 'cancelled');
        if (answer === 'Accepted') await says(context, 'Available');
        await servedOn(context);
      },
    }),
  ),

  ...refusals.map((refusal) =>
    testCase({
      id: `csms/reservation/${refusal.id}`,
      title: refusal.title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(refusal),
      feature: RESERVATION,
      needs: ['ReserveNow'],
      checks: { asked: askedCheck, status: statusCheck, servedOn: servedOnCheck },
      catches: {
        asked: atEvse,
        status: drop('StatusNotification', ofStatus(refusal.is, OTHER_EVSE)),
        servedOn: servedOnFault,
      },
      async run(context) {
        const { answer, is } = refusal;
        await bootedWithTwo(context);
        const asked = await wish(context, { evseId: OTHER_EVSE, ...soonOver(context) });
        // What the CSMS is told of the EVSE comes after: one that looks first sends nothing.
        await ordered(context, 'ReserveNow', asked, { status: answer });
        freedAfter(context);
        await says(context, is);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/reservation/replaced',
    title: 'CSMS replaces a reservation by another with the same id',
    sut: 'csms',
    versions: ['2.0.1'],
    feature: RESERVATION,
    needs: ['ReserveNow'],
    checks: { asked: askedCheck, again: askedCheck, status: statusCheck, ended: endedCheck, servedOn: servedOnCheck },
    catches: {
      asked: atEvse,
      // The id of the second is whatever the first had.
      again: atEvse.slice(1),
      status: drop('StatusNotification', ofStatus('Reserved')),
      ended: endedFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const reservation = await reserved(context, await wish(context, { evseId: OTHER_EVSE }));
      const other = await wish(context, { evseId: OTHER_EVSE, ...soonOver(context), id: reservation }, 'second');
      await ordered(context, 'ReserveNow', other, { status: 'Accepted' }, 'again');
      await says(context, 'Available');
      await ends(context, reservation, 'Expired');
      await servedOn(context);
    },
  }),
]);
