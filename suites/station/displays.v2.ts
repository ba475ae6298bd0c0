/** Messages on the display of a 2.x charger: set, listed, and taken back. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { inEssence } from '../../src/judge/same-order.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { ask } from './optional.ts';
import { members } from './states.auth.v2.ts';
import { quiet, ready } from './states.ts';

/** PICS id: a display, with tariffs, costs and messages. */
export const DISPLAY = 'UI-0';

export const PRIORITIES = ['NormalCycle', 'InFront', 'AlwaysFront'] as const;
export const FORMATS = ['UTF8', 'ASCII', 'HTML', 'URI'] as const;
export const STATES = ['Charging', 'Faulted', 'Idle', 'Unavailable'] as const;
export type Priority = (typeof PRIORITIES)[number];
export type Format = (typeof FORMATS)[number];

/** What the station says it can show. */
export interface Abilities {
  readonly priorities: readonly string[];
  readonly formats: readonly string[];
}

const CTRLR = 'DisplayMessageCtrlr';

/** Registered and quiet; what the display can do. */
export async function display(context: Context): Promise<Abilities> {
  await ready(context);
  await quiet(context);
  return {
    priorities: await members(context, CTRLR, 'SupportedPriorities'),
    formats: await members(context, CTRLR, 'SupportedFormats'),
  };
}

/** A text of the format. */
const CONTENT: Readonly<Record<Format, (word: string) => string>> = {
  UTF8: (word) => `Größe 17 €, ${word}, déjà vu`,
  ASCII: (word) => `Please charge, ${word}`,
  HTML: (word) => `<p>Please charge, ${word}</p>`,
  URI: (word) => `https://example.org/${word}.png`,
};

export const newId = ({ random }: Pick<Context, 'random'>): number => 1 + Math.floor(random() * 1_000_000);

/** A message in a format and with a priority that the station has, unless `more` says otherwise. */
export function message(context: Context, { formats, priorities }: Abilities, more: Payload = {}): Payload {
  const format = FORMATS.find((one) => formats.includes(one)) ?? 'UTF8';
  return {
    id: newId(context),
    priority: PRIORITIES.find((one) => priorities.includes(one)) ?? 'NormalCycle',
    message: written(context, format),
    ...more,
  };
}

export const written = ({ random }: Pick<Context, 'random'>, format: Format): Payload => ({
  format,
  language: 'en-US',
  content: CONTENT[format](randomWord(random, 10)),
});

/** Has a message shown; it is taken back when the case is over. */
export async function show(context: Context, info: Payload): Promise<Reply> {
  const { after, csms } = context;
  const reply = await ask(context, DISPLAY, 'SetDisplayMessage', { message: info });
  after(() => csms.call('ClearDisplayMessage', { id: info['id'] }));
  return reply;
}

/** The station shows a message. @throws Unmet where it does not take it */
export async function shown(context: Context, info: Payload): Promise<Payload> {
  const reply = await show(context, info);
  if (reply.payload['status'] !== 'Accepted')
    throw new Unmet(`a message was to be shown, and the station answered ${describe(reply)}`);
  return info;
}

/** What the station listed for the asking. */
export interface Listing {
  readonly reply: Reply;
  readonly requestId: number;
  readonly calls: readonly IncomingCall[];
  readonly messages: readonly Payload[];
}

/** Asks for the messages that fit, for all where nothing is said, and waits for the last part of them. */
export async function listing(context: Context, filter: Payload = {}): Promise<Listing> {
  const { csms } = context;
  const requestId = newId(context);
  const since = csms.mark;
  const reply = await ask(context, DISPLAY, 'GetDisplayMessages', { requestId, ...filter });
  if (reply.payload['status'] === 'Accepted')
    await csms.awaitCall('NotifyDisplayMessages', { since, where: ({ tbc }) => tbc !== true });
  await quiet(context);
  const calls = csms.calls(since, 'NotifyDisplayMessages');
  const messages = calls.flatMap(({ payload: { messageInfo } }) => (Array.isArray(messageInfo) ? messageInfo : []));
  return { reply, requestId, calls, messages };
}

