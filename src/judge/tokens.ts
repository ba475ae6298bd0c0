/** Id tokens for a case: from the configuration, or made for it by the driver. */
import type { OcppVersion } from '../dialects/dialect.ts';
import { randomWord } from '../random.ts';
import type { Driver } from '../sut/drivers/driver.ts';
import type { SystemUnderTest, Token, TokenKind } from '../sut/system-under-test.ts';
import { Unmet } from './unmet.ts';

/** 2.x authorization status that makes a token one of its kind; `unknown` is one that is never made. */
const STATUS: Readonly<Record<Exclude<TokenKind, 'unknown'>, string>> = {
  valid: 'Accepted',
  second: 'Accepted',
  group: 'Accepted',
  groupOther: 'Accepted',
  invalid: 'Invalid',
  blocked: 'Blocked',
  expired: 'Expired',
  masterPass: 'Accepted',
};

/** Kinds that share a group, by the word that its id begins with. */
const GROUPS: Partial<Readonly<Record<TokenKind, string>>> = {
  group: 'GROUP',
  groupOther: 'GROUP',
  masterPass: 'MASTER',
};

/** Longest idTag of 1.6; ISO14443 ids of 2.x are hex, this fits both. */
export const hexWord = (random: () => number) =>
  Array.from({ length: 14 }, () =>
    Math.floor(random() * 16)
      .toString(16)
      .toUpperCase(),
  ).join('');

export interface TokenSource {
  readonly sut: SystemUnderTest;
  readonly driver: Driver;
  readonly version: OcppVersion;
  readonly random: () => number;
  /** Waits until no other case uses the configured tokens; they would meet in ConcurrentTx. */
  readonly borrow: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** @returns a function that gives the case's token of a kind, the same one each time */
export function makeTokens(source: TokenSource): (kind: TokenKind) => Promise<Token> {
  const { sut, driver, version, random, borrow, signal } = source;
  const given = new Map<TokenKind, Promise<Token>>();
  const groupWord = randomWord(random, 8);

  let borrowed: Promise<void> | undefined;

  async function make(kind: TokenKind): Promise<Token> {
    const configured = sut.tokens[kind];
    if (configured !== undefined) {
      borrowed ??= borrow();
      await borrowed;
      return configured;
    }
    const group = GROUPS[kind];
    const groupId = group === undefined ? {} : { groupId: `${group}${groupWord}` };
    const token: Token = { idToken: hexWord(random), type: 'ISO14443', ...groupId };
    if (kind === 'unknown') return token;
    if (driver.createToken !== undefined) {
      try {
        await driver.createToken({ ...token, status: STATUS[kind], version }, signal);
        return token;
      } catch (cause) {
        throw new Unmet(`the driver '${driver.name}' could not make a token (${STATUS[kind]}): ${String(cause)}`);
      }
    }
    // An open CSMS takes any token; whether this one does is seen on the wire, where it is used.
    if (kind === 'valid' || kind === 'second') return { ...token, assumed: true };
    throw new Unmet(
      `no token that is ${kind}: name one as sut.tokens.${kind} in plugproof.yaml, or use a driver with create-token`,
    );
  }

  return (kind) => {
    let token = given.get(kind);
    if (token === undefined) {
      token = make(kind);
      given.set(kind, token);
    }
    return token;
  };
}
