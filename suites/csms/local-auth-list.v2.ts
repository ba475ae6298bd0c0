/** CSMS, local authorization list in OCPP 2.x: SendLocalList and GetLocalListVersion. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { ahead, oddNumber } from './odds.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { orderedAmongst, sortedBy } from './orders.v2.ts';
import { booted } from './states.ts';

/** PICS ids: the local list, and that the CSMS can ask for its version. */
const LOCAL_LIST = 'LA-0';
const ASKS_VERSION = 'LA-2';

export interface Entry extends Payload {
  readonly idToken: { readonly idToken: string; readonly type: string };
  readonly idTokenInfo?: Payload;
}

/** Entries of a SendLocalList. */
export const entriesOf = ({ localAuthorizationList }: Payload): readonly Entry[] =>
  Array.isArray(localAuthorizationList) ? localAuthorizationList : [];

const nameOf = (item: Payload): string => {
  const { idToken } = item as Entry;
  return `${idToken?.type} ${String(idToken?.idToken).toLowerCase()}`;
};

/** The order of the entries means nothing. */
const sorted = sortedBy('localAuthorizationList', nameOf);

/** Every kind of entry, of tokens that the CSMS knows and of others. */
async function entries(context: Context): Promise<Entry[]> {
  const { token, random } = context;
  const [valid, second] = [await token('valid'), await token('second')];
  const made = () => ({ idToken: `PP${randomWord(random, 12)}`, type: 'Central' });
  const named = ({ idToken, type }: { idToken: string; type: string }) => ({ idToken, type });
  return [
    { idToken: named(valid), idTokenInfo: { status: 'Accepted', cacheExpiryDateTime: ahead(context, 90 * 86_400) } },
    { idToken: named(second), idTokenInfo: { status: 'Accepted', groupIdToken: made() } },
    { idToken: made(), idTokenInfo: { status: 'Blocked' } },
    { idToken: made(), idTokenInfo: { status: 'Accepted', language1: 'nl-NL', chargingPriority: 7 } },
    { idToken: made(), idTokenInfo: { status: 'Expired', cacheExpiryDateTime: ahead(context, -86_400) } },
  ];
}

/** Entries to take out: tokens without a word about them. */
const removals = ({ random }: Pick<Context, 'random'>): Entry[] =>
  [1, 2].map(() => ({ idToken: { idToken: `PP${randomWord(random, 12)}`, type: 'Central' } }));

const askedCheck = {
  ref: 'D01.FR.01',
  level: 'SHALL',
  says: 'the CALL carries the entries, the version and the kind of update that the operator gave',
} as const;

const onEntries = (name: string, change: (entries: readonly Entry[]) => readonly Entry[]) =>
  alter(
    'SendLocalList',
    (payload) => ({ ...(payload as Payload), localAuthorizationList: change(entriesOf(payload as Payload)) }),
    { name },
  );
const onFirst = (name: string, change: (entry: Entry) => Payload) =>
  onEntries(name, ([first, ...others]) => (first ? [change(first) as Entry, ...others] : others));

const askedFaults = [
  alter('SendLocalList', { versionNumber: 1 }),
  alter('SendLocalList', { localAuthorizationList: null }),
  onEntries('first entry lost', (all) => all.slice(1)),
  onFirst('other token', (entry) => ({ ...entry, idToken: { ...entry.idToken, idToken: 'ANOTHER' } })),
  onFirst('other type', (entry) => ({ ...entry, idToken: { ...entry.idToken, type: 'eMAID' } })),
];
const infoFaults = [
  onFirst('other status', (entry) => ({ ...entry, idTokenInfo: { ...entry.idTokenInfo, status: 'NoCredit' } })),
  onFirst('more than asked', (entry) => ({ ...entry, idTokenInfo: { ...entry.idTokenInfo, chargingPriority: 9 } })),
  onEntries('info reduced to status', (all) =>
    all.map((entry) => ({ ...entry, idTokenInfo: { status: entry.idTokenInfo?.['status'] } })),
  ),
];
const asFull = alter('SendLocalList', { updateType: 'Full' });
const asDifferential = alter('SendLocalList', { updateType: 'Differential' });

const versionCheck = {
  ref: 'D01.FR.18',
  level: 'SHALL',
  says: 'the version of a list that is sent is above 0',
} as const;
const versionFaults = [alter('SendLocalList', { versionNumber: 0 }), alter('SendLocalList', { versionNumber: -1 })];

