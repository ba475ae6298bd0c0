/** Monitors of a 2.x charger in cases: set, reported, cleared when the case is over, and how the answers are faulted. */
import type { Context } from '../../src/judge/context.ts';
import { alter, duplicate, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { EVSE, quiet } from './states.ts';

/** Declared feature: monitoring. */
export const MONITORING = 'DM-0';

export interface Wanted {
  readonly id?: number;
  readonly component: Payload;
  readonly variable: Payload;
  readonly type: 'UpperThreshold' | 'LowerThreshold' | 'Delta' | 'Periodic' | 'PeriodicClockAligned';
  readonly severity: number;
  readonly value: number;
}

/** Changes of the state of an EVSE: every charger has it, and a change of availability changes it. */
export const ofState = (severity: number, more: Partial<Wanted> = {}): Wanted => ({
  component: { name: 'EVSE', evse: { id: EVSE } },
  variable: { name: 'AvailabilityState' },
  type: 'Delta',
  severity,
  value: 1,
  ...more,
});

export const resultsOf = (reply: Reply): readonly Payload[] =>
  (reply.payload['setMonitoringResult'] ?? []) as readonly Payload[];

/** What a monitor is on, in one word: names are the same in capital and small letters (Part 2, 2.1.4). */
export const placeOf = (one: unknown): string =>
  [
    at(one, 'component.name'),
    at(one, 'component.evse.id'),
    at(one, 'component.evse.connectorId'),
    at(one, 'variable.name'),
    at(one, 'variable.instance'),
  ]
    .join('/')
    .toLowerCase();

/** @throws Unmet where the station has no monitors at all */
export function monitors(reply: Reply): void {
  const none =
    reply.payload['status'] === 'NotSupported' || ['NotSupported', 'NotImplemented'].includes(String(reply.code));
  if (none) throw new Unmet(`the station has no monitors (${describe(reply)}): declare ${MONITORING} in sut.without`);
}

export const clear = ({ csms }: Pick<Context, 'csms'>, ...id: readonly number[]): Promise<Reply> =>
  csms.call('ClearVariableMonitoring', { id });

/** Sets monitors; those that are there are cleared when the case is over. @throws Unmet where there are none at all */
export async function set(context: Pick<Context, 'csms' | 'after'>, ...wanted: readonly Wanted[]): Promise<Reply> {
  const { after, csms } = context;
  const reply = await csms.call('SetVariableMonitoring', { setMonitoringData: wanted });
  monitors(reply);
  const ids = resultsOf(reply).flatMap(({ id }) => (typeof id === 'number' ? [id] : []));
  if (ids.length > 0) after(() => clear(context, ...ids));
  return reply;
}

/** Sets a monitor that the case only needs. @throws Unmet where it is not accepted */
export async function need(context: Pick<Context, 'csms' | 'after'>, wanted: Wanted): Promise<number> {
  const reply = await set(context, wanted);
  const [result] = resultsOf(reply);
  if (result?.['status'] !== 'Accepted' || typeof result['id'] !== 'number')
    throw new Unmet(`a monitor was needed and answered with ${describe(reply)}`);
  return result['id'];
}

/** Everything is monitored at every severity, as before a case. */
export async function open({ csms, after }: Pick<Context, 'csms' | 'after'>): Promise<void> {
  after(() => csms.call('SetMonitoringLevel', { severity: 9 }));
  monitors(await csms.call('SetMonitoringBase', { monitoringBase: 'All' }));
  await csms.call('SetMonitoringLevel', { severity: 9 });
}

/** A monitor as it is reported, with what it is on. */
const SET_BY_CSMS = 'CustomMonitor';

export interface Reported {
  readonly place: string;
  readonly id: unknown;
  readonly type: unknown;
  readonly severity: unknown;
  readonly value: unknown;
  readonly transaction: unknown;
  readonly kind: unknown;
}

export interface MonitoringReport {
  readonly reply: Reply;
  readonly parts: readonly IncomingCall[];
  readonly all: readonly Reported[];
}

/** Asks for the monitors, and gathers what is told. */
export async function report(
  context: Pick<Context, 'csms' | 'dialect' | 'random'>,
  asked: Payload = {},
): Promise<MonitoringReport> {
  const { csms, random } = context;
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const own = (payload: Payload) => payload['requestId'] === requestId;
  const reply = await csms.call('GetMonitoringReport', { requestId, ...asked });
  monitors(reply);
  const action = 'NotifyMonitoringReport';
  let part = reply.payload['status'] === 'Accepted' ? await csms.awaitCall(action, { since, where: own }) : undefined;
  while (part?.payload['tbc'] === true)
    part = await csms.awaitCall(action, { since: csms.calls(0).indexOf(part) + 1, where: own });
  await quiet(context);
  const parts = csms.calls(since, action).filter(({ payload }) => own(payload));
  const all = parts.flatMap(({ payload }) =>
    ((payload['monitor'] ?? []) as readonly Payload[]).flatMap((one) =>
      ((one['variableMonitoring'] ?? []) as readonly Payload[]).map((monitor) => ({
        place: placeOf(one),
        id: monitor['id'],
        type: monitor['type'],
        severity: monitor['severity'],
        value: monitor['value'],
        transaction: monitor['transaction'],
        // 2.0.1 has no field for it.
        kind: monitor['eventNotificationType'] ?? SET_BY_CSMS,
      })),
    ),
  );
  return { reply, parts, all };
}

/** What a report has to say of a monitor that was set. */
export const asReported = ({ component, variable, type, severity, value }: Wanted, id: unknown): Reported => ({
  place: placeOf({ component, variable }),
  id,
  type,
  severity,
  value,
  transaction: false,
  kind: SET_BY_CSMS,
});

/** Changes each result of SetVariableMonitoring. */
export const results = (name: string, change: (result: Payload, i: number) => Payload): Fault =>
  alter(
    'SetVariableMonitoring',
    (payload) => ({ setMonitoringResult: ((payload as Payload)['setMonitoringResult'] as Payload[]).map(change) }),
    { name, kind: 'callresult' },
  );

/** Changes each monitor that is reported. */
export const reported = (name: string, change: (monitor: Payload) => Payload): Fault =>
  alter(
    'NotifyMonitoringReport',
    (payload) => ({
      ...(payload as Payload),
      monitor: ((payload as Payload)['monitor'] as Payload[]).map((one) => ({
        ...one,
        variableMonitoring: (one['variableMonitoring'] as Payload[]).map(change),
      })),
    }),
    { name, kind: 'call' },
  );

/** Events of a monitor since a mark, in order. */
export const eventsOf = ({ csms }: Pick<Context, 'csms'>, since: number, id: unknown): readonly Payload[] =>
  csms
    .calls(since, 'NotifyEvent')
    .flatMap(({ payload }) => (payload['eventData'] ?? []) as readonly Payload[])
    .filter((event) => event['variableMonitoringId'] === id);

/** Waits for an event of a monitor. @param since a `mark` */
export const awaitEvent = (
  { csms }: Pick<Context, 'csms'>,
  since: number,
  id: unknown,
  fits: (event: Payload) => boolean = () => true,
  timeoutMs?: number,
): Promise<IncomingCall | undefined> =>
  csms.awaitCall('NotifyEvent', {
    since,
    ...(timeoutMs !== undefined && { timeoutMs }),
    where: (payload) =>
      ((payload['eventData'] ?? []) as readonly Payload[]).some(
        (one) => one['variableMonitoringId'] === id && fits(one),
      ),
  });

/** Changes of the state of the station as such. */
export const STATION: Wanted = ofState(8, { component: { name: 'ChargingStation' } });

/** Asks for the monitors of one variable. */
export const question = ({ component, variable }: Wanted) => ({ componentVariable: [{ component, variable }] });

/** The form of a report. */
export const reportForm = {
  ref: 'N02.FR.09',
  level: 'SHALL',
  says: 'the report is numbered from 0, and only its last part says that it is the last',
} as const;

export const reportFormFaults = [
  alter('GetMonitoringReport', { status: 'EmptyResultSet' }),
  alter('NotifyMonitoringReport', { seqNo: 1 }),
  alter('NotifyMonitoringReport', { tbc: true }),
  duplicate('NotifyMonitoringReport'),
  alter('NotifyMonitoringReport', { generatedAt: '2020-01-01T00:00:00Z' }),
] as const;

export function judgeForm({ check }: Context<'form'>, { parts, reply }: MonitoringReport): void {
  check('form', () => {
    expect(reply).to.be.callResult({ status: 'Accepted' });
    expect(parts.length, 'parts').to.be.at.least(1);
    expect(parts.map(({ payload }) => payload['seqNo'])).to.deep.equal(parts.map((_, i) => i));
    expect(parts.map(({ payload }) => payload['tbc'] ?? false)).to.deep.equal(
      parts.map((_, i) => i < parts.length - 1),
    );
    for (const { payload } of parts) expect(payload['generatedAt']).to.be.recentInstant();
  });
}
