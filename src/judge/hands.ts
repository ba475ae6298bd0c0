/** The hands in a case about a charger: asks its actuator, believes nothing, and names the gesture that nobody can make. */
import type { OcppVersion } from '../dialects/dialect.ts';
import type { Actuator, Gesture, GestureRequest, SpecialState } from '../sut/actuators/actuator.ts';
import { gestureWords } from '../sut/actuators/actuator.ts';
import type { Token } from '../sut/system-under-test.ts';
import type { Trace } from '../trace.ts';
import { Unmet } from './unmet.ts';

/** Every gesture throws Unmet where nobody can make it, or it failed. EVSEs and connectors count from 1. */
export interface Hands {
  /** True where the actuator can make it. */
  can(gesture: Gesture): boolean;
  /** Before anything is ordered of the station. @throws Unmet where nobody makes a gesture that the case needs */
  needed(): void;
  plugIn(evseId?: number): Promise<void>;
  plugOut(evseId?: number): Promise<void>;
  /** Takes the cable out of the vehicle alone. */
  unplugVehicle(evseId?: number): Promise<void>;
  plugHalfway(evseId?: number): Promise<void>;
  presentToken(token: Token, evseId?: number): Promise<void>;
  removeToken(evseId?: number): Promise<void>;
  driveIn(evseId?: number): Promise<void>;
  driveAway(evseId?: number): Promise<void>;
  evReady(evseId?: number): Promise<void>;
  evSuspends(evseId?: number): Promise<void>;
  evStops(evseId?: number): Promise<void>;
  raiseFault(evseId?: number): Promise<void>;
  clearFault(evseId?: number): Promise<void>;
  powerCycle(): Promise<void>;
  cutNetwork(): Promise<void>;
  restoreNetwork(): Promise<void>;
  state(name: SpecialState, on: boolean, evseId?: number): Promise<void>;
}

export interface HandsOptions {
  readonly actuator: Actuator;
  /** Identity of the station, once it is known. */
  readonly station: () => string;
  readonly version: OcppVersion;
  readonly trace: Trace;
  readonly signal: AbortSignal;
  /** What the case says it needs; a gesture outside it is a defect of the case. */
  readonly declared: readonly string[];
}

/** Gestures that some chargers need around another one: a bay with a detector, a vehicle that can hold back. */
const COMES_WITH: Partial<Readonly<Record<Gesture, Gesture>>> = {
  driveIn: 'plugIn',
  driveAway: 'plugOut',
  evReady: 'plugIn',
  evSuspends: 'plugIn',
};

export function makeHands({ actuator, station, version, trace, signal, declared }: HandsOptions): Hands {
  const possible = (gesture: Gesture) => {
    if (!actuator.can(gesture))
      throw new Unmet(
        `nobody makes the gesture ${gesture} (${gestureWords[gesture]}): the actuator '${actuator.name}' can't; see --actuator`,
      );
  };
  async function make(gesture: Gesture, evseId = 1, more: Partial<GestureRequest> = {}): Promise<void> {
    if (!declared.includes(gesture) && !declared.includes(COMES_WITH[gesture] ?? gesture))
      throw new Error(`the case makes the gesture ${gesture} and does not say so in needs`);
    const what = `${gesture} (${gestureWords[gesture]})`;
    possible(gesture);
    if (more.token !== undefined && 'assumed' in more.token && !actuator.anyToken) {
      throw new Unmet(`a person can't present a token that was made up: name one as tokens.* in plugproof.yaml`);
    }
    trace.happened('operator', 'harness', `hands: ${gesture} at EVSE ${evseId}${detail(more)}`);
    try {
      await actuator.perform({ gesture, station: station(), version, evseId, connectorId: 1, ...more }, signal);
    } catch (cause) {
      const says = cause instanceof Error ? cause.message : String(cause);
      throw new Unmet(`the actuator '${actuator.name}' could not make the gesture ${what}: ${says}`);
    }
  }
  return {
    can: (gesture) => actuator.can(gesture),
    needed: () => (declared as readonly Gesture[]).forEach(possible),
    plugIn: (evseId) => make('plugIn', evseId),
    plugOut: (evseId) => make('plugOut', evseId),
    unplugVehicle: (evseId) => make('plugOut', evseId, { side: 'vehicle' }),
    plugHalfway: (evseId) => make('plugHalfway', evseId),
    presentToken: (token, evseId) => make('presentToken', evseId, { token }),
    removeToken: (evseId) => make('removeToken', evseId),
    driveIn: (evseId) => make('driveIn', evseId),
    driveAway: (evseId) => make('driveAway', evseId),
    evReady: (evseId) => make('evReady', evseId),
    evSuspends: (evseId) => make('evSuspends', evseId),
    evStops: (evseId) => make('evStops', evseId),
    raiseFault: (evseId) => make('raiseFault', evseId),
    clearFault: (evseId) => make('clearFault', evseId),
    powerCycle: () => make('powerCycle'),
    cutNetwork: () => make('cutNetwork'),
    restoreNetwork: () => make('restoreNetwork'),
    state: (name, on, evseId) => make('state', evseId, { state: { name, on } }),
  };
}

function detail({ token, state, side }: Partial<GestureRequest>): string {
  if (side !== undefined) return `, at the ${side}`;
  if (token !== undefined) return `, token ${token.idToken}`;
  return state === undefined ? '' : `, ${state.name} ${state.on ? 'on' : 'off'}`;
}
