/** Who plays what around a SUT: a station and an operator for a CSMS, a CSMS and hands for a charger. */
import type { Clock } from '../clock.ts';
import { dialects, type OcppVersion, ocppVersions } from '../dialects/index.ts';
import { probeFor } from '../dialects/probes.ts';
import { stationWords } from '../dialects/station-words.ts';
import { randomWord } from '../random.ts';
import { type Payload, Session } from '../session.ts';
import { credentials, type SystemUnderTest, type Token, type TokenKind } from '../sut/system-under-test.ts';
import type { Trace } from '../trace.ts';
import type { Context } from './context.ts';
import { csmsManners, type FrontDesk, type TokenStanding } from './csms-manners.ts';
import { CsmsPlayer } from './csms-player.ts';
import { makeHands } from './hands.ts';
import { stationManners } from './manners.ts';
import { makeOperator } from './operator.ts';
import type { RawLine } from './raw-line.ts';
import { Reception, type ReceptionOptions } from './reception.ts';
import type { Environment, StationEnvironment } from './run-case.ts';
import { StationPlayer } from './station-player.ts';
import { hexWord, makeTokens } from './tokens.ts';
import { again } from './turned-away.ts';
import { Unmet } from './unmet.ts';

type Parts = Pick<Context, 'station' | 'operator' | 'dial' | 'peer' | 'csms' | 'hands' | 'token' | 'standing'>;

export interface Cast {
  readonly parts: Parts;
  /** Identity of the station in it: played by us, or the SUT. */
  readonly identity: () => string;
  /** Before the case begins. @throws Unmet where it can't come to anything */
  begin(): void;
  end(): Promise<void>;
}

export interface CastOptions {
  readonly version: OcppVersion;
  readonly identity: string;
  readonly trace: Trace;
  readonly random: () => number;
  /** Operations or gestures that the case says it needs. */
  readonly declared: readonly string[];
  readonly signal: AbortSignal;
  /** Runs when the case is over. */
  readonly after: (clean: () => void) => void;
}

/** A second answer, or a CALL too many, comes close behind what it repeats: it is waited for before hanging up. */
const LINGER_MS = 20;

/** Seconds between the heartbeats of a charger under test, where no case orders another number. */
const HEARTBEAT_S = 60;

/** Everybody around a CSMS under test. */
export function csmsCast(environment: Environment, options: CastOptions): Cast {
  const { sut, clock, driver } = environment;
  const { version, identity, trace, random, declared, signal, after } = options;
  const manners = stationManners(version);
  const station = new StationPlayer({
    identity,
    dialect: dialects[version],
    clock,
    trace,
    dialer: environment.dialer,
    basePath: environment.basePath,
    host: sut.url === undefined ? 'csms' : new URL(sut.url).host,
    headers: environment.headers,
    elsewhere: environment.elsewhere ?? [],
    nextId: environment.nextId,
    timeoutMs: sut.timeoutMs,
    manners,
  });
  const operator = makeOperator({
    driver,
    station,
    version,
    clock,
    trace,
    timeoutMs: sut.timeoutMs,
    manners,
    declared,
  });
  const borrow = async () => after(await environment.borrowTokens());
  return {
    identity: () => identity,
    parts: {
      station,
      operator,
      dial: (id) =>
        environment.dialer.dial({
          target: `${environment.basePath.replace(/\/$/, '')}/${encodeURIComponent(id)}`,
          subprotocols: [dialects[version].subprotocol],
          headers: credentials(sut.identities.find((one) => one.id === id)),
        }),
      peer: {
        probe: probeFor(version, 'csms'),
        open: () => registered(station, stationWords[version].boot(sut.station)),
        raw: () => registeredRaw(station, stationWords[version].boot(sut.station), environment),
      },
      token: makeTokens({ sut, driver, version, random, signal, borrow }),
      get csms(): never {
        return absent('CSMS to play');
      },
      get hands(): never {
        return absent('hands');
      },
      standing: () => absent('say in what a token is worth'),
    },
    begin: () => {},
    async end() {
      await operator.end();
      if (station.connected) await clock.sleep(LINGER_MS);
      await station.end();
    },
  };
}

/** Everybody around a charger under test. */
export function stationCast(environment: StationEnvironment, options: CastOptions): Cast {
  const { sut, clock, reception, actuator, nextId } = environment;
  const { version, identity, trace, random, declared, signal } = options;
  const probe = probeFor(version, 'station');
  const standings = new Map<string, TokenStanding>();
  const csms = new CsmsPlayer({
    identity,
    dialect: dialects[version],
    reception,
    clock,
    trace,
    timeoutMs: sut.timeoutMs,
    probe,
    nextId,
    manners: csmsManners(version, frontDesk(clock, standings, reception)),
  });
  const hands = makeHands({ actuator, station: () => csms.identity, version, trace, signal, declared });
  return {
    identity: () => csms.identity,
    begin: () => hands.needed(),
    parts: {
      csms,
      hands,
      peer: { probe, open: () => csms.unspoilt(), raw: () => csms.raw() },
      token: tokensOfOurs(sut, random, standings),
      standing: ({ idToken }, standing) => standings.set(idToken.toLowerCase(), standing),
      dial: () => absent('CSMS to dial'),
      get station(): never {
        return absent('station to play');
      },
      get operator(): never {
        return absent('operator');
      },
    },
    end: () => csms.end(),
  };
}

