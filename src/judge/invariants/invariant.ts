/** What holds on every trace of every case, with blame for whoever broke it. */
import type { MessageSchemas } from '../../../schemas/types.ts';
import type { Dialect, Role } from '../../dialects/dialect.ts';
import type { Level, Origin } from '../../report.ts';
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at } from '../path.ts';

/** What an invariant may know besides the trace. */
export interface Facts {
  readonly dialect: Dialect;
  /** Role of the SUT; the harness plays the other one. */
  readonly sut: Role;
  readonly schemas: MessageSchemas;
  readonly clockToleranceS: number;
  /** Epoch milliseconds at which the trace began. */
  readonly startedAt: number;
  readonly timeoutMs: number;
}

/** One place where an invariant does not hold. */
export interface Breach {
  readonly blame: Origin;
  readonly level: Level;
  readonly message: string;
  readonly frame: number;
  readonly path?: string;
  readonly ref?: string;
}

export interface Invariant {
  readonly id: string;
  /** As a fact, for the documentation. */
  readonly says: string;
  check(events: readonly TraceEvent[], facts: Facts): Breach[];
}

/** An invariant that only a station of 2.x can break. */
export const ofStation2 = (id: string, says: string, check: Invariant['check']): Invariant => ({
  id,
  says,
  check: (events, facts) => (facts.sut === 'station' && facts.dialect.version !== '1.6' ? check(events, facts) : []),
});

/** Role of whoever sent a frame. */
export const roleOf = (frame: TracedFrame, facts: Facts): Role =>
  frame.origin === 'sut' ? facts.sut : facts.sut === 'csms' ? 'station' : 'csms';

type Check = Invariant['check'];

/** An invariant that only a station can break. */
export const ofStation = (id: string, says: string, check: Check): Invariant => ({
  id,
  says,
  check: (events, facts) => (facts.sut === 'station' ? check(events, facts) : []),
});

/** An invariant that only a 1.6 station can break. */
export const ofLegacyStation = (id: string, says: string, check: Check): Invariant =>
  ofStation(id, says, (events, facts) => (facts.dialect.version === '1.6' ? check(events, facts) : []));

/** Messages of the SUT for which there is none of ours, beyond which it floods and is cut off: the most asked case has some dozens. */
export const MOST_UNASKED = 3_000;

/** How often the CSMS gave the same number to an order of that kind. @param field of the order that has it */
export const timesGiven = (events: readonly TraceEvent[], action: string, field: string, number: unknown): number =>
  events.filter(
    (event) =>
      isFrame(event) &&
      event.origin === 'harness' &&
      event.frame.kind === 'call' &&
      event.action === action &&
      at(event.frame.payload, field) === number,
  ).length;
