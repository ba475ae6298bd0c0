/** Invariant: what a station has to be able to say, and says rightly, is served. */

import { isFrame } from '../../trace.ts';
import { at } from '../path.ts';
import type { Breach, Invariant } from './invariant.ts';

/** Actions that no CSMS can do without (1.6 Core profile; 2.0.1 certification profile Core). */
const CORE: ReadonlySet<string> = new Set([
  'Authorize',
  'BootNotification',
  'DataTransfer',
  'Heartbeat',
  'MeterValues',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
  'TransactionEvent',
]);

const servesValid: Invariant = {
  id: 'serves-calls',
  says: 'a valid CALL of the core, from a station that is accepted, is not answered with a CALLERROR',
  check(events, facts) {
    if (facts.sut !== 'csms') return [];
    let accepted = false;
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind === 'callresult' && event.action === 'BootNotification')
        accepted = at(frame.payload, 'status') === 'Accepted';
      if (frame.kind !== 'callerror' || event.origin !== 'sut' || event.answers === undefined || !accepted) return [];
      const call = events.find((other) => other.n === event.answers);
      if (call === undefined || call.deliberate || !CORE.has(event.action ?? '')) return [];
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
