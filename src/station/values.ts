/** Configuration as the rooms read it: what was set at run time, else the settings, else the default. */
import type { Station } from './station.ts';
import type { Part } from './types.ts';

/** What both versions configure, under each its own name: a 1.6 key, or `Component.Variable`. */
export interface Keys {
  readonly messageTimeout: string;
  readonly messageAttempts: string;
  readonly messageRetryInterval: string;
  readonly backOffMinimum: string;
  readonly backOffRandom: string;
  readonly backOffRepeats: string;
  readonly heartbeatInterval: string;
  readonly connectionTimeOut: string;
  readonly authorizeRemoteStart: string;
  readonly localPreAuthorize: string;
  readonly localAuthorizeOffline: string;
  readonly offlineUnknown: string;
  readonly cacheEnabled: string;
  readonly listEnabled: string;
  readonly stopOnInvalidId: string;
  readonly energyOnInvalidId: string;
  readonly stopOnEvSideDisconnect: string;
  readonly alignedInterval: string;
  readonly alignedMeasurands: string;
  readonly sampleInterval: string;
  readonly sampleMeasurands: string;
  readonly password: string;
  readonly securityProfile: string;
  readonly organization: string;
  readonly additionalRootCheck: string;
  readonly maxChain: string;
  readonly signingWait: string;
  readonly signingRepeats: string;
  /** Connections to be tried before another way is taken. */
  readonly attempts: string;
}

/** True where the station was not built without that part. */
export const has = ({ settings }: Station, part: Part): boolean => !settings.without.includes(part);

/** A value as text; empty where nobody knows of it. */
export function text(station: Station, key: string): string {
  if (key === station.protocol.keys.heartbeatInterval) return String(station.heartbeatS);
  return station.values?.get(key) ?? station.settings.configuration[key] ?? station.protocol.defaultOf(key) ?? '';
}

/** A whole number, 0 where there is none. */
export function whole(station: Station, key: string): number {
  const value = Number(text(station, key));
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}

export const flag = (station: Station, key: string): boolean => text(station, key).toLowerCase() === 'true';

/** The items of a comma-separated list. */
export const list = (station: Station, key: string): string[] =>
  text(station, key)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Sets a value at run time; it survives a reset. */
export function setValue(station: Station, key: string, value: string): void {
  if (key === station.protocol.keys.heartbeatInterval) station.heartbeatS = Number(value);
  else {
    station.values ??= new Map();
    station.values.set(key, value);
  }
}
