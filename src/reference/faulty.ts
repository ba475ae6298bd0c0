/** Puts a fault between a reference SUT and the wire. */
import type { Clock } from '../clock.ts';
import type { Fault, Outgoing } from '../judge/fault.ts';
import { decode } from '../ocppj/decode.ts';
import type { Call } from '../ocppj/frame.ts';
import type { Transport } from '../wire/transport.ts';

/** A transport on which what goes out passes through `faults` first; what comes in is left alone. */
export function faulty(transport: Transport, faults: readonly Fault[], clock: Clock): Transport {
  const rewrites = faults.flatMap(({ rewrite }) => (rewrite ? [rewrite] : []));
  if (rewrites.length === 0) return transport;
  const asked = new Map<string, Call>();

  function outgoing(message: string | Uint8Array): Outgoing | undefined {
    const frame = decode(message);
    if (frame.kind === 'call') return { ...frame, text: frame.raw };
    if (frame.kind !== 'callresult' && frame.kind !== 'callerror') return undefined;
    const call = asked.get(frame.id);
    if (call === undefined) return undefined;
    const payload = frame.kind === 'callresult' ? frame.payload : frame.details;
    return { kind: frame.kind, action: call.action, id: frame.id, payload, text: frame.raw, request: call.payload };
  }

  return {
    subprotocol: transport.subprotocol,
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          const frame = decode(message);
          if (frame.kind === 'call') asked.set(frame.id, frame);
          events.message(message);
        },
      }),
    send: (message) => {
      const out = outgoing(message);
      const deliveries = out && first(rewrites, (rewrite) => rewrite(out));
      if (deliveries === undefined) {
        transport.send(message);
        return;
      }
      for (const { text, afterMs } of deliveries) {
        if (afterMs === undefined) transport.send(text);
        else clock.setTimeout(() => transport.send(text), afterMs);
      }
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
