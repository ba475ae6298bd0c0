/** Every component and variable of a 2.x charger with its value now: what reports and GetVariables read. */
import { type VariableRule, valueNow, variables2 } from './device-model.ts';
import type { Evse } from './state.ts';
import type { Station } from './station.ts';
import { status2 } from './transactions.v2.ts';

export interface Place {
  readonly id: number;
  readonly connectorId?: number;
}

export interface Entry {
  readonly rule: VariableRule;
  readonly evse?: Place;
  /** Key of its configuration; undefined where it is a reading. */
  readonly key?: string;
  readonly value: string;
}

type Reading = readonly [variable: string, dataType: VariableRule['dataType'], value: string, more?: object];

/** Variables that a driver or the operator meets first (B07.FR.09). */
export const SUMMARY: ReadonlySet<string> = new Set(['AvailabilityState', 'Problem']);

/** Every connector of ours is of this kind. */
export const CONNECTOR_TYPE = 'cType2';

const STATES = ['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'];

function readings(component: string, evse: Place | undefined, rows: readonly Reading[]): Entry[] {
  return rows.map(([variable, dataType, value, more]) => ({
    rule: { component, variable, instance: undefined, mutability: 'ReadOnly', dataType, value, ...more },
    value,
    ...(evse && { evse }),
  }));
}

const state = (value: string): Reading => ['AvailabilityState', 'OptionList', value, { values: STATES }];

function ofEvse(station: Station, evse: Evse): Entry[] {
  const { settings } = station;
  const shared: Reading[] = [
    ['Available', 'boolean', 'true'],
    ['SupplyPhases', 'integer', String(settings.phases)],
    ['Problem', 'boolean', String(evse.faulted)],
  ];
  const own: Reading[] = [
    state(status2(station, evse, evse.plugged || 1, true)),
    ['AllowReset', 'boolean', 'true'],
    ['Power', 'decimal', String(evse.powerW), { unit: 'W', max: settings.maxPowerW }],
  ];
  return [
    ...readings('EVSE', { id: evse.id }, [...own, ...shared]),
    ...evse.connectors.flatMap(({ id, operative }) =>
      readings('Connector', { id: evse.id, connectorId: id }, [
        state(status2(station, evse, id, operative)),
        ['ConnectorType', 'string', CONNECTOR_TYPE],
        ...shared,
      ]),
    ),
  ];
}

function ofStation(station: Station): Entry[] {
  const { settings } = station;
  return readings('ChargingStation', undefined, [
    state(station.operative ? 'Available' : 'Unavailable'),
    ['Available', 'boolean', 'true'],
    ['Model', 'string', settings.model],
    ['Problem', 'boolean', String(station.evses.some(({ faulted }) => faulted))],
    ['SerialNumber', 'string', settings.serialNumber],
    ['SupplyPhases', 'integer', String(settings.phases)],
    ['VendorName', 'string', settings.vendorName],
  ]);
}

/** Everything, the station's own parts first. */
export function inventory(station: Station): Entry[] {
  return [
    ...ofStation(station),
    ...station.evses.flatMap((evse) => ofEvse(station, evse)),
    ...[...variables2].map(([key, rule]): Entry => ({ rule, key, value: valueNow(station, key) })),
  ];
}
