/** Charger, 2.x base reports: what is promised comes, whole and in order, and agrees with what can be read. */

import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { missingIn } from './mandatory.v2.ts';
import {
  actualOf,
  askReport,
  attributesOf,
  form,
  formFaults,
  type Item,
  isKey,
  items,
  judgeForm,
  keyOf,
  named,
  part,
} from './reporting.v2.ts';
import { ready } from './states.ts';

const formTrips = formFaults('GetBaseReport');

/** Asks for a base report and judges its form. */
async function reported(context: Context<keyof typeof form>, reportBase: string): Promise<readonly Item[]> {
  await ready(context);
  const report = await askReport(context, 'GetBaseReport', { reportBase });
  judgeForm(context, report);
  return report.items;
}

const mutability = (one: Item): unknown[] =>
  attributesOf(one).map((attribute) => attribute['mutability'] ?? 'ReadWrite');
const THRESHOLD = 'ocppcommctrlr////offlinethreshold/';

/** Variables that are read at once, where the station takes as many. */
const AT_ONCE = 4;
/** Most variables that are read. */
const MOST_READ = 80;

/** Results of GetVariables for some items: together, or one by one where that is too much for the station. */
async function readAll({ csms }: Pick<Context, 'csms'>, some: readonly Item[]): Promise<readonly Item[]> {
  const getVariableData = some.map(({ component, variable }) => ({ component, variable }));
  const { kind, payload } = await csms.call('GetVariables', { getVariableData });
  if (kind !== 'callerror' || some.length === 1) return (payload['getVariableResult'] ?? []) as readonly Item[];
  const results: Item[] = [];
  for (const one of some) results.push(...(await readAll({ csms }, [one])));
  return results;
}

/** Changes each item. */
const each = (name: string, change: (one: Item) => Item) => items(name, (all) => all.map(change));

/** Data types whose values come from a list. */
const LISTED = new Set(['OptionList', 'SequenceList', 'MemberList']);

const words = (text: unknown): string[] =>
  String(text)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const listOf = (one: Item): string[] => words(at(one, 'variableCharacteristics.valuesList') ?? '');
/** One word of its list, and not several. */
const oneOnly = (one: Item) => at(one, 'variableCharacteristics.dataType') === 'OptionList';
const isListed = (one: Item) => LISTED.has(String(at(one, 'variableCharacteristics.dataType')));

/** What a value of a type looks like; of the others any text will do. */
const FORMS: Readonly<Record<string, RegExp>> = {
  boolean: /^(true|false)$/i,
  integer: /^[+-]?\d+$/,
  decimal: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  dateTime: /^\d{4}-\d{2}-\d{2}[Tt ]/,
};

/** True where the actual value, if there is one, fits what is told of its variable. */
function isTyped(one: Item): boolean {
  const value = actualOf(one);
  if (value === undefined || value === '') return true;
  const type = String(at(one, 'variableCharacteristics.dataType'));
  if (!(FORMS[type] ?? /^/).test(String(value))) return false;
  if (type !== 'integer' && type !== 'decimal') return true;
  const [least, most] = [at(one, 'variableCharacteristics.minLimit'), at(one, 'variableCharacteristics.maxLimit')];
  return (
    (least === undefined || Number(value) >= Number(least)) && (most === undefined || Number(value) <= Number(most))
  );
}

/** Values that are not on the list of their variable. */
const strays = (one: Item): string[] =>
  attributesOf(one)
    .flatMap(({ value }) => (value === undefined ? [] : oneOnly(one) ? [String(value).trim()] : words(value)))
    .filter((value) => !listOf(one).includes(value))
    .map((value) => `${named(one)} = ${value}`);

