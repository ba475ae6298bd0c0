/** The actuators by name; each is loaded only where it is used. */
import { type Clock, realClock } from '../../clock.ts';
import { nearest } from '../../nearest.ts';
import { UsageError } from '../../usage-error.ts';
import type { Terminal } from '../drivers/ask.ts';
import type { HttpClientOptions } from '../drivers/http-client.ts';
import type { ActuatorName, ActuatorSettings } from '../drivers/settings.ts';
import { type Actuator, gestures } from './actuator.ts';
import { noActuator, promptActuator } from './person.ts';

/** What each actuator is, for `plugproof list actuators`. */
export const actuatorFacts: Readonly<Record<ActuatorName, string>> = {
  reference: "plugproof's own reference station (plugproof serve station)",
  'sut-api': 'a gateway at the charger in the shape that the certification tool asks (plugin, plugout, authorize, …)',
  http: 'any control API, mapped in YAML from gestures to its requests',
  command: 'a program of yours, one for each gesture or one for all',
  prompt: 'a person at the charger, asked at the terminal',
  none: 'nobody: cases that need a gesture are left inconclusive',
};

export interface ActuatorOptions {
  readonly clock?: Clock;
  /** Where `prompt` asks; the process's own terminal unless told. */
  readonly terminal?: Terminal;
}

/** @throws UsageError where the settings lack the address of the control API, or what it is to be asked */
export async function createActuator(settings: ActuatorSettings, options: ActuatorOptions = {}): Promise<Actuator> {
  const clock = options.clock ?? realClock;
  for (const name of Object.keys(settings.gestures)) checkGesture(name);
  switch (settings.name) {
    case 'reference':
      return (await import('./reference.ts')).referenceActuator(httpOptions(settings, clock));
    case 'sut-api':
      return (await import('./sut-api.ts')).sutApiActuator(httpOptions(settings, clock));
    case 'http':
      if (Object.keys(settings.gestures).length === 0) {
        throw new UsageError(
          'the actuator http has no gestures\n  Add actuator.gestures to plugproof.yaml: a mapping of gestures to requests.',
        );
      }
      return (await import('./mapped.ts')).httpActuator(settings, httpOptions(settings, clock));
    case 'command':
      if (settings.command === undefined && Object.keys(settings.gestures).length === 0)
        throw new UsageError('the actuator command has no program\n  Add actuator.command to plugproof.yaml.');
      return (await import('./mapped.ts')).commandActuator(settings, clock);
    case 'prompt':
      return promptActuator(options.terminal ?? { input: process.stdin, output: process.stderr });
    case 'none':
      return noActuator;
  }
}

/** @throws UsageError where there is no such gesture */
function checkGesture(name: string): void {
  if (name === '*' || (gestures as readonly string[]).includes(name)) return;
  const near = nearest(name, gestures);
  const fix = near === undefined ? `There are: ${gestures.join(', ')}.` : `Did you mean '${near}'?`;
  throw new UsageError(`actuator.gestures: there is no gesture '${name}'\n  ${fix}`);
}

function httpOptions({ name, url, auth, headers, timeoutMs }: ActuatorSettings, clock: Clock): HttpClientOptions {
  if (url === undefined) {
    throw new UsageError(
      `the actuator ${name} has no address\n  Add --actuator-url URL, or actuator.url in plugproof.yaml.`,
    );
  }
  return { url, timeoutMs, clock, ...(auth && { auth }), ...(headers && { headers }) };
}
