/** What a reference CSMS knows: tokens, stations, transactions. */
import { seededRandom } from '../random.ts';
import type { SecurityProfile } from './credentials.ts';

export interface KnownToken {
  readonly idToken: string;
  readonly type: string;
  /** 2.x AuthorizationStatusEnumType. */
  readonly status: string;
  readonly groupId?: string;
}

export type Registration = 'Accepted' | 'Pending' | 'Rejected';

export interface KnownStation {
  readonly id: string;
  /** What a BootNotification is answered with. */
  registration: Registration;
  /** What the last BootNotification was answered with; undefined before the first. */
  booted: Registration | undefined;
  /** Last status by `evse/connector`. */
  readonly connectors: Map<string, string>;
  /** Actions that the station was asked to send although it is not accepted yet. */
  readonly invited: Set<string>;
  /** Most items that the station takes in one message, by action (2.x). */
  readonly itemsPerMessage: Map<string, number>;
  /** Profile of the transaction on an EVSE, by EVSE, as it was sent last (2.x). */
  readonly txProfiles: Map<number, Readonly<Record<string, unknown>>>;
  /** As bytes: a 1.6 key is binary. */
  password?: Uint8Array;
  /** Security profile of each slot of network configurations that was set (2.x). */
  readonly networkProfiles: Map<number, number>;
  /** The security profile that it was told to come with from now on; counts once it has come so (A05). */
  ordered?: SecurityProfile;
  /** The one that it was raised to, and never goes below (A05.FR.07). */
  raised?: SecurityProfile;
  /** One that was good before; only a fault keeps it. */
  formerPassword?: Uint8Array;
  blocked?: true;
}

export interface Transaction {
  readonly id: string;
  readonly station: string;
  readonly evseId: number;
  /** Whom it is for; in 2.x known only once a token was accepted in it. */
  token: string | undefined;
  /** A token was refused in it (2.x). */
  refused?: true;
  readonly startedAt: string;
  readonly meterStart: number | undefined;
  /** Register from which the cost counts, in Wh (2.x). */
  meterFrom?: number;
  endedAt?: string;
  meterStop?: number;
  reason?: string;
  /** What makes a repeated message recognisable. */
  readonly fingerprint: string;
  readonly seen: Set<number>;
}

/** Tokens are case-insensitive (1.6 CiString, 2.x identifierString). */
const key = (idToken: string) => idToken.toLowerCase();

/** Ids of transactions start somewhere else for each seed, so that nobody can guess them. */
const FIRST_ID_RANGE = 1_000_000;

export class Store {
  readonly stations = new Map<string, KnownStation>();
  /** Identities by their names in lower case: 2.x tells none apart by that. */
  readonly #names = new Map<string, string>();
  readonly transactions: Transaction[] = [];
  /** Password of every station that has none of its own. */
  commonPassword?: Uint8Array;
  readonly #tokens = new Map<string, KnownToken>();
  #lastId: number;

  constructor(seed = 1) {
    this.#lastId = 1_000 + Math.floor(seededRandom(seed, 'transactions')() * FIRST_ID_RANGE);
  }

  putToken(token: KnownToken): void {
    this.#tokens.set(key(token.idToken), token);
  }

  token(idToken: string): KnownToken | undefined {
    return this.#tokens.get(key(idToken));
  }

  tokens(): KnownToken[] {
    return [...this.#tokens.values()];
  }

  /** The identity of a station as it is on record, in whatever letters it is given (2.x identifierString). */
  named(id: string): string {
    return this.#names.get(key(id)) ?? id;
  }

  /** The record of a station; made at its first mention. */
  station(id: string): KnownStation {
    let station = this.stations.get(id);
    if (station === undefined) {
      station = {
        id,
        registration: 'Accepted',
        booted: undefined,
        connectors: new Map(),
        invited: new Set(),
        itemsPerMessage: new Map(),
        txProfiles: new Map(),
        networkProfiles: new Map(),
      };
      this.stations.set(id, station);
      // In 1.6 another station may have the same name in other letters: who came first keeps it.
      if (!this.#names.has(key(id))) this.#names.set(key(id), id);
    }
    return station;
  }

  nextTransactionId(): number {
    return ++this.#lastId;
  }

  /** The transaction of a station by its id. @param anybody that of any station will do */
  transaction(station: string, id: string, anybody = false): Transaction | undefined {
    return this.transactions.findLast((known) => (anybody || known.station === station) && known.id === id);
  }

  /** True where the token is in a transaction that runs somewhere else than `except`. */
  isCharging(idToken: string, except?: Transaction): boolean {
    return this.transactions.some(
      (known) =>
        known !== except &&
        known.endedAt === undefined &&
        known.token !== undefined &&
        key(known.token) === key(idToken),
    );
  }
}
