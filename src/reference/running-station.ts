/** A reference station on a wire: dials as its model asks, passes what it sends through faults, lends it hands. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../clock.ts';
import { dialects } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import type { Access } from '../station/access.ts';
import type { StationSetup } from '../station/settings.ts';
import { createStation } from '../station/station.ts';
import type { ChargingStation } from '../station/types.ts';
import type { Actuator, Gesture, GestureRequest } from '../sut/actuators/actuator.ts';
import { ActuatorError } from '../sut/actuators/actuator.ts';
import { basicToken } from '../sut/system-under-test.ts';
import type { Dialer, Transport } from '../wire/transport.ts';
import { slippingCredentials } from './credential-slips.ts';
import { faulty } from './faulty.ts';
import { slippingNotary } from './station-notary.ts';
import { type StationSlips, slippingStation, stationSlips } from './station-slips.ts';
import type { TlsSlips } from './station-tls.ts';

export interface RunningOptions {
  readonly setup: StationSetup;
  /** The way to the CSMS, for the credentials that it has now. */
  readonly dialer: (access: Access, slips: TlsSlips) => Dialer;
  /** Path of the endpoint, without the identity. */
  readonly basePath: string;
  readonly clock: Clock;
  readonly schemas: MessageSchemas;
  readonly random: () => number;
  readonly faults: readonly Fault[];
}

/** What another system limits it to, in amperes per phase. */
const EXTERNAL_LIMIT_A = 9;

type Hand = (station: ChargingStation, request: GestureRequest) => void;

/** Gestures that reach the model; it has no reader that holds a token. */
const HANDS: Partial<Readonly<Record<Gesture, Hand>>> = {
  plugIn: (station, { evseId }) => station.plugIn(evseId),
  plugOut: (station, { evseId }) => station.plugOut(evseId),
  plugHalfway: (station, { evseId }) => station.plugHalfway(evseId),
  presentToken: (station, { evseId, token }) => {
    if (token === undefined) throw new ActuatorError('no token is named');
    station.presentToken(evseId, token.idToken, token.type);
  },
  evReady: (station, { evseId }) => station.evReady(evseId),
  evSuspends: (station, { evseId }) => station.evSuspends(evseId),
  evStops: (station, { evseId }) => station.evStops(evseId),
  raiseFault: (station, { evseId }) => station.raiseFault(evseId),
  clearFault: (station, { evseId }) => station.clearFault(evseId),
  driveIn: (station, { evseId }) => station.driveIn(evseId),
  driveAway: (station, { evseId }) => station.driveAway(evseId),
  powerCycle: (station) => station.powerCycle(),
  state: (station, { evseId, state }) => {
    if (state?.name === 'externalLimit') station.limitFromOutside(state.on ? EXTERNAL_LIMIT_A : undefined);
    else if (state?.name === 'evRenegotiates') station.evRenegotiates(evseId);
    else if (state?.name === 'unlockFailed' || state?.name === 'refusedLocalAuthList')
      station.trouble(state.name, state.on, evseId);
    else throw new ActuatorError(`the reference station has no state ${state?.name}`);
  },
};

/** Close code of a connection that ended without a close. */
const LOST = 1006;

/** Wait of a station that does not wait. */
const HURRY_MS = 100;

export class RunningStation {
  readonly identity: string;
  readonly #options: RunningOptions;
  readonly #station: ChargingStation;
  readonly #slips: StationSlips;
  #transport: Transport | undefined;
  #networkUp = true;
  #ended = false;
  /** What it was first given. */
  #first: Access | undefined;
  /** Highest security profile that it was told to use. */
  #highest: Access['profile'] = 0;
  #distrusted = false;
  #dials = 0;
  /** A connection that was left open. */
  #left: Transport | undefined;
  #failures = 0;

