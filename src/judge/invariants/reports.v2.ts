/** Invariants of the 2.x device model: what is reported fits itself and the standard, what is asked for is what comes. */
import { standardVariable } from '../../dialects/variables.v2.ts';
import { isFrame, type TracedFrame } from '../../trace.ts';
import { at, list } from '../path.ts';
import { type Breach, type Invariant, ofStation2 } from './invariant.ts';

const lower = (value: unknown): string => String(value ?? '').toLowerCase();
const items = (value: unknown): string[] =>
  String(value)
    .split(',')
    .map((item) => item.trim());

const breach = (frame: TracedFrame, message: string, ref: string, level: Breach['level'] = 'SHALL'): Breach => ({
  blame: 'sut',
  level,
  message,
  frame: frame.n,
  ref,
});

/** A component and variable, with instances and place, as one word. */
export function nameOf(item: unknown): string {
  const place = [at(item, 'component.evse.id'), at(item, 'component.evse.connectorId')];
  return [
    lower(at(item, 'component.name')),
    lower(at(item, 'component.instance')),
    ...place.map(lower),
    lower(at(item, 'variable.name')),
    lower(at(item, 'variable.instance')),
  ].join('/');
}

/** What is wrong with a value of a data type, in words; undefined where nothing is. */
function misfit(value: string, characteristics: unknown): string | undefined {
  const type = at(characteristics, 'dataType');
  const numeric = type === 'integer' || type === 'decimal';
  if (type === 'integer' && !/^[+-]?\d+$/.test(value)) return 'is no integer';
  if (numeric && (value.trim() === '' || !Number.isFinite(Number(value)))) return 'is no number';
  if (type === 'boolean' && !/^(true|false)$/i.test(value)) return 'is no boolean';
  if (type === 'dateTime' && Number.isNaN(Date.parse(value))) return 'is no time';
  const [least, most] = [at(characteristics, 'minLimit'), at(characteristics, 'maxLimit')];
  if (numeric && typeof least === 'number' && Number(value) < least) return `is less than minLimit ${least}`;
  if (numeric && typeof most === 'number' && Number(value) > most) return `is more than maxLimit ${most}`;
  if (type === 'string' && typeof most === 'number' && most > 0 && value.length > most)
    return `is longer than maxLimit ${most}`;
  const allowed = at(characteristics, 'valuesList');
  if (typeof allowed !== 'string' || !/List$/.test(String(type))) return undefined;
  const words = new Set(items(allowed).map(lower));
  const strange = (type === 'OptionList' ? [value] : items(value)).find((item) => !words.has(lower(item)));
  return strange === undefined ? undefined : `has ${strange}, which is not in valuesList`;
}

/** What is wrong with one reportData. */
function wrongs(data: unknown): readonly (readonly [string, string, Breach['level']?])[] {
  const name = `${String(at(data, 'component.name'))}.${String(at(data, 'variable.name'))}`;
  const characteristics = at(data, 'variableCharacteristics');
  const standard = standardVariable(at(data, 'component.name'), at(data, 'variable.name'));
  const found: [string, string, Breach['level']?][] = [];
  for (const attribute of list(at(data, 'variableAttribute'))) {
    const [value, type] = [at(attribute, 'value'), at(attribute, 'type') ?? 'Actual'];
    const says =
      typeof value === 'string' && value !== '' && !/Set$/.test(String(type)) && misfit(value, characteristics);
    if (says)
      found.push([`${name} is ${value}, which ${says}`, 'NotifyReportRequest.reportData.variableCharacteristics']);
    const mutability = at(attribute, 'mutability') ?? 'ReadWrite';
    if (standard?.mutability !== undefined && type === 'Actual' && mutability !== standard.mutability)
      found.push([
        `${name} is told to be ${String(mutability)}, and is ${standard.mutability}`,
        'NotifyReportRequest.reportData.variableAttribute.mutability',
        // More or less of it can be set than the tables say: what can be read is still there.
        mutability === 'WriteOnly' ? 'SHALL' : 'SHOULD',
      ]);
  }
  const dataType = at(characteristics, 'dataType');
  if (standard !== undefined && dataType !== undefined && !standard.dataTypes.includes(String(dataType)))
    found.push([
      `${name} is told to be of type ${String(dataType)}, and is ${standard.dataTypes.join(' or ')}`,
      'NotifyReportRequest.reportData.variableCharacteristics.dataType',
    ]);
  const unit = at(characteristics, 'unit');
  if (standard?.unit !== undefined && unit !== undefined && unit !== standard.unit)
    found.push([
      `${name} is told in '${String(unit)}', and is in ${standard.unit}`,
      'NotifyReportRequest.reportData.variableCharacteristics.unit',
    ]);
  return found;
}

