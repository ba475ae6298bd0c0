/** How a charger is set up where nobody says otherwise. */
import { type Part, parts, type StationSettings } from './types.ts';

/** What has to be said of a charger; the rest has defaults. */
export type StationSetup = Pick<StationSettings, 'identity' | 'version'> & Partial<StationSettings>;

/** Most milliseconds that an answer may take; OCPP leaves the number to the operator. */
const TIMEOUT_MS = 30_000;

const NOTHING_MISSING: StationSettings['without'] = Object.freeze([]);

const NO_CONFIGURATION: Readonly<Record<string, string>> = Object.freeze({});

/** True for the name of a part that a charger can do without. */
export const isPart = (name: string): name is Part => (parts as readonly string[]).includes(name);

/** Fills in the defaults: one EVSE with one connector, 22 kW on three phases. */
export function stationSettings(setup: StationSetup): StationSettings {
  return {
    identity: setup.identity,
    version: setup.version,
    vendorName: setup.vendorName ?? 'plugproof',
    model: setup.model ?? 'station',
    serialNumber: setup.serialNumber ?? 'PP0001',
    firmwareVersion: setup.firmwareVersion ?? '1.0.0',
    evses: setup.evses ?? 1,
    connectorsPerEvse: setup.connectorsPerEvse ?? 1,
    maxPowerW: setup.maxPowerW ?? 22_080,
    voltage: setup.voltage ?? 230,
    phases: setup.phases ?? 3,
    without: setup.without ?? NOTHING_MISSING,
    configuration: setup.configuration ?? NO_CONFIGURATION,
    timeoutMs: setup.timeoutMs ?? TIMEOUT_MS,
    ...(setup.credentials && { credentials: setup.credentials }),
    sparesHeartbeats: setup.sparesHeartbeats ?? false,
  };
}
