/** Charging by ISO 15118 (2.x K15 to K17): the vehicle's needs are told, its schedule is awaited, and its own plan is told. */
import { heldProfiles } from './charging-profiles.ts';
import { nowS } from './limits.ts';
import { send } from './outbox.ts';
import { happened } from './session.ts';
import type { Evse, Session } from './state.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import { flag } from './values.ts';

/** Milliseconds that a vehicle waits for its schedule (K15.FR.08). */
const PATIENCE_MS = 60_000;

/** What the vehicle at this station wants: kWh of a small battery, on all phases of the station. */
const needsOf = ({ settings }: Station) => ({
  requestedEnergyTransfer: settings.phases === 3 ? 'AC_three_phase' : 'AC_single_phase',
  acChargingParameters: {
    energyAmount: 20_000,
    evMinCurrent: 6,
    evMaxCurrent: 32,
    evMaxVoltage: 400,
  },
});

const MAX_TUPLES = 3;

/** True where vehicles at this station speak ISO 15118. */
const speaks = (station: Station): boolean =>
  station.settings.version !== '1.6' && flag(station, 'ISO15118Ctrlr.Enabled');

/** A vehicle that may be charged has its schedule negotiated first, once for its transaction. */
export function negotiate(station: Station, evse: Evse): void {
  const { session } = evse;
  if (!speaks(station) || session?.transaction === undefined) return;
  if (session.negotiating !== undefined || evse.plugged === 0 || !session.authorized) return;
  ask(station, evse, session);
}

/** The vehicle tells its needs; it does so again when it wants another schedule (K17). */
export function ask(station: Station, evse: Evse, session: Session): void {
  // Without a connection there is nobody to ask: what is installed counts (K15.FR.15, K17.FR.15).
  if (!station.online) {
    session.negotiating = false;
    return;
  }
  const first = session.negotiating === undefined;
  if (first) session.negotiating = true;
  const payload = { evseId: evse.id, maxScheduleTuples: MAX_TUPLES, chargingNeeds: needsOf(station) };
  send(station, 'NotifyEVChargingNeeds', payload, {
    done: ({ payload: answer }) => {
      if (answer['status'] !== 'Accepted' && answer['status'] !== 'Processing') {
        go(station, evse, session);
        return;
      }
      later(station, PATIENCE_MS, () => go(station, evse, session));
    },
  });
}

/** A profile for the transaction of an EVSE came: the vehicle takes it and tells its plan (K15.FR.10, K16.FR.05). */
export function offered(station: Station, evse: Evse): void {
  const { session } = evse;
  if (session === undefined || !speaks(station)) return;
  const given = heldProfiles(station).findLast((one) => one.session === session);
  if (given === undefined) return;
  const { startSchedule: _start, salesTariff: _tariff, ...chargingSchedule } = given.schedule;
  send(station, 'NotifyEVChargingSchedule', {
    timeBase: new Date((session.poweredAt ?? nowS(station)) * 1000).toISOString(),
    evseId: evse.id,
    chargingSchedule,
  });
  go(station, evse, session);
}

function go(station: Station, evse: Evse, session: Session): void {
  if (evse.session !== session || session.negotiating !== true) return;
  session.negotiating = false;
  happened(station, evse, 'negotiated');
}
