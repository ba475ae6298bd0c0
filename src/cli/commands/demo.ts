/** `plugproof demo`: judges the embedded reference systems, with no arguments, no network and no set-up. */
import { join } from 'node:path';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import type { OcppVersion } from '../../dialects/index.ts';
import { serveCsms } from '../../reference/serve-csms.ts';
import { serveStation } from '../../reference/serve-station.ts';
import { worseExit } from '../../run/exit-code.ts';
import { expandIdentity } from '../../sut/config/values.ts';
import { freePort } from '../free-port.ts';
import { load } from './load.ts';
import { test } from './test.ts';

/** A fleet that any machine can carry, for some seconds. */
const FLEET = { workload: 'heartbeats', stations: '1000', ramp: '4s', rate: '200', duration: '4s', seed: '1' } as const;

/** Identities that the demo plays. */
const STATIONS = 'DEMO{01..16}';

/** What a charger is judged by in a few seconds: cases that wait for no timer of it. */
const QUICK: Readonly<Record<'1.6' | '2.0.1', readonly string[]>> = {
  '1.6': ['station/configuration', 'station/availability', 'station/local-auth-list', 'station/reservation'],
  '2.0.1': ['station/variables', 'station/reports', 'station/availability', 'station/local-auth-list'],
};

/** Those of them that wait all the same. */
const SLOW = ['station/configuration/heartbeat', 'station/reservation/expires'] as const;

/** Each is a station that dials again after a second. */
const SETTINGS: Readonly<Record<'1.6' | '2.0.1', Readonly<Record<string, string>>>> = {
  '1.6': { RetryBackOffWaitMinimum: '1', RetryBackOffRandomRange: '0' },
  '2.0.1': { 'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1', 'OCPPCommCtrlr.RetryBackOffRandomRange': '0' },
};

/** Judges reference stations, which connect to the CSMS that plugproof plays. */
async function judgeStations(
  version: '1.6' | '2.0.1',
  schemas: ReturnType<typeof loadMessageSchemas>,
  common: Readonly<Record<string, unknown>>,
): Promise<number> {
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}/ocpp`;
  const served = await serveStation({
    schemas,
    url,
    version,
    ids: identitiesOf(STATIONS),
    controlHost: '127.0.0.1',
    controlPort: 0,
    evses: 2,
    configuration: SETTINGS[version],
    credentials: { profile: 0 },
    faults: [],
    seed: 1,
  });
  try {
    return await test('station', {
      ...common,
      listen: `127.0.0.1:${port}`,
      ocpp: [version satisfies OcppVersion],
      id: [STATIONS],
      actuator: 'reference',
      actuatorUrl: served.control,
      suite: QUICK[version],
      ...(version === '1.6' && { skip: SLOW }),
      report: ['console', 'html'],
    });
  } finally {
    await served.close();
  }
}

function identitiesOf(pattern: string): readonly string[] {
  const reading = expandIdentity(pattern);
  if (!reading.ok) throw new Error(reading.says);
  return reading.value;
}

/** What strains a back office for seconds is for those who ask for it. */
const ENDURANCE = ['security/conduct/meter-flood', 'security/conduct/long-outage'];

/** @returns the worst exit code of its parts */
export async function demo(options: Readonly<Record<string, unknown>>): Promise<number> {
  const schemas = loadMessageSchemas();
  const served = await serveCsms({
    schemas,
    doors: [{ host: '127.0.0.1', port: 0 }],
    controlHost: '127.0.0.1',
    controlPort: 0,
    versions: ['1.6', '2.0.1'],
    faults: [],
    seed: 1,
  });
  const { out, quiet } = options as { readonly out?: string; readonly quiet?: boolean };
  const folder = out ?? join('plugproof-runs', 'demo');
  // A plugproof.yaml that lies around is for somebody else's system.
  const common = { quiet, noConfig: true };
  process.stdout.write(`The reference CSMS serves at ${served.url}; plugproof judges it as it would judge yours.\n`);
  try {
    const judged = await test('csms', {
      ...common,
      url: served.url,
      ocpp: ['1.6', '2.0.1'],
      id: [STATIONS],
      driver: 'reference',
      driverUrl: served.control,
      report: ['console', 'html'],
      skip: ENDURANCE,
      out: join(folder, 'csms'),
    });
    process.stdout.write('\nNow plugproof is the back office, and judges the reference station.\n');
    let stations = 0;
    for (const version of ['1.6', '2.0.1'] as const)
      stations = worseExit(
        stations,
        await judgeStations(version, schemas, { ...common, out: join(folder, `station-${version}`) }),
      );
    process.stdout.write(`\nNow ${FLEET.stations} charging stations connect to it.\n`);
    const loaded = await load(undefined, {
      ...common,
      ...FLEET,
      url: served.url,
      ocpp: ['1.6'],
      report: ['console', 'html'],
      out: join(folder, 'load'),
    });
    return [judged, stations, loaded].reduce(worseExit);
  } finally {
    await served.close();
  }
}
