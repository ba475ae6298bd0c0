/** Local authorization lists of OCPP 2.x, as an operator has them sent: entries, checks of a list, and its faults. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { ahead } from './odds.ts';
import { orderedAmongst, sortedBy } from './orders.v2.ts';

/** PICS id: the local list. */
export const LOCAL_LIST = 'LA-0';

export interface Entry extends Payload {
  readonly idToken: { readonly idToken: string; readonly type: string };
  readonly idTokenInfo?: Payload;
}

/** Entries of a SendLocalList. */
export const entriesOf = ({ localAuthorizationList }: Payload): readonly Entry[] =>
  Array.isArray(localAuthorizationList) ? localAuthorizationList : [];

export const nameOf = (item: Payload): string => {
  const { idToken } = item as Entry;
  return `${idToken?.type} ${String(idToken?.idToken).toLowerCase()}`;
};

/** The order of the entries means nothing. */
export const inOrder = sortedBy('localAuthorizationList', nameOf);

/** Every kind of entry, of tokens that the CSMS knows and of others. */
export async function entries(context: Context): Promise<Entry[]> {
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
export const removals = ({ random }: Pick<Context, 'random'>): Entry[] =>
  [1, 2].map(() => ({ idToken: { idToken: `PP${randomWord(random, 12)}`, type: 'Central' } }));

export const askedCheck = {
  ref: 'D01.FR.01',
  level: 'SHALL',
  says: 'the CALL carries the entries, the version and the kind of update that the operator gave',
} as const;

const onEntries = (name: string, change: (entries: readonly Entry[]) => readonly Entry[]) =>
  alter(
    'SendLocalList',
    (payload) => ({ ...(payload as Payload), localAuthorizationList: change(entriesOf(payload as Payload)) }),
    { name: `AuthorizationData ${name}` },
  );
export const onFirst = (name: string, change: (entry: Entry) => Payload) =>
  onEntries(name, ([first, ...others]) => (first ? [change(first) as Entry, ...others] : others));

export const askedFaults = [
  alter('SendLocalList', { versionNumber: 1 }),
  alter('SendLocalList', { localAuthorizationList: null }),
  onEntries('first entry lost', (all) => all.slice(1)),
  onFirst('other token', (entry) => ({ ...entry, idToken: { ...entry.idToken, idToken: 'ANOTHER' } })),
  onFirst('other type', (entry) => ({ ...entry, idToken: { ...entry.idToken, type: 'eMAID' } })),
];
export const infoFaults = [
  onFirst('other status', (entry) => ({ ...entry, idTokenInfo: { ...entry.idTokenInfo, status: 'NoCredit' } })),
  onFirst('more than asked', (entry) => ({ ...entry, idTokenInfo: { ...entry.idTokenInfo, chargingPriority: 9 } })),
  onEntries('info reduced to status', (all) =>
    all.map((entry) => ({ ...entry, idTokenInfo: { status: entry.idTokenInfo?.['status'] } })),
  ),
];
export const asFull = alter('SendLocalList', { updateType: 'Full' });
export const asDifferential = alter('SendLocalList', { updateType: 'Differential' });

export const versionCheck = {
  ref: 'D01.FR.18',
  level: 'SHALL',
  says: 'the version of a list that is sent is above 0',
} as const;
export const versionFaults = [
  alter('SendLocalList', { versionNumber: 0 }),
  alter('SendLocalList', { versionNumber: -1 }),
];

export const uniqueCheck = { ref: 'D01.FR.06', level: 'SHALL', says: 'no token stands in the list twice' } as const;
export const uniqueFault = onEntries('first entry twice', (all) => [...all, ...all.slice(0, 1)]);

export const completeCheck = {
  ref: 'SendLocalListRequest.localAuthorizationList.idTokenInfo',
  level: 'SHALL',
  says: 'in a whole list each entry tells what the token is',
} as const;
export const completeFault = onFirst('info lost', ({ idToken }) => ({ idToken }));

export const newerCheck = {
  ref: 'SendLocalListRequest.versionNumber',
  level: 'SHALL',
  says: 'a change makes a version above the one that the station has: it takes no other',
} as const;

type Sound = 'version' | 'unique';

/** What holds of every list, whoever chose its entries. */
export function judgeList({ check }: Context<Sound>, { payload }: IncomingCall): void {
  check('version', () => expect(payload['versionNumber']).to.be.above(0));
  check('unique', () => {
    const names = entriesOf(payload).map(nameOf);
    expect(new Set(names).size, 'different tokens').to.equal(names.length);
  });
}

/** The operator has a list sent; the check `asked`, or another, compares it. */
export async function sends(
  context: Context<Sound>,
  wish: Payload,
  status: string,
  id = 'asked',
): Promise<IncomingCall> {
  const { call } = await orderedAmongst<string>(
    context,
    'SendLocalList',
    wish,
    { status },
    {
      id,
      others: { status: 'Accepted' },
      sorted: inOrder,
    },
  );
  judgeList(context, call);
  return call;
}

/** Judges the check `complete`. */
export function judgeComplete({ check }: Context<'complete'>, { payload }: IncomingCall): void {
  check('complete', () => {
    for (const { idToken, idTokenInfo } of entriesOf(payload)) expect(idTokenInfo, idToken?.idToken).to.be.an('object');
  });
}

/** The station tells the version of its list, and again whenever the CSMS asks for it on its own account. */
export async function tellsVersion(context: Context<'version'>, versionNumber: number): Promise<void> {
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
