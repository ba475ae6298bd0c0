/** The hands at a charger under test: an actuator makes a gesture, and only the wire tells what came of it. */
import type { OcppVersion } from '../../dialects/dialect.ts';

/** What hands can do at a charger, and what it says in people's words. */
export const gestureWords = {
  plugIn: 'plug the cable in, with a vehicle at its end',
  plugOut: 'take the cable out',
  plugHalfway: 'put the plug in halfway, so that it can not be locked',
  presentToken: 'present the token to the reader',
  removeToken: 'take the token out of the reader',
  driveIn: 'drive a vehicle into the parking bay',
  driveAway: 'drive the vehicle out of the parking bay',
  evReady: 'let the vehicle take energy',
  evSuspends: 'let the vehicle stop taking energy, with the cable in',
  evStops: 'let the vehicle end the session for good (ISO 15118, SessionStop with Terminate)',
  raiseFault: 'bring the charger into a state of fault',
  clearFault: 'end the state of fault',
  powerCycle: 'switch the power off and on again',
  cutNetwork: 'cut the network of the charger',
  restoreNetwork: 'bring the network of the charger back',
  state: 'bring the charger into a state of its own',
} as const;

export type Gesture = keyof typeof gestureWords;
export const gestures = Object.keys(gestureWords) as readonly Gesture[];

/** States that `state` switches, as the SUT API of the certification tool names them. */
export type SpecialState = 'unlockFailed' | 'refusedLocalAuthList' | 'externalLimit' | 'evRenegotiates';

export interface GestureRequest {
  readonly gesture: Gesture;
  readonly station: string;
  readonly version: OcppVersion;
  readonly evseId: number;
  readonly connectorId: number;
  /** Of plugOut: the cable leaves the vehicle, and stays in the charger where it can. */
  readonly side?: 'vehicle';
  /** Of presentToken. */
  readonly token?: { readonly idToken: string; readonly type: string };
  /** Of `state`. */
  readonly state?: { readonly name: SpecialState; readonly on: boolean };
}

export interface Actuator {
  readonly name: string;
  /** True where it can present a token that nobody has set up. */
  readonly anyToken: boolean;
  can(gesture: Gesture): boolean;
  /** Makes the gesture. @throws ActuatorError */
  perform(request: GestureRequest, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The gesture could not be made: never a fault of the SUT. */
export class ActuatorError extends Error {
  override readonly name = 'ActuatorError';
}
