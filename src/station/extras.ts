/** What most chargers never need, made on first use. */
import type { TimerHandle } from '../clock.ts';
import type { HeldProfile } from './charging-profiles.ts';
import type { Message } from './display.ts';
import type { FirmwareOrder } from './firmware.ts';
import type { UploadOrder } from './log-upload.ts';
import type { Monitoring } from './monitoring.ts';
import type { Network } from './network.ts';
import type { KnownToken, Reservation } from './state.ts';
import type { Station } from './station.ts';
import type { Vault } from './vault.ts';

export interface Extras {
  /** By token in lower case. */
  localList?: Map<string, KnownToken>;
  listVersion?: number;
  cache?: Map<string, KnownToken>;
  /** The reset that waits until nothing charges: the reason for the boot after it. */
  resetWhenIdle?: string;
  /** Runs when the last CALL in line was answered. */
  drained?: () => void;
  /** Ends the clock-aligned values for the end of transactions. */
  stopAligned?: () => void;
  /** Timers of what is under way and belongs to no EVSE. */
  timers?: Set<TimerHandle>;
  /** Reservations for whichever EVSE is free. */
  anywhere?: Reservation[];
  /** Statuses that have to last before they are told, by EVSE: ends the wait. */
  unsettled?: Map<number, () => void>;
  /** EVSEs in which a plug is that can't be locked. */
  halfway?: Set<number>;
  /** EVSEs whose lock sticks. */
  stuck?: Set<number>;
  /** No local list is taken. */
  refusesLists?: boolean;
  /** The update that is under way, or the last one. */
  firmware?: Progress<FirmwareOrder>;
  /** Monitors, once there were any. */
  monitoring?: Monitoring;
  /** Network connection profiles, once the CSMS touched them. */
  network?: Network;
  /** Charging profiles, once there were any. */
  profiles?: readonly HeldProfile[];
  /** Ends the wait for the next change of a limit. */
  stopLimits?: () => void;
  vault?: Vault;
  /** Messages for the display, by their ids. */
  messages?: Map<unknown, Message>;
  /** The upload that is under way, or the last one. */
  upload?: Progress<UploadOrder>;
}

/** How far something got that takes its time. */
export interface Progress<Order> {
  status: string;
  readonly order: Order;
  stop: (() => void) | undefined;
}

/** The extras of a charger. */
export function extrasOf(station: Station): Extras {
  station.extras ??= {};
  return station.extras;
}