const reportsFit: Invariant = ofStation2(
  'report-facts',
  'what a report says of a variable fits its value, and the standard where that names the variable',
  (events) => {
    const seen = new Map<unknown, Set<string>>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.frame.kind !== 'call') return [];
      const { payload, action } = event.frame;
      // The number of a report may be used again.
      if (event.origin === 'harness' && /^Get(Base)?Report$/.test(action)) seen.delete(at(payload, 'requestId'));
      if (event.origin !== 'sut' || action !== 'NotifyReport') return [];
      const requestId = at(payload, 'requestId');
      const names = seen.get(requestId) ?? new Set<string>();
      seen.set(requestId, names);
      return list(at(payload, 'reportData')).flatMap((data) => {
        // Attributes of one variable may be told apart.
        const types = list(at(data, 'variableAttribute')).map((one) => at(one, 'type') ?? 'Actual');
        const name = `${nameOf(data)} ${types.join()}`;
        const twice = names.has(name);
        names.add(name);
        return [
          ...wrongs(data).map(([message, ref, level]) => breach(event, message, ref, level)),
          ...(twice ? [breach(event, `${name} is told twice in one report`, 'NotifyReportRequest.reportData')] : []),
        ];
      });
    });
  },
);

interface Asking {
  readonly asked: string;
  readonly answered: string;
  readonly refs: { readonly same: string; readonly value: string };
}

const ASKINGS: Readonly<Record<string, Asking>> = {
  GetVariables: {
    asked: 'getVariableData',
    answered: 'getVariableResult',
    refs: { same: 'B06.FR.02', value: 'B06.FR.10' },
  },
  SetVariables: {
    asked: 'setVariableData',
    answered: 'setVariableResult',
    refs: { same: 'B05.FR.02', value: 'B05.FR.10' },
  },
};

/** Statuses with which no value may come (B06.FR.06 to B06.FR.08). */
const VALUELESS: ReadonlySet<unknown> = new Set(['UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType']);

const variablesAnswered: Invariant = ofStation2(
  'variables-answered',
  'an answer about variables is about those that were asked about, each once, with a value where it is accepted',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] => {
      const asking = ASKINGS[event.action ?? ''];
      if (asking === undefined || event.origin !== 'sut' || event.frame.kind !== 'callresult') return [];
      const call = events.find((other) => isFrame(other) && other.n === event.answers);
      if (call === undefined || !isFrame(call) || call.frame.kind !== 'call' || call.deliberate) return [];
      const keyOf = (item: unknown) => `${nameOf(item)} ${String(at(item, 'attributeType') ?? 'Actual')}`;
      const wanted = list(at(call.frame.payload, asking.asked)).map(keyOf).sort();
      const results = list(at(event.frame.payload, asking.answered));
      const found: Breach[] = [];
      const given = results.map(keyOf).sort();
      if (JSON.stringify(wanted) !== JSON.stringify(given))
        found.push(
          breach(event, `asked about ${wanted.join(', ')}, answered about ${given.join(', ')}`, asking.refs.same),
        );
      if (event.action !== 'GetVariables') return found;
      for (const result of results) {
        const [status, value] = [at(result, 'attributeStatus'), at(result, 'attributeValue')];
        if (status === 'Accepted' && value === undefined)
          found.push(breach(event, `${nameOf(result)} is accepted, and has no value`, asking.refs.value));
        if (VALUELESS.has(status) && value !== undefined && value !== '')
          found.push(breach(event, `${nameOf(result)} is ${String(status)}, and has a value`, 'B06.FR.07'));
      }
      return found;
    }),
);

export const reportInvariants: readonly Invariant[] = [reportsFit, variablesAnswered];
