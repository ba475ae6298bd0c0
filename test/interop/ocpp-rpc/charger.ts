/**
 * A small charger on npm `ocpp-rpc`, strict mode on:
 * `charger.ts --ocpp 1.6|2.0.1 --url URL --id ID [--security-profile N] [--password TEXT] [--pki DIR]`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBench } from '../bench.ts';
import { charger16 } from './charger16.ts';
import { charger201 } from './charger201.ts';

const CHARGERS: Record<string, typeof charger16> = { '1.6': charger16, '2.0.1': charger201 };

const { values } = parseArgs({
  options: {
    ocpp: { type: 'string', default: '1.6' },
    url: { type: 'string', default: 'ws://127.0.0.1:9000' },
    id: { type: 'string', default: 'CP01' },
    'security-profile': { type: 'string', default: '0' },
    password: { type: 'string' },
    pki: { type: 'string', default: '.' },
  },
});
const profile = Number(values['security-profile']);
const read = (name: string) => readFileSync(join(values.pki, name));
const own = `stations/${values.id}`;
const credentials = {
  ...(values.password !== undefined && { password: values.password }),
  wsOpts: {
    ...(profile >= 2 && { ca: read('ca.pem') }),
    ...(profile === 3 && { cert: read(`${own}.pem`), key: read(`${own}.key`) }),
  },
};
const make = CHARGERS[values.ocpp];
if (!make) throw new Error(`--ocpp ${values.ocpp}: 1.6 or 2.0.1`);

const gestures = make({ endpoint: values.url, identity: values.id, credentials });
process.on('SIGTERM', () => process.exit(0));
console.log(`ready control ${await startBench(gestures)}`);