/** Members that a station adds without changing what was asked of it. */
const FREE = ['display', 'customData'];

/** Judges that the station listed the messages, as they were set, and none of the others. Those of others are its own. */
export function expectListed({ reply, requestId, calls, messages }: Listing, wanted: readonly Payload[]): void {
  expect(reply).to.be.callResult({ status: 'Accepted' });
  expect(calls.length, 'NotifyDisplayMessages').to.be.at.least(1);
  expect(new Set(calls.map(({ payload }) => payload['requestId'])), 'requestId').to.deep.equal(new Set([requestId]));
  const parts = calls.map(({ payload }) => payload['tbc'] === true);
  expect(parts, 'tbc, in each part').to.deep.equal(parts.map((_, i) => i < parts.length - 1));
  for (const info of wanted) {
    const told = messages.filter(({ id }) => id === info['id']);
    expect(
      told.map((one) => inEssence(one, FREE)),
      `message ${String(info['id'])}`,
    ).to.deep.equal([inEssence(info)]);
  }
}

/** Judges that none of the messages is listed. */
export function expectUnlisted({ reply, messages }: Listing, ids: readonly unknown[]): void {
  expect(reply.kind, describe(reply)).to.equal('callresult');
  expect(messages.filter(({ id }) => ids.includes(id))).to.deep.equal([]);
}

/** Judges that nothing fits what was asked for. */
export function expectNone({ reply, calls }: Listing): void {
  expect(reply).to.be.callResult({ status: 'Unknown' });
  expect(calls.length, 'NotifyDisplayMessages').to.equal(0);
}

/** Each listed message changed. */
const told = (name: string, change: (info: Payload) => Payload): Fault =>
  alter(
    'NotifyDisplayMessages',
    (payload) => {
      const { messageInfo, ...rest } = payload as { messageInfo?: readonly Payload[] };
      return { ...rest, messageInfo: (messageInfo ?? []).map(change) };
    },
    { name },
  );

/** A list that is not what was set. */
export const listFaults: readonly Fault[] = [
  alter('GetDisplayMessages', { status: 'Unknown' }),
  alter('NotifyDisplayMessages', { requestId: 0 }),
  alter('NotifyDisplayMessages', { messageInfo: null }),
  alter('NotifyDisplayMessages', { tbc: true }),
  told('another-text', (info) => ({ ...info, message: { ...(info['message'] as Payload), content: 'another text' } })),
  told('another-format', (info) => ({ ...info, message: { ...(info['message'] as Payload), format: 'HTML' } })),
  told('another-priority', (info) => ({
    ...info,
    priority: info['priority'] === 'InFront' ? 'NormalCycle' : 'InFront',
  })),
  told('another-state', (info) => ({ ...info, state: info['state'] === 'Faulted' ? 'Idle' : 'Faulted' })),
  told('another-transaction', (info) => ({ ...info, transactionId: 'PP-OTHER' })),
  told('another-end', (info) => ({ ...info, endDateTime: '2031-01-01T00:00:00Z' })),
];

/** What is over, or fits nothing, is listed all the same. */
export const listsAll = alter('GetDisplayMessages', { status: 'Accepted' });

/** Judges that of two messages that are always in front the second takes the place of the first. @returns the second */
export async function judgePlace(
  context: Context<'accepted' | 'gone' | 'listed'>,
  make: () => Payload,
): Promise<Payload> {
  const { check } = context;
  const [first, second] = [make(), make()];
  for (const info of [first, second]) {
    const reply = await show(context, info);
    check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  }
  const gone = await listing(context, { id: [first['id']] });
  check('gone', () => expectNone(gone));
  const told = await listing(context, { id: [second['id']] });
  check('listed', () => expectListed(told, [second]));
  return second;
}
