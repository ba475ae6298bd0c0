/** Invariant of firmware updates: that one is done is told once. */
import { isFrame } from '../../trace.ts';
import { at } from '../path.ts';
import { type Breach, type Invariant, ofStation } from './invariant.ts';

const UPDATES = /^(Signed)?UpdateFirmware$/;
const TOLD = /^(Signed)?FirmwareStatusNotification$/;
const ASKED = /TriggerMessage$/;

const doneOnce: Invariant = ofStation(
  'updated-once',
  'that new firmware is installed is told once for each order',
  (events, { dialect }) => {
    let told = false;
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame, action = '' } = event;
      if (frame.kind !== 'call') return [];
      if (event.origin === 'harness') {
        if (UPDATES.test(action) || ASKED.test(action)) told = false;
        return [];
      }
      if (!TOLD.test(action) || at(frame.payload, 'status') !== 'Installed') return [];
      const again = told;
      // Of one that was not accepted the station may not know that it came.
      told = events.some((other) => other.answers === event.n && other.kind === 'callresult');
      if (!again) return [];
      const ref = dialect.version === '1.6' ? '4.5' : 'L01.FR.01';
      return [{ blame: 'sut', level: 'SHOULD', message: `${action} says Installed once more`, frame: event.n, ref }];
    });
  },
);

export const firmwareInvariants: readonly Invariant[] = [doneOnce];
