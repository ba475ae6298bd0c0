/** How what a 1.6 charger says is judged, message by message: a status, a start, an end, readings of the meter. */
import { type Reading, readingsIn } from '../../src/judge/invariants/meter.v16.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { SystemUnderTest } from '../../src/sut/system-under-test.ts';
import { EVSE } from './states.ts';

/** A charger may warn of a weak radio whatever it tells; else a status that is no fault has no error. */
const HARMLESS = ['NoError', 'WeakSignal'];

/** Tokens are case-insensitive (section 3.9). */
export const sameTag = (one: unknown, other: string): boolean => String(one).toLowerCase() === other.toLowerCase();

/** A status that is no fault, told of the connector, now. */
export function expectStatus(call: IncomingCall | undefined, words: readonly string[], connectorId = EVSE): void {
  expect(call, `StatusNotification: ${words.join(' or ')}`).to.not.equal(undefined);
  const { payload } = call as IncomingCall;
  expect(payload['connectorId'], 'connectorId').to.equal(connectorId);
  expect(payload['status'], 'status').to.be.oneOf([...words]);
  expect(payload['errorCode'], 'errorCode').to.be.oneOf(HARMLESS);
  if (payload['timestamp'] !== undefined) expect(payload['timestamp']).to.be.recentInstant();
}

export interface StartFacts {
  readonly idTag: string;
  readonly connectorId?: number;
  /** Of a reservation that the start ends. */
  readonly reservationId?: number;
  /** Not now, but at this time (epoch milliseconds): it was told late. */
  readonly atMs?: number;
  readonly toleranceS?: number;
}

/** A start with the right token, on the right connector, at a reading of the meter, at the right time. */
export function expectStart(start: IncomingCall | undefined, facts: StartFacts): void {
  expect(start, 'StartTransaction').to.not.equal(undefined);
  const { payload } = start as IncomingCall;
  expect(payload['connectorId'], 'connectorId').to.equal(facts.connectorId ?? EVSE);
  expect(sameTag(payload['idTag'], facts.idTag), `idTag ${String(payload['idTag'])} is ${facts.idTag}`).to.equal(true);
  expect(payload['meterStart'], 'meterStart').to.be.at.least(0);
  if (facts.reservationId !== undefined)
    expect(payload['reservationId'], 'reservationId').to.equal(facts.reservationId);
  expectTime(payload['timestamp'], facts);
}

export interface StopFacts {
  readonly transactionId: number;
  /** Undefined stands for a missing one, which means Local. */
  readonly reasons: readonly (string | undefined)[];
  /** The start that it ends. */
  readonly start?: IncomingCall;
  /** Who ended it: may be left out, and may be nobody else. */
  readonly idTag?: string;
  readonly atMs?: number;
  readonly toleranceS?: number;
}

/** An end under the right number, for the right reason, at a reading of the meter that is not below the first, at the right time. */
export function expectStop(stop: IncomingCall | undefined, facts: StopFacts): void {
  expect(stop, 'StopTransaction').to.not.equal(undefined);
  const { payload } = stop as IncomingCall;
  expect(payload['transactionId'], 'transactionId').to.equal(facts.transactionId);
  expect(payload['reason'], 'reason').to.be.oneOf([...facts.reasons]);
  expect(payload['meterStop'], 'meterStop').to.be.at.least(Number(facts.start?.payload['meterStart'] ?? 0));
  const { idTag } = payload;
  if (facts.idTag !== undefined && idTag !== undefined)
    expect(sameTag(idTag, facts.idTag), `idTag ${String(idTag)} is ${facts.idTag}`).to.equal(true);
  expectTime(payload['timestamp'], facts);
}

/** Some time from one moment to another (epoch milliseconds), give or take what the clock of the station may be off. */
export const between = (
  fromMs: number,
  toMs: number,
  { clockToleranceS }: Pick<SystemUnderTest, 'clockToleranceS'>,
): { atMs: number; toleranceS: number } => ({
  atMs: (fromMs + toMs) / 2,
  toleranceS: (toMs - fromMs) / 2000 + clockToleranceS,
});

function expectTime(timestamp: unknown, { atMs, toleranceS = 60 }: Pick<StartFacts, 'atMs' | 'toleranceS'>): void {
  if (atMs === undefined) {
    expect(timestamp).to.be.recentInstant();
    return;
  }
  const off = (Date.parse(String(timestamp)) - atMs) / 1000;
  expect(Math.abs(off), `seconds between ${String(timestamp)} and what it is the time of`).to.be.at.most(toleranceS);
}

/** Readings of a MeterValues, or those collected in a StopTransaction. */
export const readings = ({ meterValue, transactionData }: Payload): readonly Reading[] =>
  readingsIn(meterValue ?? transactionData);

/** Readings of now, in this context, of these measurands and no others. */
export function expectReadings(payload: Payload, context: string, measurands: readonly string[]): void {
  const all = readings(payload);
  expect(
    all.map((reading) => reading.context).filter((one) => one !== context),
    'other contexts',
  ).to.deep.equal([]);
  expect([...new Set(all.map(({ measurand }) => measurand))], 'measurands').to.have.members([...measurands]);
  for (const { timestamp } of all) expect(timestamp).to.be.recentInstant();
}