function absent(what: string): never {
  throw new Error(`the case has no ${what}: see its sut`);
}

/** What an answer of the CSMS is made of; tokens that no case has asked for are strangers. */
const frontDesk = (clock: Clock, standings: ReadonlyMap<string, TokenStanding>, reception: Reception): FrontDesk => ({
  now: () => new Date(clock.now()).toISOString(),
  interval: HEARTBEAT_S,
  standing: (idToken) => standings.get(idToken.toLowerCase()) ?? { status: 'Invalid' },
  nextTransaction: () => reception.nextTransaction(),
});

/** Where chargers under test arrive; between cases they are served as a right CSMS serves. */
export function makeReception(
  options: Omit<ReceptionOptions, 'idle' | 'firstTransaction'>,
  { clock, timeoutMs, nextId }: { clock: Clock; timeoutMs: number; nextId: () => string },
): Reception {
  const reception: Reception = new Reception({
    ...options,
    // In 1.6 the CSMS numbers transactions: a number of an earlier run must not come again.
    firstTransaction: Math.floor(clock.now() / 1000) % 2 ** 30,
    idle: (_guest, line) => {
      const version = ocppVersions.find((known) => dialects[known].subprotocol === line.subprotocol) ?? '1.6';
      const manners = csmsManners(version, frontDesk(clock, new Map(), reception));
      return new Session(line, { clock, timeoutMs, nextId, manners });
    },
  });
  return reception;
}

/** Standing of a token of a kind; `unknown` is one that nobody enters anywhere. */
const STANDING: Readonly<Record<Exclude<TokenKind, 'unknown'>, string>> = {
  valid: 'Accepted',
  second: 'Accepted',
  group: 'Accepted',
  groupOther: 'Accepted',
  invalid: 'Invalid',
  blocked: 'Blocked',
  expired: 'Expired',
  masterPass: 'Accepted',
};

const GROUPS: ReadonlySet<TokenKind> = new Set(['group', 'groupOther']);

/** Where we are the CSMS a token is what we say it is: as configured where a card has to exist, else made up. */
function tokensOfOurs(sut: SystemUnderTest, random: () => number, standings: Map<string, TokenStanding>) {
  const given = new Map<TokenKind, Token>();
  const group = `GROUP${randomWord(random, 8)}`;
  return async (kind: TokenKind): Promise<Token> => {
    const before = given.get(kind);
    if (before !== undefined) return before;
    const groupId = GROUPS.has(kind) ? { groupId: group } : {};
    const own = sut.tokens[kind] ?? { idToken: hexWord(random), type: 'ISO14443', assumed: true as const };
    const token: Token = { ...groupId, ...own };
    given.set(kind, token);
    if (kind !== 'unknown') {
      standings.set(token.idToken.toLowerCase(), {
        status: STANDING[kind],
        ...(token.groupId !== undefined && { groupId: token.groupId }),
      });
    }
    return token;
  };
}

/** A fresh connection of a station that the CSMS has accepted. */
async function registered(station: StationPlayer, boot: Payload): Promise<Session> {
  await station.leave();
  const answer = await station.register(boot);
  if (answer.payload['status'] !== 'Accepted')
    throw new Unmet(`the CSMS answered the boot with ${String(answer.payload['status'])}`);
  return station.session;
}

/** The same, as bytes. A connection from before is closed: one identity, one connection. */
async function registeredRaw(station: StationPlayer, boot: Payload, environment: Environment): Promise<RawLine> {
  const { sut, nextId, clock } = environment;
  const attempt = async () => {
    await station.leave();
    const line = await station.line();
    const response = await line.request(station.handshake(), sut.timeoutMs);
    if (response?.status !== 101)
      throw new Unmet(
        `the CSMS did not let ${station.identity} in: ${response ? `HTTP ${response.status}` : line.ending}`,
      );
    return { line, answer: await line.ask(nextId(), 'BootNotification', boot, sut.timeoutMs, false) };
  };
  const { line, answer } = await again(clock, attempt, (one) => one.line.turnedAway);
  const payload = answer?.kind === 'callresult' ? (answer.payload as Payload) : undefined;
  if (payload?.['status'] !== 'Accepted')
    throw new Unmet(`the CSMS answered the boot with ${answer === undefined ? line.ending : answer.raw}`);
  return line;
}
