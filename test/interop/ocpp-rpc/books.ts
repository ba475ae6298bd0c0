/** Tokens and transactions of the ocpp-rpc back office, in memory, for both OCPP versions. */

import type { Token } from '../control.ts';

export class Books {
  readonly #tokens = new Map<string, Token>();
  /** Open transactions, each with the token that it began with. */
  readonly #open = new Map<string, string | undefined>();
  #lastId = 0;

  /** Tokens are case-insensitive (1.6: CiString20Type; 2.0.1: identifiers are case-insensitive). */
  add(token: Token): void {
    this.#tokens.set(token.id.toLowerCase(), token);
  }

  find(id: string): Token | undefined {
    return this.#tokens.get(id.toLowerCase());
  }

  /** 1.6: this CSMS hands out the ids; they are unique over all stations. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Opens the transaction, or gives an open one its token; the token that it began with stays. */
  start(station: string, id: string, token: string | undefined): void {
    const begunWith = this.#open.get(key(station, id)) ?? token?.toLowerCase();
    this.#open.set(key(station, id), begunWith);
  }

  stop(station: string, id: string): void {
    this.#open.delete(key(station, id));
  }

  /** Whether the token is in a transaction already, other than the one named. */
  isBusy(token: string, station: string, id: string): boolean {
    const wanted = token.toLowerCase();
    for (const [at, begunWith] of this.#open) if (begunWith === wanted && at !== key(station, id)) return true;
    return false;
  }
}

function key(station: string, id: string): string {
  return `${station}\n${id}`;
}
