/** Looks, before a run, whether this machine can hold so many stations, and says what raises a limit. */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** What the machine has; undefined where it does not tell. */
export interface MachineFacts {
  /** Files that this process may open. */
  readonly openFiles?: number | undefined;
  /** Local ports for one address of a server. */
  readonly ports?: readonly [first: number, last: number] | undefined;
  /** Bytes that are free. */
  readonly freeBytes?: number | undefined;
}

export interface Lack {
  /** What is too little. */
  readonly says: string;
  /** The command that raises it, or what else helps. */
  readonly fix: string;
  /** False: it may still go well. */
  readonly fatal: boolean;
}

/** Files that are open beside the sockets: libraries, pipes, reports. */
const FILES_BESIDE = 100;
/** A station with its socket, under traffic, and one with TLS. */
const BYTES_A_STATION = 40 * 1024;
const BYTES_A_TLS_STATION = 120 * 1024;
/** Every worker thread begins with this. */
const BYTES_A_WORKER = 40 * 1024 * 1024;

export interface Wanted {
  readonly stations: number;
  readonly workers: number;
  readonly tls: boolean;
  /** Addresses that are dialled from. */
  readonly sources: number;
}

/** Each address of this machine has all the ports for itself; those of the loopback are there for the taking. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;
const FIRST_SOURCE = 2;
const MOST_SOURCES = 200;

/**
 * Addresses to dial from, where the ports of one are too few and the CSMS is on this machine; else none. Binding costs,
 * so that it is done only then.
 */
export function loopbackSources({ ports }: MachineFacts, stations: number, host: string): string[] {
  if (ports === undefined || !LOOPBACK.test(host) || host.includes(':')) return [];
  const each = ports[1] - ports[0] + 1;
  const count = Math.ceil(stations / each);
  return count <= 1 || count > MOST_SOURCES
    ? []
    : Array.from({ length: count }, (_, i) => `127.0.0.${FIRST_SOURCE + i}`);
}

/** What is too little, the worst first. Pure. */
export function lacks(facts: MachineFacts, { stations, workers, tls, sources }: Wanted): Lack[] {
  const found: Lack[] = [];
  const files = stations + FILES_BESIDE;
  if (facts.openFiles !== undefined && facts.openFiles < files) {
    found.push({
      says: `${stations} stations need ${files} open files, and this process may open ${facts.openFiles}`,
      fix: `Raise it: ulimit -n ${Math.max(65_536, files)} (as root: ulimit -Hn first; for good: LimitNOFILE or /etc/security/limits.conf).`,
      fatal: true,
    });
  }
  if (facts.ports !== undefined) {
    const [first, last] = facts.ports;
    const ports = (last - first + 1) * Math.max(1, sources);
    if (ports < stations) {
      found.push({
        says: `${stations} stations need as many local ports, and there are ${ports} (${first} to ${last})`,
        fix: 'Raise it: sysctl -w net.ipv4.ip_local_port_range="1024 65535"; beyond 64,000 name more addresses of this machine with --source, or take a second machine.',
        fatal: true,
      });
    }
  }
  const bytes = stations * (tls ? BYTES_A_TLS_STATION : BYTES_A_STATION) + workers * BYTES_A_WORKER;
  if (facts.freeBytes !== undefined && facts.freeBytes < bytes) {
    found.push({
      says: `${stations} stations take about ${mib(bytes)} MiB, and ${mib(facts.freeBytes)} MiB are free`,
      fix: 'Free some memory, take fewer stations, or spread them over machines.',
      fatal: false,
    });
  }
  return found;
}

const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** Facts of this machine, as far as Linux tells them. */
export function machineFacts(): MachineFacts {
  const [, files] = /^Max open files\s+(\d+)/m.exec(read('/proc/self/limits')) ?? [];
  const [, first, last] = /^(\d+)\s+(\d+)/.exec(read('/proc/sys/net/ipv4/ip_local_port_range')) ?? [];
  const [, available] = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo')) ?? [];
  return {
    openFiles: files === undefined ? undefined : Number(files),
    ports: first === undefined || last === undefined ? undefined : [Number(first), Number(last)],
    freeBytes: available === undefined ? freemem() : Number(available) * 1024,
  };
}

/** Empty where there is no such file: not every system has them. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
