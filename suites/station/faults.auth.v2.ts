/** What a wrong 2.x charger does with tokens. */
import { alter, behaviour, type Fault, type Outgoing } from '../../src/judge/fault.ts';
import type { Payload } from '../../src/session.ts';
import { info, tellsOf } from './faults.v2.ts';

export { info, tellsOf };

const isEvent = ({ kind, action }: Outgoing, word: string, payload: unknown): boolean =>
  kind === 'call' && action === 'TransactionEvent' && JSON.stringify(payload).includes(`"${word}"`);

/** A CALL more leaves before each frame of which `when` is true. */
const alsoSends = (
  name: string,
  says: string,
  when: (out: Outgoing) => boolean,
  action: string,
  payload: (out: Outgoing) => object,
): Fault => ({
  name,
  says,
  rewrite: (out) =>
    when(out)
      ? [{ text: `[2,"${out.id}s","${action}",${JSON.stringify(payload(out))}]` }, { text: out.text }]
      : undefined,
});

const told = (triggerReason: string, more: object = {}) => ({
  eventType: 'Updated',
  timestamp: '2026-01-01T00:00:00Z',
  triggerReason,
  seqNo: 90,
  transactionInfo: { transactionId: 'x', ...more },
});

const isAuthorize = ({ kind, action }: Outgoing) => kind === 'call' && action === 'Authorize';

/** Energy is offered as soon as a token is there. */
export const chargesAnybody = alsoSends(
  'charges-whoever-asks',
  'energy is offered as soon as a token is asked about',
  isAuthorize,
  'TransactionEvent',
  () => told('Authorized', { chargingState: 'Charging' }),
);

/** Any token stops a transaction. */
export const stoppedByAnybody = alsoSends(
  'stopped-by-whoever-asks',
  'any token that is asked about stops a transaction',
  isAuthorize,
  'TransactionEvent',
  () => told('StopAuthorized'),
);

/** The CSMS is asked about tokens that need no asking. */
export const asksAgain = alsoSends(
  'asks-again',
  'the CSMS is asked about every token that is told',
  (out) => isEvent(out, 'idToken', out.payload),
  'Authorize',
  ({ payload }) => ({ idToken: (payload as Payload)['idToken'] }),
);

/** A token that may charge is taken away the right to. */
export const deauthorizes = alsoSends(
  'deauthorizes',
  'a transaction that was authorized without a connection is told to be deauthorized',
  (out) => isEvent(out, 'Authorized', out.payload),
  'TransactionEvent',
  () => told('Deauthorized', { chargingState: 'SuspendedEVSE' }),
);

/** Asked once about a token, the station never asks again. */
export const asksOnce = behaviour('asks-once', 'the CSMS is asked about each token once, and never again');

/** The CSMS is asked about one token, and about no other. */
export const asksAboutOne = behaviour('asks-about-one', 'the CSMS is asked about one token, and about no other');

/** Energy is told to be offered in the first transaction alone. */
export const offersOnce = behaviour('offers-once', 'energy is told to be offered in the first transaction alone');

/** The events name somebody else, or nobody. */
export const namesNobody: readonly Fault[] = [
  alter('TransactionEvent', { idToken: { type: 'MacAddress' } }, tellsOf('idToken')),
  alter('TransactionEvent', { idToken: null }),
];

/** Authorize names somebody else. */
export const asksAboutAnother = alter('Authorize', { idToken: { type: 'MacAddress' } });

export const stopFaults = {
  stopped: [
    alter('TransactionEvent', { triggerReason: 'RemoteStop' }, tellsOf('StopAuthorized')),
    alter('TransactionEvent', { idToken: { type: 'MacAddress' } }, tellsOf('StopAuthorized')),
  ],
  ended: [
    alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Ended')),
    info({ stoppedReason: 'Remote' }, 'Ended'),
    info({ transactionId: 'PP-OTHER' }, 'Ended'),
  ],
} as const;

/** A variable is told to be set and is not heeded: the station does as if nobody had set it. */
export const deafTo = (variable: string): Fault =>
  behaviour(`deaf-to-${variable}`, `${variable} is told to be set, and is not heeded`);

export const masterFaults = {
  stopped: stopFaults.stopped,
  ended: [
    info({ stoppedReason: 'Local' }, 'Ended'),
    info({ stoppedReason: null }, 'Ended'),
    alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Ended')),
  ],
} as const;

export const withheldFaults = {
  deauthorized: [
    alter('TransactionEvent', { triggerReason: 'RemoteStop' }, tellsOf('Deauthorized')),
    alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Deauthorized')),
    info({ stoppedReason: 'Local' }, 'Deauthorized'),
  ],
  withheld: info({ chargingState: 'Charging' }, 'Deauthorized'),
} as const;
