/** The actuators `http` and `command`: gestures mapped in plugproof.yaml to requests or to programs. */
import type { Clock } from '../../clock.ts';
import type { OperationSettings } from '../config/config-file.ts';
import { sendOperation } from '../drivers/http.ts';
import type { HttpClientOptions } from '../drivers/http-client.ts';
import { runProgram } from '../drivers/program.ts';
import type { ActuatorSettings } from '../drivers/settings.ts';
import { fillText, type Scope } from '../drivers/template.ts';
import { type Actuator, ActuatorError, type Gesture, type GestureRequest } from './actuator.ts';

/** What a mapping can name; what a gesture has none of is absent. */
const scopeOf = ({ gesture, station, version, evseId, connectorId, side, token, state }: GestureRequest): Scope => ({
  gesture,
  station,
  version,
  evseId,
  connectorId,
  ...(side && { side }),
  ...(token && { token: { idToken: token.idToken, type: token.type } }),
  ...(state && { state }),
});

const operationOf = ({ gestures }: ActuatorSettings, gesture: Gesture): OperationSettings | undefined =>
  Object.hasOwn(gestures, gesture) ? gestures[gesture] : gestures['*'];

/** @param options where the control API is */
export const httpActuator = (settings: ActuatorSettings, options: HttpClientOptions): Actuator => ({
  name: 'http',
  anyToken: true,
  can: (gesture) => operationOf(settings, gesture)?.request !== undefined,
  async perform(request, signal) {
    const operation = operationOf(settings, request.gesture);
    if (operation === undefined) throw new ActuatorError(`the mapping has no gesture ${request.gesture}`);
    await sendOperation(operation, scopeOf(request), request.gesture, options, signal, 'actuator');
  },
  close: async () => {},
});

/** A program says: this I can't do. */
const EXIT_CANNOT = 3;

/** True of a gesture as every case makes it: what can't be done then can never be done. */
const plain = ({ evseId, side, token, state }: GestureRequest): boolean =>
  evseId === 1 && side === undefined && token === undefined && state === undefined;

/**
 * A program gets the gesture as one JSON object on stdin; the same values fill the placeholders of its arguments. What it
 * says that it can't do it is not asked for again.
 */
export function commandActuator(settings: ActuatorSettings, clock: Clock): Actuator {
  const { command, timeoutMs, dir, env } = settings;
  const never = new Set<Gesture>();
  // With a list of gestures only those can be made; without one the program is asked for all of them.
  const programFor = (gesture: Gesture) =>
    Object.keys(settings.gestures).length === 0
      ? command
      : operationOf(settings, gesture) && (operationOf(settings, gesture)?.command ?? command);
  return {
    name: 'command',
    anyToken: true,
    can: (gesture) => !never.has(gesture) && programFor(gesture) !== undefined,
    async perform(request, signal) {
      const scope = scopeOf(request);
      const argv = programFor(request.gesture)?.map((part) => fillText(String(part), { scope }));
      if (argv === undefined) throw new ActuatorError(`no program is named for ${request.gesture}`);
      const input = `${JSON.stringify(scope)}\n`;
      const end = await runProgram({ argv, input, dir, timeoutMs, clock, ...(env && { env }) }, signal);
      const [program = ''] = argv;
      if (end.ended === 'tooLate') throw new ActuatorError(`${program} was ended after ${timeoutMs} ms`);
      if (end.ended === 'givenUp') throw new ActuatorError(`${program} was given up`);
      if (end.ended !== 'exit') throw new ActuatorError(end.says);
      const last = (end.stderr.trim() || end.stdout.trim()).split('\n').at(-1)?.trim() ?? '';
      if (end.code === EXIT_CANNOT) {
        if (plain(request)) never.add(request.gesture);
        throw new ActuatorError(`${program} can't do it${last && `: ${last}`}`);
      }
      if (end.code !== 0) throw new ActuatorError(`${program} ended with exit code ${end.code}${last && `: ${last}`}`);
    },
    close: async () => {},
  };
}
