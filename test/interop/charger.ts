/** Starts one of the interop chargers as a process and stops it again. */

import { type Secured, securedArgs } from './counterpart.ts';
import { commandOf, type LibraryName, type OcppVersion } from './libraries.ts';
import { type Program, startProgram } from './program.ts';

export interface ChargerOptions {
  ocpp: OcppVersion;
  /** Where it connects, without its identity; it tries until somebody is there. */
  url: string;
  id: string;
  /** What it shows and trusts; nothing unless told. */
  secured?: Secured;
}

export interface Charger extends Omit<Program<'control'>, 'ready'> {
  /** Where its bench listens: gestures as JSON. */
  control: string;
}

/** Starts a charger and resolves when its bench is ready. @throws Error with its stderr */
export async function startCharger(name: LibraryName, { ocpp, url, id, secured }: ChargerOptions): Promise<Charger> {
  const command = commandOf(name, ocpp, 'charger', [
    '--url',
    url,
    '--id',
    id,
    ...(secured ? securedArgs(secured) : []),
  ]);
  const { ready, ...program } = await startProgram(`charger on ${name} (OCPP ${ocpp})`, command, ['control']);
  return { control: ready.control, ...program };
}
