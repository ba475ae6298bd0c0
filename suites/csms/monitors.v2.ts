/** Monitors of OCPP 2.x, as an operator asks for them and as a station answers and reports. */
import { customMonitor } from '../../src/dialects/monitor-words.ts';
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { oddNumber } from './odds.ts';
import { orderedAmongst, sortedBy } from './orders.v2.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { now, OTHER_EVSE } from './states.ts';

/** PICS id: the device model with monitors. */
export const MONITORING = 'DM-0';

/** Variables that stations have monitors on. */
export const EVSE_STATE = {
  component: { name: 'EVSE', evse: { id: OTHER_EVSE } },
  variable: { name: 'AvailabilityState' },
};
export const STATION_STATE = { component: { name: 'ChargingStation' }, variable: { name: 'AvailabilityState' } };
export const STATION_POWER = { component: { name: 'ChargingStation' }, variable: { name: 'Power' } };
export const EVSE_POWER = { component: { name: 'EVSE', evse: { id: OTHER_EVSE } }, variable: { name: 'Power' } };

const nameOf = (item: Payload): string =>
  ['component.name', 'component.instance', 'component.evse.id', 'component.evse.connectorId']
    .concat(['variable.name', 'variable.instance', 'type', 'severity'])
    .map((path) => String(at(item, path) ?? '').toLowerCase())
    .join('/');

/** The order of variables and of criteria means nothing. */
const sortedVariables = sortedBy('componentVariable', nameOf);
const sorted = (payload: Payload): Payload => {
  const { monitoringCriteria, ...others } = sortedVariables(payload);
  return Array.isArray(monitoringCriteria)
    ? { ...others, monitoringCriteria: monitoringCriteria.toSorted() }
    : { ...others, ...(monitoringCriteria !== undefined && { monitoringCriteria }) };
};

/**
 * The operator asks for a report of monitors; a check compares the CALL. A CSMS may ask for one on its own account,
 * after a boot above all (N04.FR.19).
 */
export function ordersReport(
  context: Context,
  wish: Payload,
  status: string,
  id: 'asked' | 'again' = 'asked',
): Promise<Ordered> {
  const asked = { requestId: anyRequestId(context.random), ...wish };
  return orderedAmongst<string>(
    context,
    'GetMonitoringReport',
    asked,
    { status },
    {
      id,
      others: { status: 'EmptyResultSet' },
      sorted,
    },
  );
}

/** A monitor as a report has it. */
const monitor = (context: Context, type: string): Payload => ({
  ...customMonitor[context.dialect.version],
  id: oddNumber(context, 1, 1e6),
  transaction: false,
  value: type === 'Delta' ? 1 : oddNumber(context, 1_000) + 0.5,
  type,
  severity: oddNumber(context, 4, 6),
});

/** The report, one NotifyMonitoringReport for each variable, judged by the check `taken`. */
export async function reportsMonitors(
  context: Context<'taken'>,
  order: Ordered,
  type: string,
  ...variables: readonly Payload[]
): Promise<void> {
  for (const [seqNo, variable] of variables.entries()) {
    const reply = await context.station.call('NotifyMonitoringReport', {
      requestId: requestIdOf(order),
      generatedAt: now(context),
      seqNo,
      tbc: seqNo < variables.length - 1,
      monitor: [{ ...variable, variableMonitoring: [monitor(context, type)] }],
    });
    context.check('taken', () => expect(reply).to.be.callResult());
  }
}

/** Items of a SetVariableMonitoring. */
const monitorsOf = ({ setMonitoringData }: Payload): readonly Payload[] =>
  Array.isArray(setMonitoringData) ? setMonitoringData : [];

/** The order of the monitors means nothing. */
const sortedMonitors = sortedBy('setMonitoringData', nameOf);

/**
 * The operator has monitors set; a check compares the CALL, and the station answers each with the same word.
 * @returns the ids that the station gave
 */
export async function setsMonitors(
  context: Context,
  items: readonly Payload[],
  status: string,
  id: 'asked' | 'again' = 'asked',
): Promise<readonly number[]> {
  const order = await context.operator.order('SetVariableMonitoring', { setMonitoringData: items });
  const ordered = { ...order, asked: sortedMonitors(order.asked) };
  context.check(id, () =>
    expect({ ...ordered, call: { ...order.call, payload: sortedMonitors(order.call.payload) } }).to.carryWhatWasAsked(),
  );
  const sent = monitorsOf(order.call.payload);
  const ids = sent.map((item) => (typeof item['id'] === 'number' ? item['id'] : oddNumber(context, 1, 1e6)));
  if (sent.length === 0) order.call.refuse('OccurrenceConstraintViolation', 'no monitor is named');
  else {
    const setMonitoringResult = sent.map(({ component, variable, type, severity }, i) => ({
      ...(status === 'Accepted' && { id: ids[i] }),
      status,
      type,
      component,
      variable,
      severity,
    }));
    order.call.respond({ setMonitoringResult });
  }
  return ids;
}

/** Every item of a SetVariableMonitoring, rewritten. */
const onMonitors = (name: string, change: (item: Payload) => Payload): Fault =>
  alter('SetVariableMonitoring', (payload) => ({ setMonitoringData: monitorsOf(payload as Payload).map(change) }), {
    kind: 'call',
    name,
  });

export const monitorFaults: readonly Fault[] = [
  onMonitors('other value', (item) => ({ ...item, value: Number(item['value']) + 1 })),
  onMonitors('other type', (item) => ({ ...item, type: 'Periodic' })),
  onMonitors('other severity', (item) => ({ ...item, severity: 3 })),
  onMonitors('other component', (item) => ({ ...item, component: { name: 'Controller' } })),
  onMonitors('other variable', (item) => ({ ...item, variable: { name: 'Problem' } })),
  onMonitors('other id', (item) => ({ ...item, id: typeof item['id'] === 'number' ? item['id'] + 1 : 4_711 })),
  onMonitors('in transactions only', (item) => ({ ...item, transaction: item['transaction'] !== true })),
];

/** One of the monitors is lost. */
export const monitorLost: Fault = alter(
  'SetVariableMonitoring',
  (payload) => ({ setMonitoringData: monitorsOf(payload as Payload).slice(1) }),
  { kind: 'call', name: 'one lost' },
);
