/** Starts one of the interop back offices as a process and stops it again. */

import { commandOf, type LibraryName, libraries, type OcppVersion } from './libraries.ts';
import { type KindName, kinds } from './miniatures/kinds.ts';
import { node, startProgram } from './program.ts';

export type { OcppVersion } from './libraries.ts';
export type CounterpartName = LibraryName | KindName;

/** A security profile, as both a back office and a charger take it. */
export interface Secured {
  profile: 1 | 2 | 3;
  password: string;
  /** A folder of `plugproof pki`. */
  pki: string;
}

/** As options of a library's program. */
export const securedArgs = ({ profile, password, pki }: Secured): string[] => [
  ...['--security-profile', String(profile), '--pki', pki],
  ...(profile === 3 ? [] : ['--password', password]),
];

export interface CounterpartOptions {
  ocpp: OcppVersion;
  /** How long it may take until both listeners are ready, in milliseconds; default 30 s, for a machine under load. */
  deadlineMs?: number;
  /** Libraries only: what a station has to show; nothing unless told. */
  secured?: Secured;
  /** `late` only: how long it holds its answers back, in milliseconds. */
  delayMs?: number;
}

export interface Counterpart {
  /** The WebSocket address, without the station's identity. */
  url: string;
  /** The base of its octt-trigger API. */
  control: string;
  pid: number;
  /** What it has written to stderr. */
  stderr(): string;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

const isLibrary = (name: CounterpartName): name is LibraryName => name in libraries;

/** The versions that a counterpart speaks. */
export const versionsOf = (name: CounterpartName): readonly OcppVersion[] =>
  isLibrary(name) ? libraries[name].versions : ['1.6', '2.0.1'];

function commandFor(name: CounterpartName, { ocpp, delayMs, secured }: CounterpartOptions): string[] {
  if (isLibrary(name)) return commandOf(name, ocpp, 'csms', secured && securedArgs(secured));
  if (!(name in kinds)) throw new Error(`there is no back office '${name}'`);
  const late = delayMs === undefined ? [] : ['--delay-ms', String(delayMs)];
  return node('miniatures/back-office.ts', '--kind', name, '--ocpp', ocpp, ...late);
}

/**
 * Starts a counterpart and resolves when both its listeners are ready.
 * @throws Error with its stderr when it ends early, misses the deadline, or is not installed
 */
export async function startCounterpart(name: CounterpartName, options: CounterpartOptions): Promise<Counterpart> {
  const what = `${name} (OCPP ${options.ocpp})`;
  const { ready, ...program } = await startProgram(
    what,
    commandFor(name, options),
    ['ocpp', 'control'],
    options.deadlineMs,
  );
  return { url: ready.ocpp, control: ready.control, ...program };
}
