/** The drivers by name; each is loaded only where it is used. */
import { type Clock, realClock } from '../../clock.ts';
import { UsageError } from '../../usage-error.ts';
import type { Terminal } from './ask.ts';
import type { Driver } from './driver.ts';
import type { HttpClientOptions } from './http-client.ts';
import type { DriverName, DriverSettings } from './settings.ts';

/** What each driver is, for `plugproof list drivers`. */
export const driverFacts: Readonly<Record<DriverName, string>> = {
  reference: "plugproof's own reference CSMS (plugproof serve csms)",
  'octt-trigger': 'a control API in the octt-trigger shape, which passes every payload on as it is',
  http: 'any control API, mapped in YAML from OCPP actions to its requests',
  command: 'a program of yours, one for each operation or one for all',
  steve: 'the REST API of the back office SteVe (OCPP 1.6)',
  prompt: 'a person at the terminal',
  none: 'nobody: cases that need the CSMS to act are left inconclusive',
};

export interface DriverOptions {
  readonly clock?: Clock;
  /** Where `prompt` asks; the process's own terminal unless told. */
  readonly terminal?: Terminal;
}

/** @throws UsageError where the settings lack the address of the control API */
export async function createDriver(settings: DriverSettings, options: DriverOptions = {}): Promise<Driver> {
  const clock = options.clock ?? realClock;
  switch (settings.name) {
    case 'octt-trigger':
    case 'reference':
      return (await import('./octt-trigger.ts')).octtTriggerDriver(settings.name, httpOptions(settings, clock));
    case 'http':
      return (await import('./http.ts')).httpDriver(settings, httpOptions(settings, clock));
    case 'steve':
      return (await import('./steve.ts')).steveDriver(httpOptions(settings, clock));
    case 'command':
      return (await import('./command.ts')).commandDriver(settings, clock);
    case 'prompt':
      return (await import('./prompt.ts')).promptDriver(
        options.terminal ?? { input: process.stdin, output: process.stderr },
      );
    case 'none':
      return (await import('./none.ts')).noDriver;
  }
}

function httpOptions({ name, url, auth, headers, timeoutMs }: DriverSettings, clock: Clock): HttpClientOptions {
  if (url === undefined)
    throw new UsageError(`the driver ${name} has no address\n  Add --driver-url URL, or driver.url in plugproof.yaml.`);
  return { url, timeoutMs, clock, ...(auth && { auth }), ...(headers && { headers }) };
}
