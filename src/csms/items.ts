/** How many items a station takes in one message (2.x ItemsPerMessage), and how the reference keeps to it. */
import type { Payload } from '../session.ts';
import type { KnownStation } from './store.ts';

/** Field that holds the items of a message. */
const ITEMS: Readonly<Record<string, string>> = {
  GetVariables: 'getVariableData',
  SetVariables: 'setVariableData',
  ClearVariableMonitoring: 'id',
  SendLocalList: 'localAuthorizationList',
};

/** Action that the limit of a component is about; where the instance of the variable says it, none. */
const ACTION_OF: Readonly<Record<string, string | undefined>> = {
  DeviceDataCtrlr: undefined,
  MonitoringCtrlr: undefined,
  LocalAuthListCtrlr: 'SendLocalList',
};

const list = (value: unknown): readonly Payload[] => (Array.isArray(value) ? value : []);

interface Named {
  readonly component?: { readonly name?: unknown };
  readonly variable?: { readonly name?: unknown; readonly instance?: unknown };
}

function learn(station: KnownStation, { component, variable }: Named, value: unknown): void {
  const owner = String(component?.name);
  if (!Object.hasOwn(ACTION_OF, owner) || variable?.name !== 'ItemsPerMessage') return;
  const limit = Number(value);
  if (Number.isInteger(limit) && limit > 0)
    station.itemsPerMessage.set(ACTION_OF[owner] ?? String(variable.instance), limit);
}

/** Takes note of the limits in a report. @param reportData of NotifyReport */
export function learnFromReport(station: KnownStation, reportData: unknown): void {
  for (const entry of list(reportData))
    for (const { type = 'Actual', value } of list(entry['variableAttribute']))
      if (type === 'Actual') learn(station, entry as Named, value);
}

/** Takes note of the limits in an answer to GetVariables. */
export function learnFromResult(station: KnownStation, action: string, result: Payload): void {
  if (action !== 'GetVariables') return;
  for (const entry of list(result['getVariableResult'])) learn(station, entry as Named, entry['attributeValue']);
}

/** The message in as many as the station's limit wants (B05.FR.11, B06.FR.05, D01.FR.11, N06.FR.04). */
export function inPortions(station: KnownStation, action: string, payload: Payload): readonly Payload[] {
  const field = ITEMS[action];
  const limit = station.itemsPerMessage.get(action);
  if (field === undefined || limit === undefined) return [payload];
  const items = list(payload[field]);
  if (items.length <= limit) return [payload];
  const starts = Array.from({ length: Math.ceil(items.length / limit) }, (_, i) => i * limit);
  return starts.map((start, i) => ({
    ...payload,
    [field]: items.slice(start, start + limit),
    ...(action === 'SendLocalList' && i > 0 && addingTo(payload, i)),
  }));
}

/** A further part of a list adds to the first, in a version of its own (D01.FR.03, D01.FR.19). */
const addingTo = (payload: Payload, i: number): Payload => ({
  updateType: 'Differential',
  versionNumber: Number(payload['versionNumber']) + i,
});
