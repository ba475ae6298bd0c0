/** A plain balancer: the stations of a site share what its connection gives, all that charge alike. */
import type { OcppVersion } from '../dialects/dialect.ts';
import type { Payload, Reply } from '../session.ts';
import type { CsmsPolicy } from './policy.ts';
import type { Store, Transaction } from './store.ts';

/** What stations at one connection to the grid are to share. */
export interface SiteLimit {
  /** Amperes per phase. */
  readonly amperes: number;
  readonly stations: readonly string[];
}

/** What the balancer needs of the CSMS around it. */
export interface SiteWires {
  readonly store: Store;
  readonly policy: CsmsPolicy;
  /** Version of a station that is connected. */
  version(station: string): OcppVersion | undefined;
  /** Sends a CALL behind those that are outstanding; undefined where the station is not connected. */
  call(station: string, action: string, payload: Payload): Promise<Reply> | undefined;
  now(): string;
  sleep(ms: number): Promise<void>;
}

/** Profiles of the balancer have numbers of their own; the one for whoever comes next is the same at every station. */
const DEFAULT_ID = 900_001;
const FIRST_ID = 900_100;

/** Milliseconds that a slow balancer takes to act. */
const SLOW_MS = 45_000;

const tenths = (value: number): number => Math.floor(value * 10 + 1e-9) / 10;

export class SiteBalancer {
  readonly #wires: SiteWires;
  /** Last limit that a transaction took, by its record. */
  readonly #given = new Map<Transaction, number>();
  readonly #ids = new Map<Transaction, number>();
  /** Stations that hold the profile for whoever comes next. */
  readonly #held = new Set<string>();
  #limit: SiteLimit | undefined;
  #running = false;
  #again = false;

  constructor(wires: SiteWires) {
    this.#wires = wires;
  }

  /** Tells the limit, or another one. */
  set(limit: SiteLimit): void {
    const first = this.#limit === undefined;
    if (!first && this.#wires.policy.ignoresLowerLimits) return;
    this.#limit = limit;
    this.changed();
  }

  /** A station is gone: what it holds is not known any more when it comes back. */
  disconnected(station: string): void {
    this.#held.delete(station);
    if (this.#limit?.stations.includes(station)) this.changed();
  }

  /** Something came, went or ended: shares are made anew, one round after the other. */
  changed(): void {
    if (this.#limit === undefined) return;
    this.#again = true;
    if (!this.#running) void this.#rounds();
  }

  async #rounds(): Promise<void> {
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      if (this.#wires.policy.balancesLate) await this.#wires.sleep(SLOW_MS);
      await this.#round();
    }
    this.#running = false;
  }

  async #round(): Promise<void> {
    const { store, policy } = this.#wires;
    const limit = this.#limit;
    if (limit === undefined) return;
    for (const station of limit.stations) await this.#holdBack(station);
    const charging = store.transactions.filter(
      (one) => one.endedAt === undefined && limit.stations.includes(one.station),
    );
    for (const one of this.#given.keys()) if (!charging.includes(one)) this.#given.delete(one);
    const online = (one: Transaction) => this.#wires.version(one.station) !== undefined;
    const here = charging.filter(online);
    // Who can't be reached keeps to what he was given last.
    const away = policy.forgetsOffline ? [] : charging.filter((one) => !online(one));
    const taken = away.reduce((sum, one) => sum + (this.#given.get(one) ?? 0), 0);
    const shares = here.map((one, i) => ({ one, share: this.#share(limit.amperes - taken, here.length, i) }));
    const lowered = shares.filter(({ one, share }) => share < (this.#given.get(one) ?? 0));
    const raised = shares.filter(({ one, share }) => share > (this.#given.get(one) ?? 0));
    // First the ones that give, then the ones that get: at no moment is it more than there is.
    for (const { one, share } of [...lowered, ...raised]) {
      if (policy.forgetsDepartures && this.#given.has(one) && share > (this.#given.get(one) ?? 0)) continue;
      const took = await this.#give(one, share);
      // Who does not take less leaves less for the others: they wait for the next round.
      if (!took && lowered.some((other) => other.one === one)) return;
    }
  }

  #share(free: number, count: number, index: number): number {
    const { policy } = this.#wires;
    if (policy.holdsEverythingBack) return 0;
    if (policy.sharesTooMuch) return tenths(Math.max(0, free));
    if (policy.servesFirstOnly) return index === 0 ? tenths(Math.max(0, free)) : 0;
    return tenths(Math.max(0, free) / count);
  }

  /** Who comes gets nothing until his share is free: a default profile of the station sees to it. */
  async #holdBack(station: string): Promise<void> {
    const version = this.#wires.version(station);
    if (version === undefined || this.#held.has(station)) return;
    if (this.#wires.store.station(station).booted !== 'Accepted') return;
    const profile = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' };
    if (await this.#send(station, version, 0, DEFAULT_ID, profile, 0)) this.#held.add(station);
  }

  async #give(one: Transaction, amperes: number): Promise<boolean> {
    const { version } = this.#wires;
    const spoken = version(one.station);
    if (spoken === undefined) return false;
    const id = this.#ids.get(one) ?? FIRST_ID + this.#ids.size;
    this.#ids.set(one, id);
    const transactionId = spoken === '1.6' ? Number(one.id) : one.id;
    const profile = {
      transactionId,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
    };
    const took = await this.#send(one.station, spoken, one.evseId || 1, id, profile, amperes);
    if (took) this.#given.set(one, amperes);
    return took;
  }

  async #send(
    station: string,
    version: OcppVersion,
    evseId: number,
    id: number,
    members: Payload,
    limit: number,
  ): Promise<boolean> {
    const schedule = {
      startSchedule: this.#wires.now(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    };
    const payload =
      version === '1.6'
        ? { connectorId: evseId, csChargingProfiles: { chargingProfileId: id, ...members, chargingSchedule: schedule } }
        : { evseId, chargingProfile: { id, ...members, chargingSchedule: [{ id: 1, ...schedule }] } };
    const reply = await this.#wires.call(station, 'SetChargingProfile', payload);
    return reply?.payload['status'] === 'Accepted';
  }
}
