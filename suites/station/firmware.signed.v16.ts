/** Charger, 1.6 signed firmware (whitepaper): an update is told step by step, and one with a wrong signature is not installed. */
import { suite } from '../../src/judge/test-case.ts';
import { failing, update } from './firmware.flows.ts';
import { GOOD, NO_SIGNATURE } from './updates.ts';
import { free } from './updates.v16.ts';

const version = '1.6';
const feature = 'Security';

export default suite('station/firmware', 'Signed firmware', [
  update({
    version,
    id: 'signed-installed',
    title: 'Signed firmware is fetched, checked and installed, and each step is told (1.6)',
    octt: 'TC_080_CS',
    feature,
    when: 'now',
    back: free,
  }),
  failing({
    version,
    id: 'signed-badly',
    title: 'Firmware whose signature is wrong is not installed (1.6)',
    octt: 'TC_081_CS',
    feature,
    file: GOOD,
    kind: 'firmware',
    wrong: () => ({ signature: NO_SIGNATURE }),
    steps: ['Downloading', 'Downloaded'],
    ends: ['InvalidSignature'],
    ref: 'L01.FR.04',
    event: 'InvalidFirmwareSignature',
  }),
]);
