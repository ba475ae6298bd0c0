/** Variables read and set, and reports in parts (2.x use cases B05 to B08). */
import { alignMeterValues } from './aligned.ts';
import { takes } from './device-model.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type Entry, inventory, type Place, SUMMARY } from './inventory.ts';
import { settable } from './network.ts';
import { send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import type { Station } from './station.ts';
import { sampleFrom } from './transactions.v2.ts';
import type { Payload } from './types.ts';
import { setValue } from './values.ts';
import { reconnectSoon, vaultOf } from './vault.ts';

/** Most variables in one NotifyReport. */
const PER_PART = 20;

interface Named {
  readonly name: string;
  readonly instance?: string;
  readonly evse?: Place;
}

const same = (one: string | undefined, other: string | undefined) =>
  (one ?? '').toLowerCase() === (other ?? '').toLowerCase();

/** Exactly the component that is named. */
const isComponent = ({ rule, evse }: Entry, wanted: Named) =>
  same(rule.component, wanted.name) &&
  same(wanted.instance, undefined) &&
  evse?.id === wanted.evse?.id &&
  evse?.connectorId === wanted.evse?.connectorId;

const isVariable = ({ rule }: Entry, wanted: Named) =>
  same(rule.variable, wanted.name) && same(rule.instance, wanted.instance);

/** The entry, or what is unknown about it (B05.FR.04 to .06, B06.FR.06 to .08). */
export function find(entries: readonly Entry[], item: Payload): Entry | string {
  const ofComponent = entries.filter((entry) => isComponent(entry, item['component'] as Named));
  if (ofComponent.length === 0) return 'UnknownComponent';
  const entry = ofComponent.find((one) => isVariable(one, item['variable'] as Named));
  if (entry === undefined) return 'UnknownVariable';
  return (item['attributeType'] ?? 'Actual') === 'Actual' ? entry : 'NotSupportedAttributeType';
}

const echo = (item: Payload) => ({
  component: item['component'],
  variable: item['variable'],
  attributeType: item['attributeType'] ?? 'Actual',
});

export const getVariables: Handler = (station, asked) => {
  const entries = inventory(station);
  const getVariableResult = (asked['getVariableData'] as Payload[]).map((item) => {
    const entry = find(entries, item);
    if (typeof entry === 'string') return { attributeStatus: entry, ...echo(item) };
    if (entry.rule.mutability === 'WriteOnly') return { attributeStatus: 'Rejected', ...echo(item) };
    return { attributeStatus: 'Accepted', attributeValue: entry.value, ...echo(item) };
  });
  return { getVariableResult };
};

const EFFECTS: Readonly<Record<string, (station: Station) => void>> = {
  'OCPPCommCtrlr.HeartbeatInterval': startHeartbeat,
  // A01: the station comes back with it.
  'SecurityCtrlr.BasicAuthPassword': (station) => {
    if ([1, 2].includes(vaultOf(station).profile)) reconnectSoon(station, 'a new password');
  },
  'AlignedDataCtrlr.Interval': alignMeterValues,
  'AlignedDataCtrlr.TxEndedInterval': alignMeterValues,
  'SampledDataCtrlr.TxUpdatedInterval': (station) => {
    for (const evse of station.evses) {
      const transaction = evse.session?.transaction;
      if (transaction) sampleFrom(station, evse, transaction);
    }
  },
};

/** What a value has to fit besides its own form. */
const FITS: Readonly<Record<string, (station: Station, value: string) => boolean>> = {
  'OCPPCommCtrlr.NetworkConfigurationPriority': settable,
};

export const setVariables: Handler = (station, asked, after) => {
  const entries = inventory(station);
  const setVariableResult = (asked['setVariableData'] as Payload[]).map((item) => {
    const entry = find(entries, item);
    if (typeof entry === 'string') return { attributeStatus: entry, ...echo(item) };
    const value = String(item['attributeValue']);
    const { key, rule } = entry;
    if (
      key === undefined ||
      rule.mutability === 'ReadOnly' ||
      !takes(rule, value) ||
      !(FITS[key]?.(station, value) ?? true)
    ) {
      return { attributeStatus: 'Rejected', ...echo(item) };
    }
    setValue(station, key, value);
    const effect = EFFECTS[key];
    if (effect) after(() => effect(station));
    after(() => station.looks());
    return { attributeStatus: rule.reboot ? 'RebootRequired' : 'Accepted', ...echo(item) };
  });
  return { setVariableResult };
};

export const getBaseReport: Handler = (station, asked, after) => {
  const choose: Readonly<Record<string, (entry: Entry) => boolean>> = {
    // What the operator can set (B07.FR.07).
    ConfigurationInventory: ({ rule }) => rule.mutability !== 'ReadOnly',
    FullInventory: () => true,
    SummaryInventory: ({ rule }) => SUMMARY.has(rule.variable),
  };
  const fits = choose[String(asked['reportBase'])];
  if (fits === undefined) return { status: 'NotSupported' };
  after(() => report(station, asked['requestId'], inventory(station).filter(fits)));
  return { status: 'Accepted' };
};

/** Components that fit a criterion: those without the variable do, except for problems (B08.FR.07 to .10). */
function fitsCriterion(entries: readonly Entry[], entry: Entry, criterion: string): boolean {
  const own = entries.find(
    (other) =>
      other.rule.component === entry.rule.component &&
      other.evse?.id === entry.evse?.id &&
      other.evse?.connectorId === entry.evse?.connectorId &&
      other.rule.variable === criterion,
  );
  return own === undefined ? criterion !== 'Problem' : own.value === 'true';
}

/** What is left out of a question is asked for in all its forms (B08.FR.20 to .25). */
export function fitsQuestion({ rule, evse }: Entry, question: Payload): boolean {
  const component = question['component'] as Named;
  const variable = question['variable'] as Named | undefined;
  if (!same(rule.component, component.name) || component.instance) return false;
  if (component.evse !== undefined && component.evse.id !== evse?.id) return false;
  if (component.evse?.connectorId !== undefined && component.evse.connectorId !== evse?.connectorId) return false;
  if (variable === undefined) return true;
  return (
    same(rule.variable, variable.name) && (variable.instance === undefined || same(rule.instance, variable.instance))
  );
}

export const getReport: Handler = (station, asked, after) => {
  const criteria = (asked['componentCriteria'] ?? []) as string[];
  const questions = (asked['componentVariable'] ?? []) as Payload[];
  const all = inventory(station);
  const found = all.filter(
    (entry) =>
      (criteria.length === 0 || criteria.some((criterion) => fitsCriterion(all, entry, criterion))) &&
      (questions.length === 0 || questions.some((question) => fitsQuestion(entry, question))),
  );
  if (found.length === 0) return { status: 'EmptyResultSet' };
  after(() => report(station, asked['requestId'], found));
  return { status: 'Accepted' };
};

/** Sends NotifyReport in parts, numbered from 0 (B07.FR.10). */
function report(station: Station, requestId: unknown, entries: readonly Entry[]): void {
  const generatedAt = new Date(station.clock.now()).toISOString();
  const parts = Math.max(1, Math.ceil(entries.length / PER_PART));
  for (let seqNo = 0; seqNo < parts; seqNo++) {
    const reportData = entries.slice(seqNo * PER_PART, (seqNo + 1) * PER_PART).map(told);
    const payload = {
      requestId,
      generatedAt,
      seqNo,
      tbc: seqNo < parts - 1,
      ...(reportData.length > 0 && { reportData }),
    };
    send(station, 'NotifyReport', payload, { passes: true });
  }
}

function told({ rule, evse, value }: Entry): Payload {
  const { unit, min, max, values, mutability, dataType } = rule;
  return {
    component: { name: rule.component, ...(evse && { evse }) },
    variable: { name: rule.variable, ...(rule.instance !== undefined && { instance: rule.instance }) },
    variableAttribute: [
      {
        type: 'Actual',
        ...(mutability !== 'WriteOnly' && { value }),
        mutability,
        persistent: mutability !== 'ReadOnly',
      },
    ],
    variableCharacteristics: {
      dataType,
      supportsMonitoring: true,
      ...(unit !== undefined && { unit }),
      ...(min !== undefined && { minLimit: min }),
      ...(max !== undefined && { maxLimit: max }),
      ...(values !== undefined && { valuesList: values.join(',') }),
    },
  };
}
