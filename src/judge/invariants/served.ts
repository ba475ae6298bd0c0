/** Invariant: what the other side has to be able to say, and says rightly, is served. */

import type { Role } from '../../dialects/dialect.ts';
import { isFrame } from '../../trace.ts';
import { at } from '../path.ts';
import type { Breach, Invariant } from './invariant.ts';

/** Actions that nobody can do without, by who has to serve them (1.6 Core profile; 2.0.1 certification profile Core). */
const CORE: Readonly<Record<Role, ReadonlySet<string>>> = {
  csms: new Set([
    'Authorize',
    'BootNotification',
    'DataTransfer',
    'Heartbeat',
    'MeterValues',
    'StartTransaction',
    'StatusNotification',
    'StopTransaction',
    'TransactionEvent',
  ]),
  station: new Set([
    'ChangeAvailability',
    'ChangeConfiguration',
    'GetBaseReport',
    'GetConfiguration',
    'GetVariables',
    'RemoteStartTransaction',
    'RemoteStopTransaction',
    'RequestStartTransaction',
    'RequestStopTransaction',
    'Reset',
    'SetVariables',
    'UnlockConnector',
  ]),
};

const servesValid: Invariant = {
  id: 'serves-calls',
  says: 'a valid CALL of the core, from or to a station that is accepted, is not answered with a CALLERROR',
  check(events, facts) {
    // A station that did not boot in the case was accepted before it.
    let accepted = facts.sut === 'station';
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind === 'call' && frame.action === 'BootNotification') accepted = false;
      if (frame.kind === 'callresult' && event.action === 'BootNotification')
        accepted = at(frame.payload, 'status') === 'Accepted';
      if (frame.kind !== 'callerror' || event.origin !== 'sut' || event.answers === undefined || !accepted) return [];
      const call = events.find((other) => other.n === event.answers);
      if (call === undefined || call.deliberate || !CORE[facts.sut].has(event.action ?? '')) return [];
      const message = `${event.action} was valid and is answered with CALLERROR ${frame.code}${frame.description && `: ${frame.description}`}`;
      return [
        {
          blame: 'sut',
          level: 'SHALL',
          message,
          frame: event.n,
          ref: facts.dialect.version === '1.6' ? 'J 4.2.3' : 'P4 4.2.3',
        },
      ];
    });
  },
};

export const servedInvariants: readonly Invariant[] = [servesValid];
