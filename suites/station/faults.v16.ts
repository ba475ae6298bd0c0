/** Faults of 1.6 chargers that several cases put in. */
import { alter, behaviour, drop, type Fault, type Outgoing } from '../../src/judge/fault.ts';

/** A StatusNotification that tells one of these statuses of a connector. */
export const told = (...statuses: readonly string[]) => ({
  when: (payload: unknown) => {
    const { status, connectorId } = payload as { status?: unknown; connectorId?: unknown };
    return statuses.includes(String(status)) && connectorId !== 0;
  },
});

/** A CALL that never was due leaves behind another message. */
export const besides = (
  name: string,
  says: string,
  after: (out: Outgoing) => boolean,
  action: string,
  payload: (out: Outgoing) => object,
  afterMs = 5,
): Fault => ({
  name,
  says,
  rewrite: (out) =>
    after(out)
      ? [{ text: out.text }, { text: JSON.stringify([2, `${out.id}+`, action, payload(out)]), afterMs }]
      : undefined,
});

const LONG_AGO = '2020-01-01T00:00:00Z';

/** Each thing that a start tells, wrong. */
export const startFaults: readonly Fault[] = [
  alter('StartTransaction', { idTag: 'PP-OTHER' }),
  alter('StartTransaction', { connectorId: 2 }),
  alter('StartTransaction', { timestamp: LONG_AGO }),
  alter('StartTransaction', { meterStart: -5 }),
  drop('StartTransaction'),
];

/** Each thing that an end tells, wrong. @param reason one that is not right here */
export const stopFaults = (reason: string): readonly Fault[] => [
  alter('StopTransaction', { transactionId: 977 }),
  alter('StopTransaction', { reason }),
  alter('StopTransaction', { meterStop: -5 }),
  alter('StopTransaction', { timestamp: LONG_AGO }),
  drop('StopTransaction'),
];

/** A status that is told otherwise, or not. @param status what a right station tells */
export const statusFaults = (status: string, instead: string): readonly Fault[] => [
  alter('StatusNotification', { status: instead }, told(status)),
  alter('StatusNotification', { errorCode: 'OtherError' }, told(status)),
  alter('StatusNotification', { timestamp: LONG_AGO }, told(status)),
];

/** What a start, and an end, that nobody asked for can look like. */
export const startOf = (idTag = 'X') => ({
  connectorId: 1,
  idTag,
  meterStart: 0,
  timestamp: '2026-01-01T00:00:00Z',
});
export const stopOf = (transactionId = 1) => ({ transactionId, meterStop: 5, timestamp: '2026-01-01T00:00:00Z' });

/** An order, or a change of a key, that is accepted and comes to nothing. */
export const deafTo = (word: string): Fault =>
  behaviour(`deaf-to-${word}`, `${word} is accepted, and comes to nothing`);

/** Rewrites the first value in each message of an action. */
export const valued = (name: string, says: string, action: string, change: (out: { id: string }) => string): Fault => ({
  name,
  says,
  rewrite: (out) =>
    out.kind === 'call' && out.action === action
      ? [{ text: out.text.replace(/"value":"[^"]*"/, `"value":"${change(out)}"`) }]
      : undefined,
});
