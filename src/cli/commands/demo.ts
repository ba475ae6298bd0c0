/** `plugproof demo`: judges the embedded reference systems, with no arguments, no network and no set-up. */
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { serveCsms } from '../../reference/serve-csms.ts';
import { test } from './test.ts';

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
  process.stdout.write(`The reference CSMS serves at ${served.url}; plugproof judges it as it would judge yours.\n\n`);
  try {
    return await test('csms', {
      url: served.url,
      ocpp: ['1.6', '2.0.1'],
      id: [STATIONS],
      driver: 'reference',
      driverUrl: served.control,
      report: ['console', 'html'],
      ...options,
      // A plugproof.yaml that lies around is for somebody else's system.
      noConfig: true,
    });
  } finally {
    await served.close();
  }
}