const uniqueCheck = { ref: 'D01.FR.06', level: 'SHALL', says: 'no token stands in the list twice' } as const;
const uniqueFault = onEntries('first entry twice', (all) => [...all, ...all.slice(0, 1)]);

const completeCheck = {
  ref: 'SendLocalListRequest.localAuthorizationList.idTokenInfo',
  level: 'SHALL',
  says: 'in a whole list each entry tells what the token is',
} as const;
const completeFault = onFirst('info lost', ({ idToken }) => ({ idToken }));

const newerCheck = {
  ref: 'SendLocalListRequest.versionNumber',
  level: 'SHALL',
  says: 'a change makes a version above the one that the station has: it takes no other',
} as const;

type Sound = 'version' | 'unique';

/** What holds of every list, whoever chose its entries. */
function judgeList({ check }: Context<Sound>, { payload }: IncomingCall): void {
  check('version', () => expect(payload['versionNumber']).to.be.above(0));
  check('unique', () => {
    const names = entriesOf(payload).map(nameOf);
    expect(new Set(names).size, 'different tokens').to.equal(names.length);
  });
}

/** The operator has a list sent; the check `asked`, or another, compares it. */
async function sends(context: Context<Sound>, wish: Payload, status: string, id = 'asked'): Promise<IncomingCall> {
  const { call } = await orderedAmongst<string>(
    context,
    'SendLocalList',
    wish,
    { status },
    {
      id,
      others: { status: 'Accepted' },
      sorted,
    },
  );
  judgeList(context, call);
  return call;
}

/** Judges the check `complete`. */
function judgeComplete({ check }: Context<'complete'>, { payload }: IncomingCall): void {
  check('complete', () => {
    for (const { idToken, idTokenInfo } of entriesOf(payload)) expect(idTokenInfo, idToken?.idToken).to.be.an('object');
  });
}

/** The station tells the version of its list, and again whenever the CSMS asks for it on its own account. */
async function tellsVersion(context: Context<'version'>, versionNumber: number): Promise<void> {
  const { operator, station, check } = context;
  const { call } = await operator.order('GetLocalListVersion', {});
  check('version', () => expect(call.payload).to.deep.equal({}));
  call.respond({ versionNumber });
  void answersVersion(station, versionNumber);
}

async function answersVersion(station: Context['station'], versionNumber: number): Promise<void> {
  for (let call = await station.awaitCall('GetLocalListVersion'); call !== undefined; ) {
    call.respond({ versionNumber });
    call = await station.awaitCall('GetLocalListVersion');
  }
}

/** What a station may say of the version of its list. */
const versions = [
  {
    id: 'version-known',
    title: 'CSMS asks a 2.x station for the version of its list',
    octt: 'TC_D_08_CSMS',
    zero: false,
  },
  {
    id: 'version-none',
    title: 'CSMS asks a 2.x station that has no list for its version',
    octt: 'TC_D_09_CSMS',
    zero: true,
  },
];

/** What a station may say of a whole list. */
const answers = [
  { id: 'whole-list', title: 'CSMS sends a 2.x station a whole list', octt: 'TC_D_01_CSMS', status: 'Accepted' },
  { id: 'whole-list-failed', title: 'CSMS goes on with a 2.x station that fails at a list', status: 'Failed' },
];

