/** Where a charger slips: on what is no plain CALL, or on what it promised. Only faults use it. */
import { type CsmsPolicy, rightPolicy } from '../csms/policy.ts';
import { slipOn, slipping } from '../csms/slips.ts';
import { type Fault, mergePatch } from '../judge/fault.ts';
import { at } from '../judge/path.ts';
import { decode } from '../ocppj/decode.ts';
import { encodeCall, encodeCallResult } from '../ocppj/encode.ts';
import type { Frame } from '../ocppj/frame.ts';
import { isWireSlip } from '../wire/raw/slips.ts';
import type { Transport } from '../wire/transport.ts';
import { csmsBehaviours } from './behaviours.ts';
import { CREDENTIAL_SLIPS, tlsSlips } from './credential-slips.ts';
import { isMishearing, type Mishearing, mishearings } from './mishearings.ts';
import type { TlsSlips } from './station-tls.ts';

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
  'dies-on-odd-values',
  'dies-on-strange-ids',
  'drops-unreadable',
  'echoes-numeric-ids',
  'hangs-up',
  'hangs-up-on-calls',
  'hangs-up-on-sends',
  'hangs-up-on-stray-answers',
  'invents-codes',
  'invents-ids',
  'serves-unknown-message-types',
  'serves-unreadable',
]);

/** Behaviours that only a charger can have. */
const OF_STATIONS = [
  /** After a reset no BootNotification is sent. */
  'boots-once',
  /** A BootNotification that was not answered is not sent again with the next connection. */
  'boots-once-a-start',
  /** The heartbeat interval in the answer to the boot is not heard. */
  'keeps-own-interval',
  /** A boot that was not accepted is sent again a second later, whatever interval was ordered. */
  'retries-at-once',
  /** A boot that was not accepted is never sent again. */
  'never-retries',
  /** It hangs up when it is not accepted. */
  'hangs-up-on-hold',
  /** It does not wait before it connects again. */
  'hurries-back',
  /** It registers with each connection. */
  'boots-at-every-connection',
  /** Readings outside of transactions end with the first transaction. */
  'meters-no-more',
  /** It dials where it always did. */
  'keeps-its-address',
  /** The new connection is there before the old one is closed. */
  'dials-before-it-hangs-up',
  /** Whatever subprotocol is agreed on is spoken. */
  'speaks-any-subprotocol',
  /** It goes wherever an answer to its handshake sends it, with its password. */
  'follows-redirects',
  /** Some attempts in vain are the last ones. */
  'gives-up',
  /** A connection that was lost is never made again. */
  'never-comes-back',
  /** After a restart no status is told. */
  'silent-after-restart',
  /** After a restart everything is available, whatever was ordered before. */
  'forgets-at-restart',
  /** Meter values that were due without a connection are lost. */
  'loses-meter-values',
  /** Asked once about a token, the CSMS is never asked about it again. */
  'asks-once',
  /** A master pass stops one transaction, and leaves the others. */
  'master-pass-stops-one',
  /** The CSMS is asked about one token, and about no other. */
  'asks-about-one',
  /** Energy is told to be offered in the first transaction alone. */
  'offers-once',
  ...CREDENTIAL_SLIPS,
] as const;
type OfStation = (typeof OF_STATIONS)[number];

const CHARGING = 'transactionInfo.chargingState';
const NO_ENERGY = { transactionInfo: { chargingState: 'EVConnected' } };

/** Meter values that are lost on each connection after the first. */
const LOST = 3;

/** Begins the name of a slip: a setting (`Key`, `Key=value`) or an order that is accepted and not heeded follows. */
const DEAF = 'deaf-to-';

/** What a running station remembers of its slips, over all its connections. */
export interface StationSlips {
  readonly policy: CsmsPolicy;
  readonly own: ReadonlySet<OfStation>;
  /** Keys (1.6) and variables (2.x) that are told to be set, and are not; orders that are told to be carried out. */
  readonly deaf: ReadonlySet<string>;
  readonly tls: TlsSlips;
  readonly mishears: readonly Mishearing[];
  /** It will never connect again. */
  dead: boolean;
  connections: number;
  /** Resets that were ordered. */
  resets: number;
  /** A transaction was told of. */
  charged: boolean;
  /** BootNotifications that left. */
  boots: number;
  /** Requests for certificates that left, or were to. */
  signings: number;
  refused: boolean;
  /** Tokens that the CSMS was asked about, and transactions that it was told of. */
  readonly seen: Set<unknown>;
}

