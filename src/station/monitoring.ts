/** Monitors of 2.x: on which variables there are any, and what they tell when a value changes, or time goes by. */

import { isCharging } from './availability.ts';
import { extrasOf } from './extras.ts';
import { type Entry, inventory, type Place } from './inventory.ts';
import { toNextMark } from './meter.ts';
import { send } from './outbox.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import type { Payload } from './types.ts';
import { flag, whole } from './values.ts';

export interface Monitor {
  readonly id: number;
  readonly component: Payload;
  readonly variable: Payload;
  readonly type: string;
  readonly severity: number;
  readonly value: number;
  readonly transaction: boolean;
  /** Value when it was set, or when it last told something. */
  seen: string;
  /** A threshold is crossed. */
  crossed: boolean;
  stop: (() => void) | undefined;
}

export interface Monitoring {
  readonly monitors: Map<number, Monitor>;
  lastId: number;
  lastEvent: number;
  /** Events of a greater severity number are not told (N05). */
  level: number;
  base: string;
}

const LEAST_SEVERE = 9;
const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal']);

export function monitoringOf(station: Station): Monitoring {
  const extras = extrasOf(station);
  extras.monitoring ??= { monitors: new Map(), lastId: 0, lastEvent: 0, level: LEAST_SEVERE, base: 'All' };
  return extras.monitoring;
}

export const isNumeric = ({ rule }: Entry): boolean => NUMERIC.has(rule.dataType);

const same = (one: unknown, other: unknown) => String(one ?? '').toLowerCase() === String(other ?? '').toLowerCase();

/** True where a monitor is on a variable that is named so. */
export function isOn({ component, variable }: Monitor, wanted: Pick<Monitor, 'component' | 'variable'>): boolean {
  const [evse, other] = [component['evse'], wanted.component['evse']] as (Place | undefined)[];
  return (
    same(component['name'], wanted.component['name']) &&
    same(component['instance'], wanted.component['instance']) &&
    evse?.id === other?.id &&
    evse?.connectorId === other?.connectorId &&
    same(variable['name'], wanted.variable['name']) &&
    same(variable['instance'], wanted.variable['instance'])
  );
}

const entryOf = (station: Station, { component, variable }: Monitor): Entry | undefined =>
  inventory(station).find(({ rule, evse }) =>
    isOn({ component, variable } as Monitor, {
      component: { name: rule.component, evse },
      variable: { name: rule.variable, instance: rule.instance },
    }),
  );

const valueAt = (station: Station, monitor: Monitor): string => {
  const entry = entryOf(station, monitor);
  return entry === undefined || entry.rule.mutability === 'WriteOnly' ? '' : entry.value;
};

/** Puts a monitor in place of the one with its id, or beside the others, and lets it look at once (N07.FR.11). */
export function watchWith(station: Station, wanted: Omit<Monitor, 'seen' | 'crossed' | 'stop'>): void {
  const { monitors } = monitoringOf(station);
  const old = monitors.get(wanted.id);
  old?.stop?.();
  const monitor: Monitor = { ...wanted, seen: '', crossed: old?.crossed ?? false, stop: undefined };
  // What nobody may read can change all the same.
  monitor.seen = entryOf(station, monitor)?.value ?? '';
  monitors.set(monitor.id, monitor);
  if (monitor.type.startsWith('Periodic')) tick(station, monitor);
}

export function unwatch(station: Station, id: number): boolean {
  const { monitors } = monitoringOf(station);
  monitors.get(id)?.stop?.();
  return monitors.delete(id);
}

/** Every so many seconds, from now on or by the clock (N08.FR.06, N08.FR.07). */
function tick(station: Station, monitor: Monitor): void {
  const seconds = Math.max(1, monitor.value);
  const ms = monitor.type === 'Periodic' ? seconds * 1000 : toNextMark(station.clock.now(), seconds);
  monitor.stop = later(station, ms, () => {
    tell(station, monitor, 'Periodic', valueAt(station, monitor));
    tick(station, monitor);
  });
}

/** Something may have changed: each monitor looks. */
export function look(station: Station): void {
  const { monitoring } = station.extras ?? {};
  if (monitoring === undefined || monitoring.monitors.size === 0) return;
  for (const monitor of monitoring.monitors.values()) {
    const entry = entryOf(station, monitor);
    if (entry !== undefined) judge(station, monitor, entry);
  }
}

function judge(station: Station, monitor: Monitor, entry: Entry): void {
  const { value } = entry;
  if (monitor.type === 'Delta') {
    const far = isNumeric(entry)
      ? Math.abs(Number(value) - Number(monitor.seen)) > monitor.value
      : value !== monitor.seen;
    if (!far) return;
    monitor.seen = value;
    tell(station, monitor, 'Delta', entry.rule.mutability === 'WriteOnly' ? '' : value);
  } else if (monitor.type.endsWith('Threshold')) {
    const crossed = monitor.type === 'UpperThreshold' ? Number(value) > monitor.value : Number(value) < monitor.value;
    if (crossed === monitor.crossed) return;
    monitor.crossed = crossed;
    tell(station, monitor, 'Alerting', value, !crossed);
  }
}

/** NotifyEvent, where the monitor is severe enough (N05.FR.03), and matters now. */
function tell(station: Station, monitor: Monitor, trigger: string, actualValue: string, cleared = false): void {
  const monitoring = monitoringOf(station);
  const { severity, transaction, component, variable, id } = monitor;
  if (severity > monitoring.level || !flag(station, 'MonitoringCtrlr.Enabled')) return;
  if (transaction && !station.evses.some(isCharging)) return;
  const now = new Date(station.clock.now()).toISOString();
  const event = {
    eventId: ++monitoring.lastEvent,
    timestamp: now,
    trigger,
    actualValue,
    ...(cleared && { cleared }),
    eventNotificationType: 'CustomMonitor',
    component,
    variable,
    variableMonitoringId: id,
  };
  const payload = { generatedAt: now, seqNo: 0, tbc: false, eventData: [event] };
  // N07.FR.04, N08.FR.03
  const kept = severity <= whole(station, 'MonitoringCtrlr.OfflineQueuingSeverity');
  if (station.reports || kept) send(station, 'NotifyEvent', payload, { kept });
}
