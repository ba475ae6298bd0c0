/** What is judged of a CALL that is not to be served, whatever is wrong with it, and what goes wrong there. */
import { behaviour } from '../../src/judge/fault.ts';
import type { Level } from '../../src/report.ts';
import { aliveCheck } from './control.ts';
import { foreignCode, servesWhatIsWrong, strangeId, swallowsErrors, wrongCode } from './faults.ts';

const refused = { '1.6': 'J 4.2.3', '2.0.1': 'FR.03', '2.1': 'FR.03' } as const;
const same = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;

/** @param level of the check that it is not served */
export const refusedChecks = (level: Level = 'SHALL') =>
  ({
    unserved: { ref: refused, level, says: 'no CALLRESULT comes back' },
    code: {
      ref: { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.3', '2.1': 'P4 4.3' },
      level: 'SHALL',
      says: 'a CALLERROR has a code of the version that fits what is wrong',
    },
    id: { ref: same, level: 'SHALL', says: 'a CALLERROR has the message id of the CALL' },
    // 2.x Part 4, 4.2.3 lets a system drop what does not conform, against 4.1.7 and FR.03; 1.6-J has no such leave and no time.
    told: { ref: refused, level: 'SHOULD', says: 'it is not met with silence' },
    alive: aliveCheck,
  }) as const;

/** One fault or more for each of the checks. */
export const refusedFaults = {
  unserved: servesWhatIsWrong,
  code: [wrongCode, foreignCode],
  id: strangeId,
  told: swallowsErrors,
  alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
} as const;
