/** The kind of a monitor in a NotifyMonitoringReport: 2.1 names it, 2.0.1 has no field for it. */
import type { OcppVersion } from './dialect.ts';

type Kind = Readonly<Record<string, unknown>>;

const custom: Kind = { eventNotificationType: 'CustomMonitor' };

/** The fields that tell that the CSMS set the monitor. */
export const customMonitor: Readonly<Record<OcppVersion, Kind>> = { '1.6': {}, '2.0.1': {}, '2.1': custom };
