/** `plugproof demo`: judges the embedded reference systems, with no arguments, no network and no set-up. */
import { join } from 'node:path';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { serveCsms } from '../../reference/serve-csms.ts';
import { worseExit } from '../../run/exit-code.ts';
import { load } from './load.ts';
import { test } from './test.ts';

/** A fleet that any machine can carry, for some seconds. */
const FLEET = { workload: 'heartbeats', stations: '1000', ramp: '4s', rate: '200', duration: '4s', seed: '1' } as const;

/** Identities that the demo plays. */
const STATIONS = 'DEMO{01..16}';

/** @returns the worst exit code of its parts */
export async function demo(options: Readonly<Record<string, unknown>>): Promise<number> {
  const schemas = loadMessageSchemas();
  const served = await serveCsms({
    schemas,
    host: '127.0.0.1',
    port: 0,
    controlHost: '127.0.0.1',
    controlPort: 0,
    versions: ['1.6', '2.0.1'],
    faults: [],
    seed: 1,
  });
  const { out, quiet } = options as { readonly out?: string; readonly quiet?: boolean };
  const folder = out ?? join('plugproof-runs', 'demo');
  // A plugproof.yaml that lies around is for somebody else's system.
  const common = { url: served.url, quiet, noConfig: true };
  process.stdout.write(`The reference CSMS serves at ${served.url}; plugproof judges it as it would judge yours.\n`);
  try {
    const judged = await test('csms', {
      ...common,
      ocpp: ['1.6', '2.0.1'],
      id: [STATIONS],
      driver: 'reference',
      driverUrl: served.control,
      report: ['console', 'html'],
      out: join(folder, 'csms'),
    });
    process.stdout.write(`\nNow ${FLEET.stations} charging stations connect to it.\n`);
    const loaded = await load(undefined, {
      ...common,
      ...FLEET,
      ocpp: ['1.6'],
      report: ['console', 'html'],
      out: join(folder, 'load'),
    });
    return worseExit(judged, loaded);
  } finally {
    await served.close();
  }
}
