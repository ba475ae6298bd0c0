/** CALLs that break one rule each, by who has to refuse them: harmless even where they are served. */
import type { OcppVersion, Offence, Role } from '../../src/dialects/dialect.ts';

type Kind = Extract<Offence, 'missingField' | 'extraField' | 'wrongType' | 'badValue' | 'tooLong'>;

export interface Offender {
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An action that takes no empty payload. */
type Offenders = Readonly<Record<Kind, Offender> & { demanding: string }>;

const status16 = (change: object): Offender => ({
  action: 'StatusNotification',
  payload: { connectorId: 1, errorCode: 'NoError', status: 'Available', ...change },
});

const status2 = (change: object): Offender => ({
  action: 'StatusNotification',
  payload: { timestamp: '2026-01-01T00:00:00Z', connectorStatus: 'Available', evseId: 1, connectorId: 1, ...change },
});

const variable = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
const get2 = (change: object, beside: object = {}): Offender => ({
  action: 'GetVariables',
  payload: { getVariableData: [{ ...variable, ...change }], ...beside },
});

const csms2: Offenders = {
  demanding: 'StatusNotification',
  missingField: status2({ connectorStatus: undefined }),
  extraField: status2({ plugproofSurplus: 1 }),
  wrongType: status2({ evseId: '1' }),
  badValue: status2({ connectorStatus: 'Dancing' }),
  // Most texts of a station grew in 2.1; the model of 20 characters stayed.
  tooLong: {
    action: 'BootNotification',
    payload: { reason: 'PowerUp', chargingStation: { vendorName: 'plugproof', model: 'm'.repeat(21) } },
  },
};

const station2: Offenders = {
  demanding: 'GetVariables',
  missingField: get2({ variable: undefined }),
  extraField: get2({}, { plugproofSurplus: 1 }),
  wrongType: get2({ variable: { name: 12 } }),
  badValue: get2({ attributeType: 'Dancing' }),
  tooLong: get2({ variable: { name: 'n'.repeat(51) } }),
};

/** The CALLs that a SUT in a role has to refuse. */
export const offenders: Readonly<Record<OcppVersion, Readonly<Record<Role, Offenders>>>> = {
  '1.6': {
    csms: {
      demanding: 'StatusNotification',
      missingField: status16({ status: undefined }),
      extraField: status16({ plugproofSurplus: 1 }),
      wrongType: status16({ connectorId: 'one' }),
      badValue: status16({ status: 'Dancing' }),
      tooLong: status16({ info: 'i'.repeat(51) }),
    },
    station: {
      demanding: 'ChangeConfiguration',
      missingField: { action: 'ChangeConfiguration', payload: { key: 'HeartbeatInterval' } },
      extraField: { action: 'GetConfiguration', payload: { key: ['HeartbeatInterval'], plugproofSurplus: 1 } },
      wrongType: { action: 'GetConfiguration', payload: { key: 'HeartbeatInterval' } },
      badValue: { action: 'ChangeAvailability', payload: { connectorId: 0, type: 'Dancing' } },
      tooLong: { action: 'GetConfiguration', payload: { key: ['k'.repeat(51)] } },
    },
  },
  '2.0.1': { csms: csms2, station: station2 },
  '2.1': { csms: csms2, station: station2 },
};

/** A CALL that is good for the other role and never for this one. */
export const wrongDirection: Readonly<Record<Role, Offender>> = {
  csms: { action: 'ClearCache', payload: {} },
  station: { action: 'Heartbeat', payload: {} },
};

/** Actions that only other versions have. */
export const otherVersions: Readonly<Record<OcppVersion, readonly string[]>> = {
  '1.6': ['TransactionEvent', 'GetVariables'],
  '2.0.1': ['StartTransaction', 'GetConfiguration'],
  '2.1': ['StartTransaction', 'GetConfiguration'],
};
