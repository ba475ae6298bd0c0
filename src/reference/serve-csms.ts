/** The reference CSMS on real sockets, with its control API: `plugproof serve csms`. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageSchemas } from '../../schemas/types.ts';
import { realClock } from '../clock.ts';
import type { SecurityProfile } from '../csms/credentials.ts';
import { Csms } from '../csms/csms.ts';
import type { OcppVersion } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import { Authority } from '../pki/authority.ts';
import { readAuthority, readRevoked, writeSet } from '../pki/folder.ts';
import type { TraceEntry } from '../report.ts';
import { Trace } from '../trace.ts';
import { IDLE_MS } from '../wire/dead-man.ts';
import type { ByteLine } from '../wire/raw/bytes.ts';
import { acceptBytes } from '../wire/raw/handshake.ts';
import { listenForLines } from '../wire/raw/socket.ts';
import type { Acceptor } from '../wire/transport.ts';
import { type Listening, type ListenOptions, listen, originOf, secured } from '../wire/ws-server.ts';
import { wireSlipsOf } from './behaviours.ts';
import { serveControl } from './control.ts';
import { mortal, policyOf } from './csms-in-memory.ts';
import { faulty } from './faulty.ts';
import { ReferencePki } from './pki.ts';
import { heldStations, publishedStation } from './stations.ts';
import { tlsOptions } from './tls.ts';
import { referenceTokens } from './tokens.ts';

export interface ServeCsmsOptions {
  readonly schemas: MessageSchemas;
  /** Where stations connect. */
  readonly doors: readonly ServedDoor[];
  readonly controlHost: string;
  readonly controlPort: number;
  readonly versions: readonly OcppVersion[];
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** Of every station that was not given one of its own (profiles 1 and 2). */
  readonly password?: Uint8Array;
  /** Folder of certificates for TLS (profiles 2 and 3); one that has none yet is filled. Left out, a new folder is made. */
  readonly pki?: string;
}

/** An address for stations, and what they have to show there. */
export interface ServedDoor {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** 0 where it is left out: nobody has to show anything. */
  readonly securityProfile?: SecurityProfile;
}

export interface ServedCsms {
  /** The first endpoint for stations, without the identity. */
  readonly url: string;
  /** All of them, in the order of the doors. */
  readonly urls: readonly string[];
  /** Base of the control API. */
  readonly control: string;
  readonly csms: Csms;
  /** Folder of the certificates, where it speaks TLS. */
  readonly pki?: string;
  close(): Promise<void>;
}

/** Its certificates are good for less than a day. */
const RENEW_MS = 10 * 3_600_000;

/** Frames kept for each station: what a person looks at, not an archive. */
const TRACE_LENGTH = 1_000;

/** @throws the system's error where an address can't be had */
export async function serveCsms(options: ServeCsmsOptions): Promise<ServedCsms> {
  const { schemas, versions, faults, seed, doors } = options;
  const policy = policyOf(faults);
  const folder = doors.some(({ securityProfile = 0 }) => securityProfile >= 2)
    ? (options.pki ?? mkdtempSync(join(tmpdir(), 'plugproof-pki-')))
    : undefined;
  const pki = once(() => pkiOf(folder));
  const traces = new Map<string, Trace>();
  const csms = new Csms({
    clock: realClock,
    schemas,
    versions,
    seed,
    policy,
    sign: async (csr, wanted) => (await pki()).sign(csr, wanted),
    authorities: async (action, asked) => (await pki()).answer(action, asked),
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
  if (options.password !== undefined) csms.store.commonPassword = options.password;
  csms.store.station(publishedStation.id).password = publishedStation.password;
  const listening: (Pick<Listening, 'origin' | 'close'> & Partial<Pick<Listening, 'renew'>>)[] = [];
  const end = () => Promise.all(listening.map((door) => door.close()));
  for (const { host, port, securityProfile = 0 } of doors) {
    const tls = securityProfile < 2 ? {} : { tls: await tlsOptions(securityProfile, await pki(), policy) };
    const how = { host, port, compresses: true, idleMs: IDLE_MS, ...tls };
    const door = await listenAs(csms.door(securityProfile), how, faults).catch(async (cause: unknown) => {
      await end();
      throw cause;
    });
    listening.push(door);
  }
  const renew = async () => {
    for (const [i, { securityProfile = 0 }] of doors.entries())
      if (securityProfile >= 2) listening[i]?.renew?.(await tlsOptions(securityProfile, await pkiOf(folder), policy));
  };
  const renewing = folder === undefined ? undefined : setInterval(renew, RENEW_MS);
  renewing?.unref();
  const trace = (station: string): readonly TraceEntry[] => traces.get(station)?.entries() ?? [];
  const urls = listening.map(({ origin }) => `${origin}${csms.path}`);
  const control = await serveControl({
    csms,
    schemas,
    trace,
    endpoints: doors.map(({ securityProfile = 0 }, i) => ({ url: urls[i] ?? '', securityProfile })),
    host: options.controlHost,
    port: options.controlPort,
  }).catch(async (cause: unknown) => {
    clearInterval(renewing);
    await end();
    throw cause;
  });
  return {
    url: urls[0] ?? '',
    urls,
    control: control.url,
    csms,
    ...(folder !== undefined && { pki: folder }),
    close: async () => {
      clearInterval(renewing);
      await Promise.all([csms.end(), control.close()]);
      await end();
    },
  };
}

/** Listens; with faults below the messages over bytes, since `ws` has none. */
async function listenAs(
  csms: Acceptor,
  options: ListenOptions,
  faults: readonly Fault[],
): Promise<Pick<Listening, 'origin' | 'close'> & Partial<Pick<Listening, 'renew'>>> {
  const slips = wireSlipsOf(faults);
  if (slips.size === 0) return listen(csms, options);
  const { host, tls } = options;
  const service = mortal(csms);
  const take = (line: ByteLine) =>
    acceptBytes(line, service, { clock: realClock, slips, die: service.die, compresses: true });
  const listening = await listenForLines(take, { host, port: options.port, ...(tls && { tls: secured(tls) }) });
  return { ...listening, origin: originOf(host, listening.port, tls !== undefined) };
}

/** A promise that is made when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Stations that a folder of certificates has from the start. */
const STATIONS = Array.from({ length: 16 }, (_, i) => `CP${String(i + 1).padStart(2, '0')}`);

/** The certificates of a folder; without one, an authority for what stations ask to be signed. */
async function pkiOf(folder: string | undefined): Promise<ReferencePki> {
  const now = Date.now();
  if (folder === undefined) return ReferencePki.create(now);
  if (readAuthority(folder) === undefined)
    await writeSet(folder, { hosts: ['localhost', '127.0.0.1', '::1'], ids: STATIONS, now });
  const root = readAuthority(folder);
  if (root === undefined) throw new Error(`${folder} has no authority in it`);
  return new ReferencePki(Authority.from(root, now), undefined, readRevoked(folder));
}
