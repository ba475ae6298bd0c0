/** The reference CSMS on real sockets, with its control API: `plugproof serve csms`. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { realClock } from '../clock.ts';
import { Csms } from '../csms/csms.ts';
import type { OcppVersion } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import type { TraceEntry } from '../report.ts';
import { Trace } from '../trace.ts';
import { listen } from '../wire/ws-server.ts';
import { serveControl } from './control.ts';
import { policyOf } from './csms-in-memory.ts';
import { faulty } from './faulty.ts';
import { heldStations } from './stations.ts';
import { referenceTokens } from './tokens.ts';

export interface ServeCsmsOptions {
  readonly schemas: MessageSchemas;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly controlHost: string;
  readonly controlPort: number;
  readonly versions: readonly OcppVersion[];
  readonly faults: readonly Fault[];
  readonly seed: number;
}

export interface ServedCsms {
  /** Endpoint for stations, without the identity. */
  readonly url: string;
  /** Base of the control API. */
  readonly control: string;
  readonly csms: Csms;
  close(): Promise<void>;
}

/** Frames kept for each station: what a person looks at, not an archive. */
const TRACE_LENGTH = 1_000;

/** @throws the system's error where an address can't be had */
export async function serveCsms(options: ServeCsmsOptions): Promise<ServedCsms> {
  const { schemas, versions, faults, seed } = options;
  const traces = new Map<string, Trace>();
  const csms = new Csms({
    clock: realClock,
    schemas,
    versions,
    seed,
    policy: policyOf(faults),
    wrap: (transport) => faulty(transport, faults, realClock),
    recorder: (station) => {
      let trace = traces.get(station);
      if (trace === undefined) {
        trace = new Trace(realClock, TRACE_LENGTH);
        traces.set(station, trace);
      }
      const connection = trace.connection();
      return {
        frame: (from, frame, deliberate) =>
          trace.frame(connection, from === 'here' ? 'sut' : 'harness', frame, deliberate).n,
        closed: (from, { code, reason }) =>
          trace.happened('close', from === 'here' ? 'sut' : 'harness', `${code} ${reason}`.trim(), connection),
      };
    },
  });
  for (const token of referenceTokens) csms.store.putToken(token);
  csms.store.station(heldStations.pending).registration = 'Pending';
  csms.store.station(heldStations.rejected).registration = 'Rejected';
  const ocpp = await listen(csms, { host: options.host, port: options.port });
  const trace = (station: string): readonly TraceEntry[] => traces.get(station)?.entries() ?? [];
  const control = await serveControl({ csms, schemas, trace, host: options.controlHost, port: options.controlPort });
  return {
    url: `${ocpp.origin}${csms.path}`,
    control: control.url,
    csms,
    close: async () => {
      await Promise.all([csms.end(), control.close()]);
      await ocpp.close();
    },
  };
}
