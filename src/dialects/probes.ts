/** A CALL for each role that changes nothing and that everybody has to answer. */
import type { OcppVersion, Role } from './dialect.ts';

export interface Probe {
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const heartbeat: Probe = { action: 'Heartbeat', payload: {} };

const getVariables: Probe = {
  action: 'GetVariables',
  payload: { getVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } }] },
};

const byVersion: Readonly<Record<OcppVersion, Probe>> = {
  '1.6': { action: 'GetConfiguration', payload: { key: ['HeartbeatInterval'] } },
  '2.0.1': getVariables,
  '2.1': getVariables,
};

/** The probe that a SUT in `role` has to answer with a CALLRESULT. */
export const probeFor = (version: OcppVersion, role: Role): Probe => (role === 'csms' ? heartbeat : byVersion[version]);
