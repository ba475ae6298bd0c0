/** What a case gets to work with. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../clock.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { OperatorWords } from '../dialects/operator-words.ts';
import type { Probe } from '../dialects/probes.ts';
import type { StationWords } from '../dialects/station-words.ts';
import type { ChartReport } from '../report.ts';
import type { IncomingCall, Payload, Session } from '../session.ts';
import type { SystemUnderTest, Token, TokenKind } from '../sut/system-under-test.ts';
import type { Handshake } from '../wire/transport.ts';
import type { TokenStanding } from './csms-manners.ts';
import type { CsmsPlayer } from './csms-player.ts';
import type { Hands } from './hands.ts';
import type { Office } from './office.ts';
import type { RawLine } from './raw-line.ts';
import type { StationPlayer } from './station-player.ts';

/** A CALL that the CSMS sent because the operator asked for it. */
export interface Ordered {
  readonly call: IncomingCall;
  /** What the operator asked for. */
  readonly asked: Payload;
  /** Fields that the CSMS may choose itself, because this driver can't ask for them. */
  readonly free: readonly string[];
}

/** The hands on the back office. */
export interface Operator {
  /**
   * Makes the CSMS send `action` to the case's station and waits for the CALL, which the case then answers.
   * @throws Unmet where the driver can't act or fails
   * @throws Broken where the CSMS says that it sent the CALL, and none came
   */
  order(action: string, payload: Payload): Promise<Ordered>;
  /** True where the driver can tell the CSMS what stations share. */
  readonly setsSiteLimit: boolean;
  /**
   * Tells the CSMS what stations share at one connection to the grid, in amperes per phase.
   * @throws Unmet where the driver can't, or fails
   */
  siteLimit(amperes: number, stations: readonly string[]): Promise<void>;
}

/** The SUT as the other end of a connection, whichever role it has: what cases of the wire itself work with. */
export interface Peer {
  /** A fresh connection on which the SUT serves us; one from before is closed. @throws Unmet */
  open(): Promise<Session>;
  /** The same, as bytes: a fresh connection on which the SUT serves us, and on which nothing was wrong yet. @throws Unmet */
  raw(): Promise<RawLine>;
  /** A CALL that changes nothing and that the SUT has to answer. */
  readonly probe: Probe;
}

export interface Context<Check extends string = string> {
  readonly dialect: Dialect;
  /** What a station says in this version, as payloads. */
  readonly words: StationWords;
  /** What an operator asks for in this version, as payloads. */
  readonly orders: OperatorWords;
  readonly clock: Clock;
  readonly sut: SystemUnderTest;
  readonly schemas: MessageSchemas;
  /** How many messages a case sends that could send thousands. */
  readonly sample: number;
  /** Whoever runs this says that the SUT is his, and may come to harm. */
  readonly owned: boolean;
  /** The station that the case plays, not connected yet. Where the SUT is the CSMS. */
  readonly station: StationPlayer;
  /** Where the SUT is the CSMS. */
  readonly operator: Operator;
  /** A bare connection as any station that was named, for who records himself what goes over it. Where the SUT is the CSMS. */
  dial(identity: string): Promise<Handshake>;
  /** The CSMS that the case plays. Where the SUT is a station. */
  readonly csms: CsmsPlayer;
  /** Where the SUT is a station. */
  readonly hands: Hands;
  readonly peer: Peer;
  /** Where the authority of stations can be asked, where somebody said at which address. Where the SUT is the CSMS. */
  readonly office?: Office;
  /** A number from 0 to below 1, from the seed of the run and the id of the case. */
  random(): number;
  /**
   * A token of a kind, from the configuration or made by the driver.
   * @throws Unmet where there is neither
   */
  token(kind: TokenKind): Promise<Token>;
  /** Says what a token is worth from now on. Where the SUT is a station, and we are its CSMS. */
  standing(token: Token, standing: TokenStanding): void;
  /** Judges one requirement; may be called again for the same check, and the worst counts. */
  check(id: Check, judge: () => void): void;
  /** Runs when the case is over, whatever came of it; last in, first out. */
  after(clean: () => Promise<unknown> | unknown): void;
  /** Writes a line into the trace. */
  note(text: string): void;
  /** Shows curves in the report. */
  chart(chart: ChartReport): void;
}