  constructor(options: RunningOptions) {
    const { setup, clock, random, schemas } = options;
    this.identity = setup.identity;
    this.#options = options;
    this.#slips = stationSlips(options.faults);
    this.#station = createStation(setup, {
      clock,
      random,
      schemas,
      notary: slippingNotary(this.#slips),
      wire: {
        send: (text) => this.#transport?.send(text),
        close: (code, reason) => {
          if (!this.#slips.own.has('dials-before-it-hangs-up')) return this.#transport?.close(code, reason);
          this.#left = this.#transport;
          this.#transport = undefined;
          this.#station.closed(code);
        },
        reconnect: (delayMs) => {
          clock.setTimeout(() => void this.#dial(), this.#slips.own.has('hurries-back') ? HURRY_MS : delayMs);
        },
      },
    });
  }

  get connected(): boolean {
    return this.#transport !== undefined;
  }

  /** Dials for the first time. */
  start(): void {
    void this.#dial();
  }

  can(gesture: Gesture): boolean {
    return gesture in HANDS || gesture === 'cutNetwork' || gesture === 'restoreNetwork';
  }

  /** @throws ActuatorError where it has no such hands */
  perform(request: GestureRequest): void {
    const { gesture, evseId } = request;
    if (gesture === 'cutNetwork' || gesture === 'restoreNetwork') {
      this.#networkUp = gesture === 'restoreNetwork';
      if (!this.#networkUp) this.#transport?.terminate();
      return;
    }
    const hand = HANDS[gesture];
    if (hand === undefined) throw new ActuatorError(`the reference station does not know ${gesture}`);
    const { evses } = this.#station.settings;
    if (evseId < 1 || evseId > evses)
      throw new ActuatorError(`it has ${evses} EVSEs, and none with the number ${evseId}`);
    hand(this.#station, request);
  }

  /** It never connects again: what a fault below the messages does. */
  die(): void {
    this.#slips.dead = true;
  }

  end(): void {
    this.#ended = true;
    this.#station.end();
    this.#transport?.close(1001, 'the station ends');
  }

  /** What it dials with: what its model says, unless it slips. */
  #access(): Access {
    const { own } = this.#slips;
    const { access } = this.#station;
    this.#first ??= access;
    if (access.profile > this.#highest) this.#highest = access.profile;
    const { password, certificate, roots, profile } = this.#first;
    return {
      ...access,
      ...(own.has('keeps-password') && { password }),
      ...(own.has('keeps-certificate') && { certificate }),
      ...(own.has('keeps-roots') && { roots }),
      ...(own.has('trusts-the-newest-root-alone') && { roots: access.roots.slice(-1) }),
      ...(own.has('keeps-profile') && { profile }),
      ...(own.has('never-falls-back') && { profile: this.#highest }),
      ...(own.has('shows-certificate-once') && this.#dials > 0 && { certificate: undefined }),
      ...(own.has('shows-no-certificate') && { certificate: undefined }),
      ...(own.has('falls-back-to-plain') && this.#distrusted && { profile: 1 as const }),
    };
  }

  /** Its password as it would be configured. */
  #configured({ password = new Uint8Array() }: Access): string {
    if (this.#options.setup.version !== '1.6') return new TextDecoder().decode(password);
    return [...password].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  #headers({ profile, password }: Access): Readonly<Record<string, string>> {
    const { own } = this.#slips;
    if ((profile !== 1 && profile !== 2) || password === undefined || own.has('sends-no-password')) return {};
    if (own.has('shows-password-once') && this.#dials > 1) return {};
    const user = own.has('sends-another-user') ? `${this.identity}-OTHER` : this.identity;
    const digits = [...password].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const sent = own.has('sends-password-digits') ? new TextEncoder().encode(digits) : password;
    return { authorization: `Basic ${basicToken(user, sent)}` };
  }

  async #dial(): Promise<void> {
    if (this.#ended || this.#slips.dead) return;
    const { dialer, basePath, setup, faults, clock } = this.#options;
    const { own } = this.#slips;
    const access = this.#access();
    this.#dials++;
    const { subprotocol } = dialects[setup.version];
    const stays = access.url === undefined || own.has('keeps-its-address');
    const base = stays ? basePath : new URL(access.url).pathname;
    const target = `${base.replace(/\/$/, '')}/${encodeURIComponent(this.identity)}`;
    const knock = (at: Access, to: string) =>
      dialer(at, this.#slips.tls).dial({ target: to, subprotocols: [subprotocol], headers: this.#headers(at) });
    let handshake = this.#networkUp
      ? await knock(access, target)
      : ({ outcome: 'unreachable', says: 'the network is down' } as const);
    if (handshake.outcome === 'refused' && handshake.location !== undefined && own.has('follows-redirects'))
      handshake = await knock({ ...access, url: handshake.location }, new URL(handshake.location).pathname);
    if (handshake.outcome === 'unreachable' && handshake.distrust !== undefined) {
      this.#distrusted = true;
      this.#slips.dead = own.has('gives-up-after-distrust') || own.has('dies-on-odd-tls');
      if (!this.#slips.own.has('silent-on-distrust')) this.#station.distrusted(handshake.distrust);
    }
    const other = handshake.outcome === 'open' && handshake.transport.subprotocol !== subprotocol;
    if (handshake.outcome !== 'open' || (other && !own.has('speaks-any-subprotocol'))) {
      if (handshake.outcome === 'open') handshake.transport.close(1002, 'no common subprotocol');
      if (++this.#failures > 1 && this.#slips.own.has('gives-up')) this.die();
      this.#station.closed(1006);
      return;
    }
    const transport = slippingCredentials(
      slippingStation(faulty(handshake.transport, faults, clock), this.#slips),
      this.#slips,
      this.#configured(access),
      access.certificate?.key,
    );
    this.#transport = transport;
    // A CALL may have come already, and is delivered as soon as somebody listens.
    this.#station.opened();
    transport.attach({
      message: (message) => {
        if (typeof message === 'string') this.#station.received(message);
      },
      close: ({ code }) => {
        if (this.#left === transport) return;
        if (code === LOST && this.#slips.own.has('never-comes-back')) this.#slips.dead = true;
        if (this.#transport === transport) this.#transport = undefined;
        this.#station.closed(code);
      },
    });
  }
}

/** The hands on a station that runs in this process. */
export const handsOn = (station: RunningStation): Actuator => ({
  name: 'reference',
  anyToken: true,
  can: (gesture) => station.can(gesture),
  perform: async (request) => station.perform(request),
  close: async () => {},
});