const isOfStation = (name: string): name is OfStation => (OF_STATIONS as readonly string[]).includes(name);

/** True where a station can have the behaviour. */
export const isStationBehaviour = (name: string): boolean =>
  ON_THE_WIRE.has(name) || isOfStation(name) || isMishearing(name) || name.startsWith(DEAF) || isWireSlip(name);

/** @throws Error where a behaviour is none that a station can have */
export function stationSlips(faults: readonly Fault[]): StationSlips {
  const names = faults.flatMap(({ behaviour }) => (behaviour === undefined ? [] : [behaviour]));
  for (const name of names)
    if (!isStationBehaviour(name)) throw new Error(`no behaviour '${name}' of a station in the fault table`);
  const policy: CsmsPolicy = Object.assign({}, rightPolicy, ...names.map((name) => csmsBehaviours[name]));
  const deaf = new Set(names.flatMap((name) => (name.startsWith(DEAF) ? [name.slice(DEAF.length)] : [])));
  const own = new Set(names.filter(isOfStation));
  return {
    policy,
    own,
    tls: tlsSlips(own),
    deaf,
    mishears: names.filter(isMishearing).map((name) => mishearings[name]),
    dead: false,
    connections: 0,
    resets: 0,
    charged: false,
    boots: 0,
    signings: 0,
    refused: false,
    seen: new Set(),
  };
}

/** BootNotification of 2.x that nobody asked for. */
const BOOT = { reason: 'PowerUp', chargingStation: { vendorName: 'plugproof', model: 'station' } };

