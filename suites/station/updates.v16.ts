/** How a 1.6 charger comes back from an update: its connector is free again. */
import { alter } from '../../src/judge/fault.ts';
import { expect } from '../../src/judge/words.ts';
import type { Return } from './firmware.flows.ts';
import { EVSE } from './states.ts';
import { isTold } from './states.v16.ts';

export const free: Return = {
  name: 'free',
  check: {
    ref: '4.9',
    level: 'SHALL',
    says: 'in the end the connector is told to be Available, where it was not meanwhile',
  },
  fault: alter(
    'StatusNotification',
    { status: 'Unavailable' },
    { when: (payload) => /"connectorId":1.*"Available"/.test(JSON.stringify(payload)) },
  ),
  async judge({ csms }, { since }) {
    const statuses = () =>
      csms.calls(since, 'StatusNotification').filter(({ payload }) => payload['connectorId'] === EVSE);
    if (statuses().length > 0)
      await csms.awaitCall('StatusNotification', { since, timeoutMs: csms.patienceMs, where: isTold(['Available']) });
    return () => {
      const told = statuses().at(-1);
      if (told !== undefined) expect(told.payload['status']).to.equal('Available');
    };
  },
};
