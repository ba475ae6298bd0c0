/** What an idle charger costs: bytes of heap for each, and CPU for a heartbeat. Run it with `--expose-gc`. */
import type { Clock } from '../clock.ts';
import type { OcppVersion } from '../dialects/dialect.ts';
import { seededRandom } from '../random.ts';
import { createStation } from './station.ts';
import type { ChargingStation } from './types.ts';

const STATIONS = 50_000;
const BEATS = 4;

interface Timer {
  readonly work: () => void;
  readonly slot: number;
}

/** Timers in a wheel of seconds, as cheap as those of Node: the sorted list of `VirtualClock` is not for 50,000. */
function wheel() {
  let now = 0;
  const slots = new Map<number, Set<Timer>>();
  const clock: Clock = {
    now: () => Date.UTC(2026, 0, 1) + Math.floor(now),
    monotonic: () => now,
    setTimeout: (work, ms) => {
      const timer = { work, slot: Math.ceil((now + ms) / 1000) };
      const set = slots.get(timer.slot);
      if (set) set.add(timer);
      else slots.set(timer.slot, new Set([timer]));
      return timer;
    },
    clearTimeout: (handle) => {
      const timer = handle as Timer | undefined;
      if (timer) slots.get(timer.slot)?.delete(timer);
    },
    sleep: () => Promise.resolve(),
  };
  const advance = (seconds: number, flush: () => void) => {
    const first = Math.floor(now / 1000);
    for (let slot = first; slot <= first + seconds; slot++) {
      now = Math.max(now, slot * 1000);
      const set = slots.get(slot);
      slots.delete(slot);
      for (const { work } of set ?? []) {
        work();
        flush();
      }
    }
  };
  return { clock, advance };
}

/** A CSMS that accepts everything, answers when it is asked to, and remembers nothing. */
function stub() {
  const due: [ChargingStation, string][] = [];
  const currentTime = '2026-01-01T00:00:00Z';
  let stations: ChargingStation | undefined;
  return {
    serve(station: () => ChargingStation) {
      return (text: string) => {
        stations = station();
        due.push([stations, text]);
      };
    },
    flush() {
      for (let next = due.pop(); next !== undefined; next = due.pop()) {
        const [station, text] = next;
        const [, id, action] = JSON.parse(text) as [number, string, string];
        const boots = action === 'BootNotification';
        const answer = boots
          ? { currentTime, interval: 300, status: 'Accepted' }
          : action === 'Heartbeat'
            ? { currentTime }
            : {};
        station.received(JSON.stringify([3, id, answer]));
      }
    },
  };
}

const heap = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Boots the chargers and lets them beat. */
function measure(version: OcppVersion) {
  const { clock, advance } = wheel();
  const csms = stub();
  const random = seededRandom(1, version);
  let beats = 0;
  const observer = {
    sent: (action: string) => {
      if (action === 'Heartbeat') beats++;
    },
  };
  const before = heap();
  const stations: ChargingStation[] = [];
  for (let i = 0; i < STATIONS; i++) {
    const send = csms.serve(() => stations[i] as ChargingStation);
    const wire = { send, close: () => {}, reconnect: () => {} };
    const station = createStation({ identity: `CP${i}`, version }, { clock, random, observer, wire });
    stations.push(station);
    station.opened();
    csms.flush();
  }
  const bytes = (heap() - before) / STATIONS;
  const start = process.cpuUsage();
  advance(300 * BEATS, () => csms.flush());
  const { user, system } = process.cpuUsage(start);
  const accepted = stations.filter(({ registration }) => registration === 'Accepted').length;
  const after = (heap() - before) / STATIONS;
  return {
    version,
    accepted,
    bytes: Math.round(bytes),
    bytesAfterBeats: Math.round(after),
    stations,
    beats,
    microsPerBeat: (user + system) / beats,
  };
}

/** Both versions, one after the other; the chargers of the first stay, so that they don't distort the second. */
export function measureStations() {
  const rows = (['1.6', '2.0.1'] as const).map(measure);
  return rows.map(({ stations: _, ...row }) => row);
}
