/** CSMS, local authorization list in 1.6: GetLocalListVersion and SendLocalList. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';
import { ahead, oddNumber } from './states.v16.ts';

/** Feature profile of 1.6 (3.3). */
const LOCAL_LIST = 'LocalAuthListManagement';

interface Entry extends Payload {
  readonly idTag: string;
  readonly idTagInfo?: Payload;
}

const entriesOf = ({ localAuthorizationList }: Payload): readonly Entry[] =>
  Array.isArray(localAuthorizationList) ? localAuthorizationList : [];

/** The order of the entries means nothing. */
function sorted(order: Ordered): Ordered {
  const inOrder = (payload: Payload): Payload => {
    if (payload['localAuthorizationList'] === undefined) return payload;
    const name = ({ idTag }: Entry) => String(idTag).toLowerCase();
    const list = [...entriesOf(payload)].sort((one, other) => (name(one) < name(other) ? -1 : 1));
    return { ...payload, localAuthorizationList: list };
  };
  return { ...order, asked: inOrder(order.asked), call: { ...order.call, payload: inOrder(order.call.payload) } };
}

/** Every entry that the two kinds of list may have, with tokens that the CSMS knows and others. */
async function entries(context: Context): Promise<Entry[]> {
  const { token, random } = context;
  const [valid, second] = [await token('valid'), await token('second')];
  const made = () => `PP${randomWord(random, 12)}`;
  return [
    { idTag: valid.idToken, idTagInfo: { status: 'Accepted', expiryDate: ahead(context, 90 * 86_400) } },
    { idTag: second.idToken, idTagInfo: { status: 'Accepted', parentIdTag: made() } },
    { idTag: made(), idTagInfo: { status: 'Blocked' } },
    { idTag: made(), idTagInfo: { status: 'Expired', expiryDate: ahead(context, -86_400) } },
    { idTag: made(), idTagInfo: { status: 'Invalid' } },
  ];
}

const versionAsked = {
  ref: '5.10',
  level: 'SHALL',
  says: 'the CALL asks for the version and carries nothing',
} as const;
const versionAskedFault = alter('GetLocalListVersion', { listVersion: 1 });

const listAsked = {
  ref: '5.15',
  level: 'SHALL',
  says: 'the CALL carries the entries, the version and the kind of update that the operator gave',
} as const;

const onEntry = (name: string, change: (entry: Entry) => Entry | undefined) =>
  alter(
    'SendLocalList',
    (payload) => {
      const [first, ...others] = entriesOf(payload as Payload);
      const changed = first && change(first);
      return { ...(payload as Payload), localAuthorizationList: changed ? [changed, ...others] : others };
    },
    { name },
  );

const listAskedFaults = [
  alter('SendLocalList', { listVersion: 1 }),
  alter('SendLocalList', { localAuthorizationList: null }),
  onEntry('first entry lost', () => undefined),
  onEntry('other token', (entry) => ({ ...entry, idTag: 'ANOTHER' })),
  onEntry('other status', (entry) => ({ ...entry, idTagInfo: { ...entry.idTagInfo, status: 'ConcurrentTx' } })),
  onEntry('expiry lost', ({ idTag }) => ({ idTag, idTagInfo: { status: 'Accepted' } })),
];
const asFull = alter('SendLocalList', { updateType: 'Full' });
const asDifferential = alter('SendLocalList', { updateType: 'Differential' });

const versionCheck = {
  ref: 'E 3.52',
  level: 'SHALL',
  says: 'the version of a list that is sent is not 0 or -1',
} as const;
const versionFaults = [alter('SendLocalList', { listVersion: 0 }), alter('SendLocalList', { listVersion: -1 })];

const uniqueCheck = { ref: '6.41', level: 'SHALL', says: 'no token stands in the list twice' } as const;
const uniqueFault = alter(
  'SendLocalList',
  (payload) => {
    const list = entriesOf(payload as Payload);
    return { ...(payload as Payload), localAuthorizationList: [...list, ...list.slice(0, 1)] };
  },
  { name: 'first entry twice' },
);

/** The operator has a list sent; the checks judge what arrives. What a CSMS chooses itself has to make sense as well. */
async function sends(
  context: Context<'asked' | 'version' | 'unique'>,
  wish: Payload,
  status: string,
): Promise<Ordered> {
  const { operator, check } = context;
  const order = await operator.order('SendLocalList', wish);
  const { payload } = order.call;
  check('asked', () => expect(sorted(order)).to.carryWhatWasAsked());
  check('version', () => expect(payload['listVersion']).to.not.be.oneOf([0, -1]));
  check('unique', () => {
    const names = entriesOf(payload).map(({ idTag }) => String(idTag).toLowerCase());
    expect(new Set(names).size, 'different tokens').to.equal(names.length);
  });
  order.call.respond({ status });
  return order;
}

/** Answers a CSMS that asks for the version on its own account, as long as the case lasts. */
async function keepsVersion({ station }: Context, listVersion: number): Promise<void> {
  for (let call = await station.awaitCall('GetLocalListVersion'); call !== undefined; ) {
    call.respond({ listVersion });
    call = await station.awaitCall('GetLocalListVersion');
  }
}

/** What a station may say of the version of its list. */
const versions = [
  { id: 'not-supported', title: 'CSMS asks a station for a list that it can not have', octt: 'TC_042_1_CSMS', is: -1 },
  { id: 'empty', title: 'CSMS asks for the version of a list that is empty', octt: 'TC_042_2_CSMS', is: 0 },
  { id: 'some', title: 'CSMS asks for the version of a list', octt: undefined, is: 4_711 },
];