export default suite('station/reports', 'Base reports', [
  testCase({
    id: 'station/reports/full',
    title: 'The full inventory comes whole, and agrees with what can be read',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_13_CS' },
    checks: {
      ...form,
      required: { ref: 'B07.FR.08', level: 'SHALL', says: 'variables that every station has are in it' },
      described: { ref: 'B07.FR.08', level: 'SHALL', says: 'each variable comes with its characteristics' },
      true: {
        ref: 'B06.FR.04',
        level: 'SHALL',
        says: 'a value in it is the value that the variable has when it is read',
      },
    },
    catches: {
      ...formTrips,
      required: items('without OCPPCommCtrlr', (all) =>
        all.filter((one) => at(one, 'component.name') !== 'OCPPCommCtrlr'),
      ),
      described: each('no characteristics', ({ variableCharacteristics: _, ...one }) => one),
      true: each('other values', (one) => ({ ...one, variableAttribute: [{ value: '898' }] })),
    },
    async run(context) {
      const { check, csms } = context;
      const all = await reported(context, 'FullInventory');
      check('required', () => {
        const names = new Set(all.map(keyOf));
        const required = [
          'OCPPCommCtrlr.OfflineThreshold',
          'OCPPCommCtrlr.ResetRetries',
          'AuthCtrlr.AuthorizeRemoteStart',
          'TxCtrlr.TxStopPoint',
          'SecurityCtrlr.SecurityProfile',
        ];
        expect(
          required.filter((name) => !names.has(name.toLowerCase())),
          'missing',
        ).to.deep.equal([]);
      });
      check('described', () =>
        expect(all.filter((one) => one['variableCharacteristics'] === undefined).map(named)).to.deep.equal([]),
      );
      const { component, variable } = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'OfflineThreshold' } };
      const read = await csms.call('GetVariables', { getVariableData: [{ component, variable }] });
      check('true', () =>
        expect(actualOf(all.find((one) => named(one) === THRESHOLD))).to.equal(
          at(read.payload, 'getVariableResult[0].attributeValue'),
        ),
      );
    },
  }),

  testCase({
    id: 'station/reports/mandatory',
    title: 'The full inventory has every variable that the standard demands, with lists and values that fit',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_53_CS' },
    checks: {
      ...form,
      required: { ref: 'B07.FR.08', level: 'SHALL', says: 'every variable that the standard demands is in it' },
      lists: {
        ref: 'NotifyReportRequest.reportData',
        level: 'SHALL',
        says: 'a variable whose values come from a list tells the list',
      },
      listed: { ref: 'NotifyReportRequest.reportData', level: 'SHALL', says: 'and its values are on it' },
      typed: {
        ref: 'NotifyReportRequest.reportData',
        level: 'SHALL',
        says: 'a value is of the type, and within the limits, that are told of its variable',
      },
      valued: {
        ref: 'NotifyReportRequest.reportData',
        level: 'SHALL',
        says: 'a variable that can be read tells its value',
      },
      hidden: { ref: 'B07.FR.03', level: 'SHALL', says: 'a variable that can only be written does not' },
    },
    catches: {
      ...formTrips,
      required: [
        items('without UnlockOnEVSideDisconnect', (all) =>
          all.filter((one) => at(one, 'variable.name') !== 'UnlockOnEVSideDisconnect'),
        ),
        items('without an instance of BytesPerMessage', (all) =>
          all.filter(
            (one) => at(one, 'variable.name') !== 'BytesPerMessage' || at(one, 'variable.instance') !== 'GetReport',
          ),
        ),
        items('without the parts of EVSEs', (all) => all.filter((one) => at(one, 'component.name') !== 'EVSE')),
      ],
      lists: each('without lists', (one) => {
        const { valuesList: _, ...rest } = (one['variableCharacteristics'] ?? {}) as Record<string, unknown>;
        return { ...one, variableCharacteristics: rest };
      }),
      listed: each('values that are on no list', (one) =>
        isListed(one)
          ? { ...one, variableAttribute: attributesOf(one).map((attribute) => ({ ...attribute, value: 'Plugproof' })) }
          : one,
      ),
      typed: [
        each('numbers are truth values', (one) =>
          at(one, 'variableCharacteristics.dataType') === 'integer'
            ? { ...one, variableCharacteristics: { dataType: 'boolean', supportsMonitoring: true } }
            : one,
        ),
        each('limits above the value', (one) =>
          at(one, 'variableCharacteristics.dataType') === 'integer'
            ? { ...one, variableCharacteristics: { dataType: 'integer', supportsMonitoring: true, minLimit: 1e9 } }
            : one,
        ),
      ],
      valued: each('without values', (one) => ({
        ...one,
        variableAttribute: attributesOf(one).map(({ value: _, ...attribute }) => attribute),
      })),
      hidden: each('every value', (one) => ({
        ...one,
        variableAttribute: attributesOf(one).map((attribute) => ({ value: '1', ...attribute })),
      })),
    },
    async run(context) {
      const { check } = context;
      const all = await reported(context, 'FullInventory');
      check('required', () => expect(missingIn(all), 'missing').to.deep.equal([]));
      check('lists', () =>
        expect(all.filter((one) => isListed(one) && listOf(one).length === 0).map(named)).to.deep.equal([]),
      );
      check('listed', () => expect(all.filter(isListed).flatMap(strays)).to.deep.equal([]));
      check('typed', () => expect(all.filter((one) => !isTyped(one)).map(named)).to.deep.equal([]));
      const reads = ({ mutability = 'ReadWrite' }: Item) => mutability !== 'WriteOnly';
      check('valued', () =>
        // Of EVSE.Power only the limit is demanded, and a target that nobody has set is told without a value (B07.FR.11).
        expect(
          all
            .filter((one) => !isKey(one, 'EVSE.Power'))
            .filter((one) => attributesOf(one).every(reads) && actualOf(one) === undefined)
            .map(named),
        ).to.deep.equal([]),
      );
      check('hidden', () =>
        expect(
          all
            .filter((one) =>
              attributesOf(one).some((attribute) => !reads(attribute) && attribute['value'] !== undefined),
            )
            .map(named),
        ).to.deep.equal([]),
      );
    },
  }),

  testCase({
    id: 'station/reports/configuration',
    title: 'The inventory of the configuration holds what an operator can set',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_12_CS' },
    checks: {
      ...form,
      settable: {
        ref: 'B07.FR.07',
        level: 'SHALL',
        says: 'a variable that every station lets be set is in it, with its characteristics',
      },
      true: { ref: 'B06.FR.04', level: 'SHALL', says: 'read, each variable in it has the value that it has there' },
    },
    catches: {
      ...formTrips,
      true: each('other values', (one) =>
        at(one, 'component.name') === 'TxCtrlr' ? { ...one, variableAttribute: [{ value: '898' }] } : one,
      ),
      settable: [
        each('read only', (one) => ({ ...one, variableAttribute: [{ mutability: 'ReadOnly', value: '1' }] })),
        each('no characteristics', ({ variableCharacteristics: _, ...one }) => one),
      ],
    },
    async run(context) {
      const { check } = context;
      const all = await reported(context, 'ConfigurationInventory');
      const threshold = all.find((one) => named(one) === THRESHOLD);
      check('settable', () => {
        expect(threshold, 'OCPPCommCtrlr.OfflineThreshold').to.not.equal(undefined);
        expect(mutability(threshold ?? {})).to.not.include('ReadOnly');
        expect(threshold).to.have.property('variableCharacteristics');
      });
      const told = all.filter((one) => actualOf(one) !== undefined && !mutability(one).includes('ReadOnly'));
      const differs: string[] = [];
      for (let from = 0; from < Math.min(told.length, MOST_READ); from += AT_ONCE) {
        const some = told.slice(from, from + AT_ONCE);
        const results = await readAll(context, some);
        for (const one of some) {
          const read = results.find((result) => named(result) === named(one));
          if (read?.['attributeValue'] !== actualOf(one)) differs.push(named(one));
        }
      }
      check('true', () => expect(differs, 'with another value when read').to.deep.equal([]));
    },
  }),

  testCase({
    id: 'station/reports/summary',
    title: 'The summary is reported, or not supported',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_B_14_CS', 'TC_B_15_CS'] },
    checks: {
      word: { ref: 'B07.FR.02', level: 'SHALL', says: 'the request is accepted, or answered with NotSupported' },
      follows: {
        ref: 'B07.FR.05',
        level: 'SHALL',
        says: 'a report comes where it was accepted, and none where it was not',
      },
      numbered: form.numbered,
    },
    catches: {
      word: alter('GetBaseReport', { status: 'Rejected' }),
      follows: [drop('NotifyReport'), alter('GetBaseReport', { status: 'NotSupported' })],
      numbered: part('numbered from 1', (payload) => ({ ...payload, seqNo: Number(payload['seqNo']) + 1 })),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const { reply, parts } = await askReport(context, 'GetBaseReport', { reportBase: 'SummaryInventory' });
      const { status } = reply.payload;
      check('word', () => expect(status).to.be.oneOf(['Accepted', 'NotSupported']));
      check('follows', () => expect(parts.length > 0, 'a report came').to.equal(status === 'Accepted'));
      check('numbered', () => {
        expect(parts.map(({ payload }) => payload['seqNo'])).to.deep.equal(parts.map((_, i) => i));
        expect(parts.at(-1)?.payload['tbc'] ?? false, 'the last part says that another follows').to.equal(false);
      });
    },
  }),
]);
