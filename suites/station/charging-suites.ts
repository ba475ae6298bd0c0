/** The suites that judge smart charging at a charging station. */
import type { Suite } from '../../src/judge/test-case.ts';
import smartChanges from './smart-charging.changes.ts';
import smartExternalV2 from './smart-charging.external.v2.ts';
import smartIsoV2 from './smart-charging.iso15118.v2.ts';
import smartMetered from './smart-charging.metered.ts';
import smartRefusals from './smart-charging.refusals.ts';
import smartRemote from './smart-charging.remote.ts';
import smartCharging from './smart-charging.ts';
import smartChargingV2 from './smart-charging.v2.ts';
import smartChargingV21 from './smart-charging.v21.ts';

export const chargingSuites: readonly Suite[] = [
  smartCharging,
  smartChanges,
  smartRefusals,
  smartMetered,
  smartRemote,
  smartChargingV2,
  smartChargingV21,
  smartExternalV2,
  smartIsoV2,
];
