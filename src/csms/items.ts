/** How many items a station takes in one message (2.x DeviceDataCtrlr.ItemsPerMessage), and how the reference keeps to it. */
import type { Payload } from '../session.ts';
import type { KnownStation } from './store.ts';

/** Field that holds the items of a message. */
const ITEMS: Readonly<Record<string, string>> = { GetVariables: 'getVariableData', SetVariables: 'setVariableData' };

const list = (value: unknown): readonly Payload[] => (Array.isArray(value) ? value : []);

interface Named {
  readonly component?: { readonly name?: unknown };
  readonly variable?: { readonly name?: unknown; readonly instance?: unknown };
}

function learn(station: KnownStation, { component, variable }: Named, value: unknown): void {
  if (component?.name !== 'DeviceDataCtrlr' || variable?.name !== 'ItemsPerMessage') return;
  const limit = Number(value);
  if (Number.isInteger(limit) && limit > 0) station.itemsPerMessage.set(String(variable.instance), limit);
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

/** The message in as many as the station's limit wants (B05.FR.11, B06.FR.05). */
export function inPortions(station: KnownStation, action: string, payload: Payload): readonly Payload[] {
  const field = ITEMS[action];
  const limit = station.itemsPerMessage.get(action);
  if (field === undefined || limit === undefined) return [payload];
  const items = list(payload[field]);
  if (items.length <= limit) return [payload];
  const starts = Array.from({ length: Math.ceil(items.length / limit) }, (_, i) => i * limit);
  return starts.map((start) => ({ ...payload, [field]: items.slice(start, start + limit) }));
}
