/** Invariants of registration: who may speak before the station is accepted. */

import { isFrame } from '../../trace.ts';
import { at } from '../path.ts';
import { type Breach, type Invariant, roleOf } from './invariant.ts';

type Registration = 'unknown' | 'Accepted' | 'Pending' | 'Rejected';

/** CALLs that a Pending station must not be asked for (1.6 section 4.2; 2.x B02.FR.05 has the station refuse them). */
const NOT_WHILE_PENDING = new Set([
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
]);

const silentAfterReject: Invariant = {
  id: 'boot-gate',
  says: 'before a station is accepted, only what registration needs is sent',
  check(events, facts) {
    let state: Registration = 'unknown';
    const breaches: Breach[] = [];
    for (const event of events) {
      if (!isFrame(event)) continue;
      const { frame } = event;
      if (frame.kind === 'callresult' && event.action === 'BootNotification') {
        const status = at(frame.payload, 'status');
        if (status === 'Accepted' || status === 'Pending' || status === 'Rejected') state = status;
        continue;
      }
      if (frame.kind !== 'call' || event.deliberate || roleOf(event, facts) !== 'csms') continue;
      const legacy = facts.dialect.version === '1.6';
      if (state === 'Rejected') {
        const message = `the CSMS rejected the station and then sends ${frame.action}`;
        breaches.push({
          blame: event.origin,
          level: legacy ? 'SHOULD' : 'SHALL',
          message,
          frame: event.n,
          ref: legacy ? '4.2' : 'B03.FR.03',
        });
      }
      if (state === 'Pending' && NOT_WHILE_PENDING.has(frame.action)) {
        const message = `${frame.action} is sent to a station that is still Pending`;
        breaches.push({
          blame: event.origin,
          level: 'SHALL',
          message,
          frame: event.n,
          ref: legacy ? '4.2' : 'B02.FR.05',
        });
      }
    }
    return breaches;
  },
};

export const bootInvariants: readonly Invariant[] = [silentAfterReject];
