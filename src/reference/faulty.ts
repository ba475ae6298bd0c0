/** Puts a fault between a reference SUT and the wire. */
import type { Clock } from '../clock.ts';
import type { Fault, Outgoing } from '../judge/fault.ts';
import { decode } from '../ocppj/decode.ts';
import type { Call } from '../ocppj/frame.ts';
import type { Transport } from '../wire/transport.ts';

/** A transport on which what goes out passes through `faults` first, and what comes in through what they hear. */
export function faulty(transport: Transport, faults: readonly Fault[], clock: Clock): Transport {
  const rewrites = faults.flatMap(({ rewrite }) => (rewrite ? [rewrite] : []));
  const hearings = faults.flatMap(({ hears }) => (hears ? [hears] : []));
  if (rewrites.length + hearings.length === 0) return transport;
  const asked = new Map<string, Call>();
  const own = new Map<string, Call>();

  function named(message: string | Uint8Array, calls: ReadonlyMap<string, Call>): Outgoing | undefined {
    const frame = decode(message);
    if (frame.kind === 'call') return { ...frame, text: frame.raw };
    if (frame.kind !== 'callresult' && frame.kind !== 'callerror') return undefined;
    const call = calls.get(frame.id);
    if (call === undefined) return undefined;
    const payload = frame.kind === 'callresult' ? frame.payload : frame.details;
    return { kind: frame.kind, action: call.action, id: frame.id, payload, text: frame.raw, request: call.payload };
  }

  function noted(message: string | Uint8Array, calls: Map<string, Call>): void {
    const frame = decode(message);
    if (frame.kind === 'call') calls.set(frame.id, frame);
  }

  function send(message: string | Uint8Array): void {
    const out = named(message, asked);
    const deliveries = out && first(rewrites, (rewrite) => rewrite(out));
    if (deliveries === undefined) {
      transport.send(message);
      return;
    }
    for (const { text, afterMs, hangsUp } of deliveries) {
      if (hangsUp) transport.close();
      else if (afterMs === undefined) transport.send(text);
      else clock.setTimeout(() => transport.send(text), afterMs);
    }
  }

  return {
    subprotocol: transport.subprotocol,
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          noted(message, asked);
          const come = hearings.length === 0 ? undefined : named(message, own);
          const heard = come && first(hearings, (hears) => hears(come, (text) => transport.send(text)));
          for (const text of heard ?? [message]) {
            noted(text, asked);
            events.message(text);
          }
        },
      }),
    send: (message) => {
      noted(message, own);
      send(message);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
