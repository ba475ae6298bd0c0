/** The display of a 2.x charger: messages that it is given, lists, and takes away when they are over; and what a charge costs. */
import { extrasOf } from './extras.ts';
import { send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import { NOTHING } from './state.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import type { Payload } from './types.ts';
import { list } from './values.ts';

/** A message that is kept, as it was given. */
export interface Message {
  readonly info: Payload;
  /** Ends the wait for its end. */
  readonly stop: () => void;
}

/** Most messages that are kept. */
export const MAX_MESSAGES = 50;

/** Most messages in one NotifyDisplayMessages. */
const PER_CALL = 10;

const instant = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

const messagesOf = (station: Station): Map<unknown, Message> => {
  const extras = extrasOf(station);
  extras.messages ??= new Map();
  return extras.messages;
};

function forget(station: Station, id: unknown): boolean {
  const { messages } = station.extras ?? {};
  messages?.get(id)?.stop();
  return messages?.delete(id) ?? false;
}

/** Takes away the messages about a transaction that has ended (O02.FR.02). */
export function forgetMessagesOf(station: Station, transactionId: string): void {
  for (const [id, { info }] of station.extras?.messages ?? []) {
    if (info['transactionId'] === transactionId) forget(station, id);
  }
}

/** Why a message is not taken; undefined where it is. */
function refusal(station: Station, info: Payload): string | undefined {
  const { id, priority, transactionId } = info;
  const { format } = (info['message'] ?? NOTHING) as Payload;
  if (!list(station, 'DisplayMessageCtrlr.SupportedPriorities').includes(String(priority)))
    return 'NotSupportedPriority';
  if (!list(station, 'DisplayMessageCtrlr.SupportedFormats').includes(String(format)))
    return 'NotSupportedMessageFormat';
  const runs = station.evses.some(({ session }) => session?.transaction?.id === transactionId);
  if (transactionId !== undefined && !runs) return 'UnknownTransaction';
  const messages = messagesOf(station);
  // O01.FR.11
  return !messages.has(id) && messages.size >= MAX_MESSAGES ? 'Rejected' : undefined;
}

const setMessage: Handler = (station, asked) => {
  const info = (asked['message'] ?? NOTHING) as Payload;
  const status = refusal(station, info);
  if (status !== undefined) return { status };
  const messages = messagesOf(station);
  const { id, priority, endDateTime } = info;
  // O06.FR.01
  forget(station, id);
  if (priority === 'AlwaysFront') {
    // O01.FR.16, O02.FR.18
    for (const [other, message] of messages) if (message.info['priority'] === priority) forget(station, other);
  }
  const left = instant(endDateTime) - station.clock.now();
  if (Number.isNaN(left)) messages.set(id, { info, stop: () => {} });
  else if (left > 0) messages.set(id, { info, stop: later(station, left, () => forget(station, id)) });
  return { status: 'Accepted' };
};

const getMessages: Handler = (station, asked, after) => {
  const { id, priority, requestId, state } = asked;
  const found = [...messagesOf(station).values()]
    .map(({ info }) => info)
    .filter((info) => !Array.isArray(id) || id.includes(info['id']))
    .filter((info) => priority === undefined || info['priority'] === priority)
    .filter((info) => state === undefined || info['state'] === state);
  if (found.length === 0) return { status: 'Unknown' };
  after(() => {
    for (let from = 0; from < found.length; from += PER_CALL) {
      const tbc = from + PER_CALL < found.length;
      const messageInfo = found.slice(from, from + PER_CALL);
      send(station, 'NotifyDisplayMessages', { requestId, messageInfo, ...(tbc && { tbc }) });
    }
  });
  return { status: 'Accepted' };
};

export const displayHandlers2: Readonly<Record<string, Handler>> = {
  ClearDisplayMessage: (station, { id }) => ({ status: forget(station, id) ? 'Accepted' : 'Unknown' }),
  // Shown to whoever stands there (I02.FR.03).
  CostUpdated: () => NOTHING,
  GetDisplayMessages: getMessages,
  SetDisplayMessage: setMessage,
};