/** What a CSMS may change in a list. */
const changes = [
  {
    id: 'list-updated',
    title: 'CSMS adds and changes entries of the list of a 2.x station',
    octt: 'TC_D_02_CSMS',
    change: (context: Context) => entries(context),
    faults: [...infoFaults, onFirst('added entry is taken out', ({ idToken }) => ({ idToken }))],
  },
  {
    id: 'list-reduced',
    title: 'CSMS takes entries out of the list of a 2.x station',
    octt: 'TC_D_03_CSMS',
    change: async (context: Context) => removals(context),
    faults: [onFirst('entry to take out is blocked', (entry) => ({ ...entry, idTokenInfo: { status: 'Blocked' } }))],
  },
  {
    id: 'list-changed-both-ways',
    title: 'CSMS adds entries to the list of a 2.x station and takes others out at once',
    change: async (context: Context) => [...(await entries(context)), ...removals(context)],
    faults: infoFaults,
  },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/local-auth-list', 'Local authorization list (2.x)', [
  ...versions.map(({ id, title, octt, zero }) =>
    testCase({
      id: `csms/local-auth-list/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: zero ? LOCAL_LIST : ASKS_VERSION,
      needs: ['GetLocalListVersion'],
      checks: {
        asked: {
          ref: 'GetLocalListVersionResponse.versionNumber',
          level: 'SHALL',
          says: 'the CALL asks for the version, and carries nothing',
        },
        servedOn: servedOnCheck,
      },
      catches: { asked: alter('GetLocalListVersion', { versionNumber: 1 }), servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const versionNumber = zero ? 0 : oddNumber(context, 2);
        await ordered(context, 'GetLocalListVersion', {}, { versionNumber });
        await servedOn(context);
      },
    }),
  ),

  ...answers.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/local-auth-list/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: LOCAL_LIST,
      needs: ['SendLocalList'],
      checks: {
        asked: askedCheck,
        version: versionCheck,
        unique: uniqueCheck,
        complete: completeCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: [...askedFaults, ...infoFaults, asDifferential],
        version: versionFaults,
        unique: uniqueFault,
        complete: completeFault,
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const localAuthorizationList = await entries(context);
        const wish = { versionNumber: oddNumber(context, 2), localAuthorizationList, updateType: 'Full' };
        judgeComplete(context, await sends(context, wish, status));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/local-auth-list/emptied',
    title: 'CSMS takes all tokens from the list of a 2.x station',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_D_04_CSMS' },
    feature: LOCAL_LIST,
    needs: ['SendLocalList'],
    checks: {
      asked: { ...askedCheck, says: 'the CALL is a whole list with the version asked for' },
      empty: {
        ref: 'SendLocalListRequest.localAuthorizationList',
        level: 'SHALL',
        says: 'it carries no entry',
      },
      version: versionCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [asDifferential, alter('SendLocalList', { versionNumber: 1 })],
      empty: alter('SendLocalList', {
        localAuthorizationList: [
          { idToken: { idToken: 'LEFT', type: 'Central' }, idTokenInfo: { status: 'Accepted' } },
        ],
      }),
      version: versionFaults,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check } = context;
      await booted(context);
      const order = await operator.order('SendLocalList', { versionNumber: oddNumber(context, 2), updateType: 'Full' });
      const { localAuthorizationList, ...others } = order.call.payload;
      check('asked', () => expect({ ...order, call: { ...order.call, payload: others } }).to.carryWhatWasAsked());
      check('empty', () => expect(localAuthorizationList ?? []).to.deep.equal([]));
      check('version', () => expect(others['versionNumber']).to.be.above(0));
      order.call.respond({ status: 'Accepted' });
      await servedOn(context);
    },
  }),

  ...changes.map(({ id, title, octt, change, faults }) =>
    testCase({
      id: `csms/local-auth-list/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: LOCAL_LIST,
      needs: ['GetLocalListVersion', 'SendLocalList'],
      checks: {
        asked: askedCheck,
        version: versionCheck,
        newer: newerCheck,
        unique: uniqueCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: [...askedFaults, ...faults, asFull],
        version: versionFaults,
        newer: alter('SendLocalList', { versionNumber: 11 }),
        unique: uniqueFault,
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const has = oddNumber(context, 11);
        await tellsVersion(context, has);
        await servedOn(context);
        const localAuthorizationList = await change(context);
        const wish = { versionNumber: has + 3, localAuthorizationList, updateType: 'Differential' };
        const { payload } = await sends(context, wish, 'Accepted');
        context.check('newer', () => expect(payload['versionNumber']).to.be.above(has));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/local-auth-list/version-mismatch',
    title: 'CSMS replaces the list of a 2.x station that takes no change of it',
    sut: 'csms',
    versions: ['2.0.1'],
    feature: LOCAL_LIST,
    needs: ['SendLocalList'],
    checks: {
      asked: askedCheck,
      again: { ...askedCheck, ref: 'D01.FR.03', says: 'what comes after is the whole list that the operator gave' },
      version: versionCheck,
      unique: uniqueCheck,
      complete: completeCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [...askedFaults, ...infoFaults, asFull],
      again: [...askedFaults, ...infoFaults, asDifferential],
      version: versionFaults,
      unique: uniqueFault,
      complete: completeFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const version = oddNumber(context, 11);
      const localAuthorizationList = await entries(context);
      const change = { versionNumber: version, localAuthorizationList, updateType: 'Differential' };
      await sends(context, change, 'VersionMismatch');
      // A CSMS that sends the whole list unasked (D01.FR.03) does so before, or between: it is taken.
      const whole = {
        versionNumber: version + 7,
        localAuthorizationList: localAuthorizationList.slice(1),
        updateType: 'Full',
      };
      judgeComplete(context, await sends(context, whole, 'Accepted', 'again'));
      await servedOn(context);
    },
  }),
]);
