/** Starts one of the interop chargers as a process and stops it again. */

import { commandOf, type LibraryName, type OcppVersion } from './libraries.ts';
import { type Program, startProgram } from './program.ts';

export interface ChargerOptions {
  ocpp: OcppVersion;
  /** Where it connects, without its identity; it tries until somebody is there. */
  url: string;
  id: string;
}

export interface Charger extends Omit<Program<'control'>, 'ready'> {
  /** Where its bench listens: gestures as JSON. */
  control: string;
}

/** Starts a charger and resolves when its bench is ready. @throws Error with its stderr */
export async function startCharger(name: LibraryName, { ocpp, url, id }: ChargerOptions): Promise<Charger> {
  const command = commandOf(name, ocpp, 'charger', ['--url', url, '--id', id]);
  const { ready, ...program } = await startProgram(`charger on ${name} (OCPP ${ocpp})`, command, ['control']);
  return { control: ready.control, ...program };
}
