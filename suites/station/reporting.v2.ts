/** What a 2.x charger reports of its device model: asked for, gathered part by part, and judged in its form. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, duplicate, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { quiet } from './states.ts';

/** One entry of reportData. */
export type Item = Payload;

export interface Report {
  readonly reply: Reply;
  /** Every NotifyReport under the number of the request, also those that came after the last part. */
  readonly parts: readonly IncomingCall[];
  readonly items: readonly Item[];
}

export const itemsOf = ({ payload }: Pick<IncomingCall, 'payload'>): readonly Item[] =>
  (payload['reportData'] ?? []) as readonly Item[];

/** What an item is about: `evse//1//availabilitystate/`, since names are the same in capital and small letters. */
export const named = (one: Item): string =>
  [
    at(one, 'component.name'),
    at(one, 'component.instance'),
    at(one, 'component.evse.id'),
    at(one, 'component.evse.connectorId'),
    at(one, 'variable.name'),
    at(one, 'variable.instance'),
  ]
    .join('/')
    .toLowerCase();

/** `component.variable` of an item, in small letters. */
export const keyOf = (one: Item): string => `${at(one, 'component.name')}.${at(one, 'variable.name')}`.toLowerCase();

/** True for an item of `Component.Variable`, in whichever letters. */
export const isKey = (one: Item, key: string): boolean => keyOf(one) === key.toLowerCase();

export const attributesOf = (one: Item): readonly Payload[] => (one['variableAttribute'] ?? []) as readonly Payload[];

/** The actual value of an item; undefined where it has none. */
export const actualOf = (one: Item | undefined): unknown =>
  one && attributesOf(one).find(({ type = 'Actual' }) => type === 'Actual')?.['value'];

/** Asks for a report and gathers what comes of it. */
export async function askReport(
  context: Pick<Context, 'csms' | 'dialect' | 'random'>,
  action: 'GetBaseReport' | 'GetReport',
  asked: Payload,
): Promise<Report> {
  const { csms, random } = context;
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const own = (payload: Payload) => payload['requestId'] === requestId;
  const reply = await csms.call(action, { requestId, ...asked });
  let part =
    reply.payload['status'] === 'Accepted' ? await csms.awaitCall('NotifyReport', { since, where: own }) : undefined;
  while (part?.payload['tbc'] === true) {
    const from = csms.calls(0).indexOf(part) + 1;
    part = await csms.awaitCall('NotifyReport', { since: from, where: own });
  }
  if (csms.connected && reply.kind === 'callresult') await quiet(context);
  const parts = csms.calls(since, 'NotifyReport').filter(({ payload }) => own(payload));
  return { reply, parts, items: parts.flatMap(itemsOf) };
}

/** @throws Unmet where the station says that it makes no such reports at all */
export function supported({ reply }: Pick<Report, 'reply'>): void {
  const none =
    reply.payload['status'] === 'NotSupported' || ['NotSupported', 'NotImplemented'].includes(String(reply.code));
  if (none)
    throw new Unmet(
      `the station does not make such reports (${reply.code ?? 'NotSupported'}): declare ADM in sut.without`,
    );
}

/** Checks of the form of a report, with the faults that trip them. */
export const form = {
  accepted: { ref: 'B07.FR.01', level: 'SHALL', says: 'the request is accepted' },
  comes: { ref: 'B07.FR.03', level: 'SHALL', says: 'the report comes, under the number of the request' },
  numbered: {
    ref: 'B07.FR.10',
    level: 'SHALL',
    says: 'its parts are numbered from 0, and only the last says that it is the last',
  },
  once: { ref: 'NotifyReportRequest.reportData', level: 'SHALL', says: 'no variable is reported twice' },
  dated: { ref: 'NotifyReportRequest.generatedAt', level: 'SHALL', says: 'each part says when it was made' },
} as const;

/** The same of the reports that are put together by criteria. */
export const customForm = {
  ...form,
  accepted: { ...form.accepted, ref: 'B08.FR.01' },
  comes: { ...form.comes, ref: 'B08.FR.03' },
  numbered: { ...form.numbered, ref: 'B08.FR.14' },
} as const;

/** Changes the parts of a report. */
export const part = (name: string, change: (payload: Payload) => Payload): Fault =>
  alter('NotifyReport', (payload) => change(payload as Payload), { name, kind: 'call' });

/** Changes the items of a report. */
export const items = (name: string, change: (all: readonly Item[]) => readonly Item[]): Fault =>
  part(name, (payload) => ({ ...payload, reportData: change(itemsOf({ payload })) }));

export const formFaults = (action: 'GetBaseReport' | 'GetReport') =>
  ({
    accepted: alter(action, { status: 'Rejected' }),
    comes: [drop('NotifyReport'), alter('NotifyReport', { requestId: 7 })],
    numbered: [
      part('numbered from 1', (payload) => ({ ...payload, seqNo: Number(payload['seqNo']) + 1 })),
      part('never the last', (payload) => ({ ...payload, tbc: true })),
      duplicate('NotifyReport'),
    ],
    once: items('each item twice', (all) => [...all, ...all]),
    dated: alter('NotifyReport', { generatedAt: '2020-01-01T00:00:00Z' }),
  }) as const;

/** Judges the form of a report that had to be accepted. */
export function judgeForm({ check }: Pick<Context<keyof typeof form>, 'check'>, { reply, parts, items }: Report): void {
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  check('comes', () => expect(items.length, 'items of the report').to.be.at.least(1));
  check('numbered', () => {
    expect(parts.map(({ payload }) => payload['seqNo'])).to.deep.equal(parts.map((_, i) => i));
    expect(parts.map(({ payload }) => payload['tbc'] ?? false)).to.deep.equal(
      parts.map((_, i) => i < parts.length - 1),
    );
  });
  const names = items.map(named);
  check('once', () => expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]));
  check('dated', () => {
    for (const { payload } of parts) expect(payload['generatedAt']).to.be.recentInstant();
  });
}
