/** Where a charger slips on what is no plain CALL, or forgets what it promised. Only faults use it. */

import { type CsmsPolicy, rightPolicy } from '../csms/policy.ts';
import { slipOn, slipping } from '../csms/slips.ts';
import type { Fault } from '../judge/fault.ts';
import { decode } from '../ocppj/decode.ts';
import { encodeCallResult } from '../ocppj/encode.ts';
import type { Transport } from '../wire/transport.ts';
import { csmsBehaviours } from './behaviours.ts';

/** Behaviours of the wire that either side can have, by their names in the fault table. */
const ON_THE_WIRE: ReadonlySet<string> = new Set([
  'accepts-unknown-actions',
  'answers-stray-answers',
  'answers-an-id-once',
  'answers-ids-from-memory',
  'answers-sends',
  'blocks-after-error',
  'cuts-message-ids',
  'dies-on-malformed',
  'dies-on-strange-ids',
  'drops-unreadable',
  'echoes-numeric-ids',
  'hangs-up-on-calls',
  'hangs-up-on-sends',
  'hangs-up-on-stray-answers',
  'invents-codes',
  'invents-ids',
  'serves-unknown-message-types',
  'serves-unreadable',
]);

/** True where a station can have the behaviour. */
export const isStationBehaviour = (name: string): boolean => ON_THE_WIRE.has(name);

export interface StationSlips {
  readonly policy: CsmsPolicy;
  /** It will never connect again. */
  dead: boolean;
}

/** @throws Error where a behaviour is none that a station can have */
export function stationSlips(faults: readonly Fault[]): StationSlips {
  const names = faults.flatMap(({ behaviour }) => (behaviour === undefined ? [] : [behaviour]));
  for (const name of names)
    if (!isStationBehaviour(name)) throw new Error(`no behaviour '${name}' of a station in the fault table`);
  const policy: CsmsPolicy = Object.assign({}, rightPolicy, ...names.map((name) => csmsBehaviours[name]));
  return { policy, dead: false };
}

/** A transport on which the station slips; `bare` itself for one without these faults. */
export function slippingStation(bare: Transport, slips: StationSlips): Transport {
  const { policy } = slips;
  if (!Object.values(policy).some((on) => on)) return bare;
  const die = () => {
    slips.dead = true;
  };
  const transport = slipping(bare, policy, die);

  /** What the model would not do: true where that is all that comes of the message. */
  function slipped(message: string | Uint8Array): boolean {
    const frame = decode(message);
    if (frame.kind === 'call' && policy.cutsMessageIds && frame.id.length > 36) {
      transport.send(encodeCallResult(frame.id, {}));
      return true;
    }
    if (frame.kind !== 'malformed') return false;
    if (policy.diesOnMalformed) {
      die();
      transport.terminate();
      return true;
    }
    const slip = slipOn(frame, policy);
    if (slip !== undefined) transport.send(slip);
    return slip !== undefined || policy.dropsUnreadable;
  }

  return {
    subprotocol: transport.subprotocol,
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          if (!slipped(message)) events.message(message);
        },
      }),
    send: (message) => {
      const frame = decode(message);
      if (frame.kind === 'callerror' && policy.blocksAfterError) die();
      const unknown = frame.kind === 'callerror' && /^Not(Implemented|Supported)$/.test(frame.code);
      if (unknown && policy.acceptsUnknownActions)
        transport.send(encodeCallResult(frame.id ?? '', { status: 'Accepted' }));
      else transport.send(message);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}