/** A transport on which the station slips; `bare` itself for one without these faults. */
export function slippingStation(bare: Transport, slips: StationSlips): Transport {
  const { policy, own, deaf, mishears } = slips;
  const heeds = deaf.size === 0 && mishears.length === 0;
  if (own.size === 0 && heeds && !Object.values(policy).some((on) => on)) return bare;
  const transport = slipping(bare, policy, () => {
    slips.dead = true;
  });
  let boot: string | undefined;
  let hear: (message: string) => void = () => {};
  let lost = 0;
  if (slips.connections++ > 0 && own.has('boots-at-every-connection'))
    transport.send(encodeCall('again', 'BootNotification', BOOT));

  /** What the model hears; undefined where the slip is all that comes of the message. */
  function heard(message: string | Uint8Array): string | Uint8Array | undefined {
    const frame = decode(message);
    if (frame.kind === 'callresult' && frame.id === boot) return registered(frame, message);
    if (frame.kind === 'call' && ignored(frame)) return undefined;
    if (frame.kind === 'call' && policy.hangsUp) transport.close(1000, 'enough');
    if (frame.kind === 'call' && frame.action === 'Reset') slips.resets++;
    const slip = frame.kind === 'call' ? mishears.find(({ action }) => action === frame.action) : undefined;
    if (frame.kind === 'call' && slip !== undefined)
      return encodeCall(frame.id, frame.action, slip.hears(frame.payload as Readonly<Record<string, unknown>>));
    if (frame.kind === 'call' && policy.cutsMessageIds && frame.id.length > 36) {
      transport.send(encodeCallResult(frame.id, {}));
      return undefined;
    }
    if (frame.kind !== 'malformed') return message;
    if (policy.diesOnMalformed) {
      slips.dead = true;
      transport.terminate();
      return undefined;
    }
    const answer = slipOn(frame, policy);
    if (answer !== undefined) transport.send(answer);
    return answer !== undefined || policy.dropsUnreadable ? undefined : message;
  }

  /** Says yes to a setting, or to an order, that it does not heed. */
  function ignored({ id, action, payload }: Extract<Frame, { kind: 'call' }>): boolean {
    const [item] = [at(payload, 'setVariableData')].flat();
    const name = action === 'ChangeConfiguration' ? at(payload, 'key') : at(item, 'variable.name');
    const set = `${String(name)}=${String(at(payload, 'value'))}`;
    if (slips.deaf.has(action)) {
      transport.send(encodeCallResult(String(id), { status: 'Accepted' }));
      return true;
    }
    if (!slips.deaf.has(String(name)) && !slips.deaf.has(set)) return false;
    const result = { attributeStatus: 'Accepted', component: at(item, 'component'), variable: at(item, 'variable') };
    const yes = action === 'ChangeConfiguration' ? { status: 'Accepted' } : { setVariableResult: [result] };
    transport.send(encodeCallResult(String(id), yes));
    return true;
  }

  function registered(frame: Extract<Frame, { kind: 'callresult' }>, message: string | Uint8Array) {
    const payload = frame.payload as Readonly<Record<string, unknown>>;
    const accepted = payload['status'] === 'Accepted';
    slips.refused = !accepted;
    if (!accepted && own.has('hangs-up-on-hold')) transport.close(1000, 'not accepted');
    if (accepted && own.has('keeps-own-interval')) return encodeCallResult(frame.id, { ...payload, interval: 900 });
    if (!accepted && own.has('retries-at-once')) return encodeCallResult(frame.id, { ...payload, interval: 1 });
    return message;
  }

  /** What leaves in place of a message; undefined for nothing. */
  function said(message: string | Uint8Array): string | Uint8Array | undefined {
    const frame = decode(message);
    if (frame.kind === 'callerror') {
      if (policy.blocksAfterError) slips.dead = true;
      const unknown = /^Not(Implemented|Supported)$/.test(frame.code);
      return unknown && policy.acceptsUnknownActions
        ? encodeCallResult(String(frame.id), { status: 'Accepted' })
        : message;
    }
    if (frame.kind !== 'call') return message;
    if (own.has('loses-meter-values') && slips.connections > 1 && frame.action === 'MeterValues' && lost < LOST) {
      lost++;
      hear(encodeCallResult(frame.id, {}));
      return undefined;
    }
    if (frame.action === 'BootNotification') {
      boot = frame.id;
      if (slips.boots > 0 && own.has('boots-once')) return undefined;
      if (slips.boots > slips.resets && own.has('boots-once-a-start')) return undefined;
      if (slips.refused && own.has('never-retries')) return undefined;
      slips.boots++;
    }
    if (frame.action === 'Authorize' && own.has('asks-once') && again(at(frame.payload, 'idToken'))) return undefined;
    if (
      frame.action === 'Authorize' &&
      own.has('asks-about-one') &&
      !again(at(frame.payload, 'idToken')) &&
      slips.seen.size > 1
    )
      return undefined;
    if (
      frame.action === 'TransactionEvent' &&
      own.has('master-pass-stops-one') &&
      at(frame.payload, 'transactionInfo.stoppedReason') === 'MasterPass' &&
      !again(at(frame.payload, 'transactionInfo.transactionId')) &&
      slips.seen.size > 1
    )
      return undefined;
    if (frame.action === 'TransactionEvent' && own.has('offers-once') && at(frame.payload, CHARGING) === 'Charging') {
      const id = at(frame.payload, 'transactionInfo.transactionId');
      const first = slips.seen.size === 0 || slips.seen.has(id);
      if (first) slips.seen.add(id);
      else return encodeCall(frame.id, frame.action, mergePatch(frame.payload, NO_ENERGY));
    }
    if (frame.action === 'TransactionEvent') slips.charged = true;
    if (frame.action === 'MeterValues' && slips.charged && own.has('meters-no-more')) return undefined;
    if (frame.action === 'StatusNotification' && slips.boots > 1 && own.has('silent-after-restart')) return undefined;
    if (
      frame.action === 'StatusNotification' &&
      (slips.boots > 1 || slips.resets > 1) &&
      own.has('forgets-at-restart')
    ) {
      const asIfNew = (value: unknown) => (value === 'Unavailable' || value === 'Reserved' ? 'Available' : value);
      const payload = frame.payload as Readonly<Record<string, unknown>>;
      const changed = Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, asIfNew(value)]));
      return encodeCall(frame.id, frame.action, changed);
    }
    return message;
  }

  function again(what: unknown): boolean {
    const text = JSON.stringify(what);
    const before = slips.seen.has(text);
    slips.seen.add(text);
    return before;
  }

  return {
    subprotocol: transport.subprotocol,
    attach: (events) => {
      hear = (message) => events.message(message);
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          const rest = heard(message);
          if (rest !== undefined) events.message(rest);
        },
      });
    },
    send: (message) => {
      const rest = said(message);
      if (rest !== undefined) transport.send(rest);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}
