/** Our engine, with everything that it counts and the pulse that it gives each second. */
import { realClock } from '../../src/clock.ts';
import { epochNow } from '../engine/epoch.ts';
import { Fleet } from '../engine/fleet.ts';
import { serveContender } from './contender.ts';

const fleets: Fleet[] = [];
// As in a run: once a second, whatever there is.
setInterval(() => {
  for (const fleet of fleets) void fleet.pulse();
}, 1000);

serveContender({
  async connect(url, from, count) {
    const fleet = new Fleet(
      {
        url,
        stations: Array.from({ length: count }, (_, i) => ({ identity: `P${from + i}`, version: '1.6' as const })),
        certificates: [],
        build: { evses: 1, vendorName: 'plugproof', model: 'bench', configuration: {}, sparesHeartbeats: false },
        timeoutMs: 30_000,
        seed: 1,
        hears: false,
        total: count,
        workers: 1,
        worker: 0,
      },
      realClock,
    );
    fleets.push(fleet);
    const began = performance.now();
    await fleet.connect(epochNow(), 0);
    while ((await fleet.census()).accepted < count) await realClock.sleep(2);
    const took = performance.now() - began;
    // What a charger says after its boot belongs to the boot; the idle one is measured after it.
    await fleet.settle(30_000);
    return took;
  },
  async load(_stations, rate, ms) {
    const [fleet] = fleets;
    const total = (rate * ms) / 1000;
    await fleet?.schedule({
      scenario: {
        name: 'bench',
        exec: 'heartbeat',
        executor: 'constant-arrival-rate',
        rate,
        durationMs: ms,
        startMs: 0,
        holdMs: 0,
        tokens: [],
      },
      startAtEpoch: epochNow(),
    });
    await realClock.sleep(ms);
    await fleet?.settle(30_000);
    return total;
  },
});
