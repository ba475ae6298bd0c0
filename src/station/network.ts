/** Network connection profiles of 2.x: slots with addresses, the order in which they are tried, and falling back. */
import type { SecurityProfile } from './access.ts';
import { extrasOf } from './extras.ts';
import type { Handler } from './protocol.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { list, setValue, whole } from './values.ts';
import { trusted, vaultOf } from './vault.ts';

const PRIORITY = 'OCPPCommCtrlr.NetworkConfigurationPriority';
const ATTEMPTS = 'OCPPCommCtrlr.NetworkProfileConnectionAttempts';
/** The slot of the address that the charger was set up with. */
const FIRST = '1';
export const SLOTS: readonly string[] = ['1', '2'];

interface Profile {
  /** Undefined: where the CSMS always was. */
  readonly url: string | undefined;
  readonly securityProfile: number;
}

/** Where a charger dials. */
export interface Network {
  readonly slots: Map<string, Profile>;
  /** Slot that is dialled. */
  active: string;
  /** Slot of the last connection that came about. */
  worked: string;
  /** Attempts in vain with the active slot. */
  failures: number;
}

export function networkOf(station: Station): Network {
  const extras = extrasOf(station);
  extras.network ??= {
    slots: new Map([[FIRST, { url: vaultOf(station).url, securityProfile: vaultOf(station).profile }]]),
    active: FIRST,
    worked: FIRST,
    failures: 0,
  };
  return extras.network;
}

/** Slot in use, for the device model. */
export const activeSlot = (station: Station): string => station.extras?.network?.active ?? FIRST;

/** True while the charger tries an address where it has not been yet. */
export const migrating = ({ extras }: Station): boolean => extras?.network?.active !== extras?.network?.worked;

/** True where each slot can be dialled, its security profile is no lower, and what that needs is there (A05.FR.02 to .04, .10). */
export function settable(station: Station, priority: string): boolean {
  const { profile, certificate } = vaultOf(station);
  const prepared = (wanted: number) =>
    wanted <= profile || ((wanted < 2 || trusted(station).length > 0) && (wanted < 3 || certificate !== undefined));
  const slots = priority.split(',').map((slot) => networkOf(station).slots.get(slot.trim()));
  return slots.every((slot) => slot !== undefined && slot.securityProfile >= profile && prepared(slot.securityProfile));
}

const ADDRESS = /^wss?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/;

/** Takes a profile that it could use (B09.FR.01, .02, .04, .05). */
export const setNetworkProfile: Handler = (station, asked) => {
  const { ocppVersion, ocppTransport, ocppCsmsUrl, securityProfile, messageTimeout } = asked[
    'connectionData'
  ] as Payload;
  const slot = String(asked['configurationSlot']);
  const vault = vaultOf(station);
  const secure = Number(securityProfile) >= 2;
  const fits =
    SLOTS.includes(slot) &&
    ocppVersion === 'OCPP20' &&
    ocppTransport === 'JSON' &&
    Number(messageTimeout) > 0 &&
    ADDRESS.test(String(ocppCsmsUrl)) &&
    String(ocppCsmsUrl).startsWith('wss:') === secure &&
    Number(securityProfile) >= vault.profile &&
    Number(securityProfile) <= 3;
  if (!fits) return { status: 'Rejected' };
  networkOf(station).slots.set(slot, { url: String(ocppCsmsUrl), securityProfile: Number(securityProfile) });
  return { status: 'Accepted' };
};

const order = (station: Station): string[] => {
  const slots = list(station, PRIORITY).filter((slot) => networkOf(station).slots.has(slot));
  return slots.length > 0 ? slots : [FIRST];
};

function use(station: Station, slot: string): void {
  const network = networkOf(station);
  const profile = network.slots.get(slot);
  if (profile === undefined) return;
  const vault = vaultOf(station);
  if (network.active !== slot) {
    station.attempts = 0;
    // Where the connection was before, the root that was replaced still does (M05.FR.16).
    vault.onFallback = slot === network.worked && vault.fallback !== undefined;
  }
  network.active = slot;
  network.failures = 0;
  vault.url = profile.url;
  vault.profile = profile.securityProfile as SecurityProfile;
}

/** After a start the first slot is dialled (B10.FR.04). */
export function dialFirst(station: Station): void {
  if (station.extras?.network !== undefined) use(station, order(station)[0] ?? FIRST);
}

/** A connection did not come about: after some attempts the next slot is dialled, and so on (B10.FR.03, B10.FR.08). */
export function dialFailed(station: Station): void {
  const { network } = station.extras ?? {};
  if (network === undefined) return;
  network.failures++;
  if (network.failures < Math.max(1, whole(station, ATTEMPTS))) return;
  const slots = order(station);
  use(station, slots[(slots.indexOf(network.active) + 1) % slots.length] ?? FIRST);
}

/** Profiles that are less secure than the one that worked are gone (A05.FR.06). */
function forgetLower(station: Station, { slots }: Network): void {
  const { profile } = vaultOf(station);
  const lower = [...slots].flatMap(([slot, { securityProfile }]) => (securityProfile < profile ? [slot] : []));
  if (lower.length === 0) return;
  for (const slot of lower) slots.delete(slot);
  setValue(
    station,
    PRIORITY,
    list(station, PRIORITY)
      .filter((slot) => slots.has(slot))
      .join(','),
  );
}

/** A connection came about; with another slot than before the charger registers anew (B10.FR.10). */
export function dialWorked(station: Station): void {
  const { network } = station.extras ?? {};
  if (network === undefined) return;
  network.failures = 0;
  if (network.worked !== network.active) {
    station.registration = 'none';
    forgetLower(station, network);
  }
  network.worked = network.active;
}