/** What a station may say of a whole list. */
const answers = [
  { id: 'accepted', title: 'CSMS sends a whole list', octt: 'TC_043_4_CSMS', status: 'Accepted' },
  {
    id: 'not-supported',
    title: 'CSMS goes on with a station that has no list',
    octt: 'TC_043_1_CSMS',
    status: 'NotSupported',
  },
  { id: 'failed', title: 'CSMS goes on with a station that fails at a list', octt: 'TC_043_3_CSMS', status: 'Failed' },
];

export default suite('csms/local-auth-list', 'Local authorization list (1.6)', [
  ...versions.map(({ id, title, octt, is }) =>
    testCase({
      id: `csms/local-auth-list/version-${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      ...(octt !== undefined && { octt: { '1.6': octt } }),
      feature: LOCAL_LIST,
      needs: ['GetLocalListVersion'],
      checks: { asked: versionAsked, servedOn: servedOnCheck },
      catches: { asked: versionAskedFault, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        await ordered(context, 'GetLocalListVersion', {}, { listVersion: is });
        await servedOn(context);
      },
    }),
  ),

  ...answers.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/local-auth-list/full-${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      octt: { '1.6': octt },
      feature: LOCAL_LIST,
      needs: ['SendLocalList'],
      checks: {
        asked: listAsked,
        version: versionCheck,
        unique: uniqueCheck,
        complete: { ref: '7.1', level: 'SHALL', says: 'in a whole list each entry tells what the token is' },
        servedOn: servedOnCheck,
      },
      catches: {
        asked: [...listAskedFaults, asDifferential],
        version: versionFaults,
        unique: uniqueFault,
        complete: onEntry('info lost', ({ idTag }) => ({ idTag })),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const localAuthorizationList = await entries(context);
        const wish = { listVersion: oddNumber(context, 2), localAuthorizationList, updateType: 'Full' };
        const { call } = await sends(context, wish, status);
        context.check('complete', () => {
          for (const { idTag, idTagInfo } of entriesOf(call.payload)) expect(idTagInfo, idTag).to.be.an('object');
        });
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/local-auth-list/full-of-nothing',
    title: 'CSMS takes all tokens from the list of a station',
    sut: 'csms',
    versions: ['1.6'],
    feature: LOCAL_LIST,
    needs: ['SendLocalList'],
    checks: {
      asked: { ref: '6.41', level: 'SHALL', says: 'the CALL is a full update with the version asked for' },
      empty: { ref: '6.41', level: 'SHALL', says: 'it carries no entry, with an empty list or with none' },
      version: versionCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [asDifferential, alter('SendLocalList', { listVersion: 1 })],
      empty: alter('SendLocalList', { localAuthorizationList: [{ idTag: 'LEFT', idTagInfo: { status: 'Accepted' } }] }),
      version: versionFaults,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check } = context;
      await booted(context);
      const wish = { listVersion: oddNumber(context, 2), updateType: 'Full' };
      const order = await operator.order('SendLocalList', wish);
      const { localAuthorizationList, ...others } = order.call.payload;
      check('asked', () => expect({ ...order, call: { ...order.call, payload: others } }).to.carryWhatWasAsked());
      check('empty', () => expect(localAuthorizationList ?? []).to.deep.equal([]));
      check('version', () => expect(others['listVersion']).to.not.be.oneOf([0, -1]));
      order.call.respond({ status: 'Accepted' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/local-auth-list/differential',
    title: 'CSMS changes single entries of the list of a station',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_043_5_CSMS' },
    feature: LOCAL_LIST,
    needs: ['GetLocalListVersion', 'SendLocalList'],
    checks: {
      asked: { ...listAsked, says: 'the CALL carries what to add and what to take out, and the version asked for' },
      version: versionCheck,
      newer: { ref: '5.15', level: 'SHALL', says: 'the version is above the one that the station has' },
      unique: uniqueCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [
        ...listAskedFaults,
        asFull,
        onEntry('added entry is taken out', ({ idTag }) => ({ idTag })),
        alter('SendLocalList', deletionsFilled, { name: 'entry to take out is blocked' }),
      ],
      version: versionFaults,
      newer: alter('SendLocalList', { listVersion: 11 }),
      unique: uniqueFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check, random } = context;
      await booted(context);
      const has = oddNumber(context, 11);
      const version = await operator.order('GetLocalListVersion', {});
      version.call.respond({ listVersion: has });
      void keepsVersion(context, has);
      await servedOn(context);
      const removed = [{ idTag: `PP${randomWord(random, 12)}` }, { idTag: `PP${randomWord(random, 12)}` }];
      const localAuthorizationList = [...(await entries(context)), ...removed];
      const wish = { listVersion: has + 2, localAuthorizationList, updateType: 'Differential' };
      const { call } = await sends(context, wish, 'Accepted');
      check('newer', () => expect(call.payload['listVersion']).to.be.above(has));
      await servedOn(context);
    },
  }),
]);

/** Entries that are to be taken out are sent as blocked ones. */
function deletionsFilled(payload: unknown): Payload {
  const list = entriesOf(payload as Payload).map((entry) => ({ idTagInfo: { status: 'Blocked' }, ...entry }));
  return { ...(payload as Payload), localAuthorizationList: list };
}
