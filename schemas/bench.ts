/** How many payloads a second one core validates, both layers, for five messages of each version. */
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import type { OcppVersion } from '../src/dialects/dialect.ts';
import { loadMessageSchemas } from './ocpp.ts';
import type { OcppSchemas, PayloadKind } from './types.ts';

export interface BenchRow {
  readonly name: string;
  readonly ocpp: OcppVersion;
  /** Bytes of the frame. */
  readonly bytes: number;
  /** Validations a second of a parsed payload. */
  readonly parsed: number;
  /** The same with the frame's text, which adds the search for duplicate keys. */
  readonly withText: number;
}

const at = '2025-01-01T00:00:00.000Z';

const samples16 = Array.from({ length: 10 }, (_, i) => ({
  value: String(1000 + i),
  context: 'Sample.Periodic',
  measurand: 'Energy.Active.Import.Register',
  unit: 'Wh',
}));
const samples2 = Array.from({ length: 10 }, (_, i) => ({
  value: 1000.5 + i,
  context: 'Sample.Periodic',
  measurand: 'Energy.Active.Import.Register',
  unitOfMeasure: { unit: 'Wh' },
}));

type Sample = readonly [action: string, kind: PayloadKind, payload: unknown];

const v2: readonly Sample[] = [
  ['BootNotification', 'call', { reason: 'PowerUp', chargingStation: { vendorName: 'Vendor', model: 'Model' } }],
  ['BootNotification', 'callresult', { currentTime: at, interval: 300, status: 'Accepted' }],
  ['StatusNotification', 'call', { timestamp: at, connectorStatus: 'Available', evseId: 1, connectorId: 1 }],
  ['MeterValues', 'call', { evseId: 1, meterValue: [{ timestamp: at, sampledValue: samples2 }] }],
  [
    'TransactionEvent',
    'call',
    {
      eventType: 'Updated',
      timestamp: at,
      triggerReason: 'MeterValuePeriodic',
      seqNo: 7,
      transactionInfo: { transactionId: 'b1c2d3e4-0001', chargingState: 'Charging' },
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp: at, sampledValue: samples2 }],
    },
  ],
];

const SAMPLES: Readonly<Record<OcppVersion, readonly Sample[]>> = {
  '1.6': [
    ['BootNotification', 'call', { chargePointVendor: 'Vendor', chargePointModel: 'Model' }],
    ['BootNotification', 'callresult', { currentTime: at, interval: 300, status: 'Accepted' }],
    ['StatusNotification', 'call', { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: at }],
    ['MeterValues', 'call', { connectorId: 1, meterValue: [{ timestamp: at, sampledValue: samples16 }] }],
    [
      'StopTransaction',
      'call',
      { transactionId: 1, meterStop: 9000, timestamp: at, reason: 'EVDisconnected', idTag: 'ABCD1234' },
    ],
  ],
  '2.0.1': v2,
  '2.1': v2,
};

/** @param milliseconds how long each number is measured */
export function bench(milliseconds = 200): BenchRow[] {
  const schemas = loadMessageSchemas();
  return Object.entries(SAMPLES).flatMap(([ocpp, samples]) =>
    samples.map((sample) => row(schemas, ocpp as OcppVersion, sample, milliseconds)),
  );
}

function row(schemas: OcppSchemas, ocpp: OcppVersion, [action, kind, payload]: Sample, milliseconds: number): BenchRow {
  const raw = JSON.stringify(kind === 'call' ? [2, 'message-1', action, payload] : [3, 'message-1', payload]);
  const wrong = schemas.validate(ocpp, action, kind, payload, raw);
  if (wrong[0] !== undefined) throw new Error(`the sample of ${action} is not valid: ${wrong[0].message}`);
  return {
    name: `${action} ${kind}`,
    ocpp,
    bytes: Buffer.byteLength(raw),
    parsed: rate(milliseconds, () => schemas.validate(ocpp, action, kind, payload)),
    withText: rate(milliseconds, () => schemas.validate(ocpp, action, kind, payload, raw)),
  };
}

/** Runs a second: a tenth of the time warms up. */
function rate(milliseconds: number, run: () => unknown): number {
  spin(milliseconds / 10, run);
  return Math.round(spin(milliseconds, run));
}

function spin(milliseconds: number, run: () => unknown): number {
  const start = performance.now();
  let runs = 0;
  let spent = 0;
  do {
    for (let i = 0; i < 100; i++) run();
    runs += 100;
    spent = performance.now() - start;
  } while (spent < milliseconds);
  return (runs / spent) * 1000;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) console.table(bench());
