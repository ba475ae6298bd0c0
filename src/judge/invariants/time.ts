/** Invariants of time: what the CSMS calls now is now, and does not run backwards. */

import { isFrame } from '../../trace.ts';
import { at } from '../path.ts';
import type { Breach, Invariant } from './invariant.ts';

const currentTime: Invariant = {
  id: 'clock',
  says: 'currentTime is the time at which it is sent',
  check(events, facts) {
    return events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.kind !== 'callresult' || event.deliberate) return [];
      const text = at('payload' in event.frame ? event.frame.payload : undefined, 'currentTime');
      const told = typeof text === 'string' ? Date.parse(text) : Number.NaN;
      // A value that is no time is for the schema to tell.
      if (Number.isNaN(told)) return [];
      const off = (told - (facts.startedAt + event.at)) / 1000;
      if (Math.abs(off) <= facts.clockToleranceS) return [];
      const message = `${event.action}: currentTime is ${Math.abs(Math.round(off))} s ${off > 0 ? 'ahead' : 'behind'}`;
      return [
        {
          blame: event.origin,
          level: 'SHALL',
          message,
          frame: event.n,
          path: '/currentTime',
          ref: 'HeartbeatResponse.currentTime',
        },
      ];
    });
  },
};

export const timeInvariants: readonly Invariant[] = [currentTime];
