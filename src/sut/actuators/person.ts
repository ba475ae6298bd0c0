/** The actuators `prompt` and `none`: a person at the charger, and nobody. */
import { asker, type Terminal } from '../drivers/ask.ts';
import { type Actuator, ActuatorError, gestureWords } from './actuator.ts';

/** A person has the cards that there are: tokens have to be named in the configuration. */
export function promptActuator(terminal: Terminal): Actuator {
  const ask = asker(terminal, 'actuator');
  return {
    name: 'prompt',
    anyToken: false,
    can: () => terminal.input.isTTY === true,
    async perform({ gesture, station, evseId, token, state, side }, signal) {
      const lines = [`At the charger ${station}, EVSE ${evseId}: ${gestureWords[gesture]}`];
      if (side) lines.push(`  at the ${side}, and nowhere else`);
      if (token) lines.push(`  token = ${token.idToken}`, `  type = ${token.type}`);
      if (state) lines.push(`  ${state.name} = ${state.on ? 'on' : 'off'}`);
      await ask(lines, signal);
    },
    close: async () => {},
  };
}

export const noActuator: Actuator = {
  name: 'none',
  anyToken: true,
  can: () => false,
  perform: async ({ gesture }) => {
    throw new ActuatorError(`there is no actuator that could make the gesture ${gesture}: see --actuator`);
  },
  close: async () => {},
};
