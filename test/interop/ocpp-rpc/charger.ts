/** A small charger on npm `ocpp-rpc`, strict mode on: `charger.ts --ocpp 1.6|2.0.1 --url URL --id ID`. */

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
  },
});
const make = CHARGERS[values.ocpp];
if (!make) throw new Error(`--ocpp ${values.ocpp}: 1.6 or 2.0.1`);

const gestures = make({ endpoint: values.url, identity: values.id });
process.on('SIGTERM', () => process.exit(0));
console.log(`ready control ${await startBench(gestures)}`);
