/** Monitors set, cleared and reported (2.x use cases N02 to N06). */
import { customMonitor } from '../dialects/monitor-words.ts';
import { type Entry, inventory } from './inventory.ts';
import { isNumeric, isOn, type Monitor, monitoringOf, unwatch, watchWith } from './monitoring.ts';
import { send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import { find, fitsQuestion } from './reports.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';

/** Most monitors in one NotifyMonitoringReport. */
const PER_PART = 20;

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };

export const setVariableMonitoring: Handler = (station, asked, after) => {
  const setMonitoringResult = (asked['setMonitoringData'] as Payload[]).map((item) => {
    const { type, severity, component, variable } = item;
    return { ...setOne(station, item, after), type, severity, component, variable };
  });
  return { setMonitoringResult };
};

function setOne(station: Station, item: Payload, after: (work: () => void) => void): Payload {
  const entry = find(inventory(station), item);
  // N04.FR.03, N04.FR.04
  if (typeof entry === 'string') return { status: entry };
  const status = refusal(station, item, entry);
  if (status !== undefined) return { status };
  const monitoring = monitoringOf(station);
  const id = typeof item['id'] === 'number' ? item['id'] : ++monitoring.lastId;
  const wanted = {
    id,
    component: item['component'] as Payload,
    variable: item['variable'] as Payload,
    type: String(item['type']),
    severity: Number(item['severity']),
    value: Number(item['value']),
    transaction: item['transaction'] === true,
  };
  watchWith(station, wanted);
  after(() => station.looks());
  return { status: 'Accepted', id };
}

/** Why a monitor can't be set (N04.FR.05, .06, .10, .13, .14, .16); undefined where it can. */
function refusal(station: Station, item: Payload, entry: Entry): string | undefined {
  const { monitors } = monitoringOf(station);
  const { id, type } = item;
  const value = Number(item['value']);
  const severity = Number(item['severity']);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = entry.rule;
  const threshold = String(type).endsWith('Threshold');
  if (threshold && !isNumeric(entry)) return 'UnsupportedMonitorType';
  if (severity < 0 || severity > 9) return 'Rejected';
  if (type === 'Delta' && value < 0) return 'Rejected';
  if (threshold && (value < min || value > max)) return 'Rejected';
  const on = item as unknown as Pick<Monitor, 'component' | 'variable'>;
  if (typeof id === 'number') {
    const old = monitors.get(id);
    if (old === undefined || !isOn(old, on)) return 'Rejected';
  }
  const twin = [...monitors.values()].find(
    (one) => one.id !== id && one.type === type && one.severity === severity && isOn(one, on),
  );
  return twin === undefined ? undefined : 'Duplicate';
}

export const clearVariableMonitoring: Handler = (station, asked) => ({
  clearMonitoringResult: (asked['id'] as number[]).map((id) => ({
    id,
    status: unwatch(station, id) ? 'Accepted' : 'NotFound',
  })),
});

/** There are no monitors but those that the CSMS set: of the other bases nothing is left (N03.FR.04, N03.FR.05). */
export const setMonitoringBase: Handler = (station, asked) => {
  const monitoring = monitoringOf(station);
  monitoring.base = String(asked['monitoringBase']);
  if (monitoring.base !== 'All') for (const id of [...monitoring.monitors.keys()]) unwatch(station, id);
  return accepted;
};

export const setMonitoringLevel: Handler = (station, asked) => {
  const level = Number(asked['severity']);
  if (!(level >= 0 && level <= 9)) return rejected;
  monitoringOf(station).level = level;
  return accepted;
};

const CRITERIA: Readonly<Record<string, RegExp>> = {
  ThresholdMonitoring: /Threshold$/,
  DeltaMonitoring: /^Delta$/,
  PeriodicMonitoring: /^Periodic/,
};

export const getMonitoringReport: Handler = (station, asked, after) => {
  const criteria = (asked['monitoringCriteria'] ?? []) as string[];
  const questions = (asked['componentVariable'] ?? []) as Payload[];
  const found = [...monitoringOf(station).monitors.values()].filter(
    (one) =>
      (criteria.length === 0 || criteria.some((word) => CRITERIA[word]?.test(one.type))) &&
      (questions.length === 0 || questions.some((question) => isAskedFor(station, one, question))),
  );
  if (found.length === 0) return { status: 'EmptyResultSet' };
  after(() => report(station, asked['requestId'], found));
  return accepted;
};

const isAskedFor = (station: Station, monitor: Monitor, question: Payload): boolean =>
  inventory(station).some(
    (entry) =>
      fitsQuestion(entry, question) &&
      isOn(monitor, {
        component: { name: entry.rule.component, evse: entry.evse },
        variable: { name: entry.rule.variable, instance: entry.rule.instance },
      }),
  );

/** NotifyMonitoringReport in parts, numbered from 0 (N02.FR.09). */
function report(station: Station, requestId: unknown, found: readonly Monitor[]): void {
  const generatedAt = new Date(station.clock.now()).toISOString();
  const kind = customMonitor[station.settings.version];
  const parts = Math.ceil(found.length / PER_PART);
  for (let seqNo = 0; seqNo < parts; seqNo++) {
    const monitor = found
      .slice(seqNo * PER_PART, (seqNo + 1) * PER_PART)
      .map(({ component, variable, id, transaction, value, type, severity }) => ({
        component,
        variable,
        variableMonitoring: [{ id, transaction, value, type, severity, ...kind }],
      }));
    const payload = { requestId, generatedAt, seqNo, tbc: seqNo < parts - 1, monitor };
    send(station, 'NotifyMonitoringReport', payload, { passes: true });
  }
}
