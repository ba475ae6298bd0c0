/** Messages on the display of a 2.x station, as an operator sends them and as the station lists them. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { oddNumber } from './odds.ts';
import { ordered } from './orders.ts';
import { requestIdOf } from './reports.ts';

/** PICS id: a display, with tariffs, costs and messages. */
export const DISPLAY = 'UI-0';

export const setCheck = {
  ref: 'SetDisplayMessageRequest.message',
  level: 'SHALL',
  says: 'the CALL carries the message, when and how it is shown, and the id by which it is known',
} as const;

/** The other member of each pair: a fault takes the one that the operator does not want. */
const other = (value: unknown, one: string, two: string): string => (value === one ? two : one);

/** What may be wrong with a message; only what the operator says can be lost. */
export const setFaults = (message: Payload): readonly Fault[] => {
  const set = (change: Payload) => alter('SetDisplayMessage', { message: change });
  const { state, priority, startDateTime, endDateTime, transactionId } = message;
  return [
    set({ id: 1 }),
    set({ priority: other(priority ?? 'NormalCycle', 'InFront', 'AlwaysFront') }),
    set({ message: { content: 'another message' } }),
    set({ message: { format: other(at(message, 'message.format') ?? 'UTF8', 'ASCII', 'UTF8') } }),
    set({ message: { language: 'xx' } }),
    set({ state: other(state, 'Faulted', 'Idle') }),
    ...(state === undefined ? [] : [set({ state: null })]),
    set({ startDateTime: startDateTime === undefined ? '2031-01-01T00:00:00Z' : null }),
    set({ endDateTime: endDateTime === undefined ? '2031-01-01T00:00:00Z' : null }),
    ...(startDateTime === undefined ? [] : [set({ startDateTime: '2031-01-01T00:00:00Z' })]),
    ...(endDateTime === undefined ? [] : [set({ endDateTime: '2031-01-01T00:00:00Z' })]),
    set({ transactionId: transactionId === undefined ? 'SOMEBODYS' : null }),
    ...(transactionId === undefined ? [] : [set({ transactionId: 'ANOTHER' })]),
  ];
};

/** What the operator asks for: a message for everybody, at any time, unless told otherwise. */
export const wish = ({ random }: Pick<Context, 'random'>, more: Payload = {}): Payload => ({
  id: oddNumber({ random }, 1_000, 1e6),
  priority: 'NormalCycle',
  message: { format: 'UTF8', language: 'nl-NL', content: `Größe 17 €, ${randomWord(random, 12)}, déjà vu` },
  ...more,
});

/** The operator has a message shown; a check compares the CALL. */
export const sets = (context: Context, message: Payload, status = 'Accepted', id = 'asked'): Promise<Ordered> =>
  ordered(context, 'SetDisplayMessage', { message }, { status }, id);

/** The message as the CSMS sent it. @throws Unmet where that is none */
export function shown({ call }: Ordered): Payload {
  const { message } = call.payload;
  if (typeof at(message, 'id') !== 'number') throw new Unmet('the CALL carries no message with an id');
  return message as Payload;
}

/** The list of messages, one NotifyDisplayMessages for each, judged by the check `taken`. */
export async function lists(context: Context<'taken'>, order: Ordered, ...messages: readonly Payload[]): Promise<void> {
  for (const [i, message] of messages.entries()) {
    const reply = await context.station.call('NotifyDisplayMessages', {
      requestId: requestIdOf(order),
      tbc: i < messages.length - 1,
      messageInfo: [message],
    });
    context.check('taken', () => expect(reply).to.be.callResult());
  }
}
