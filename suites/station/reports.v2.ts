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
const THRESHOLD = 'OCPPCommCtrlr////OfflineThreshold/';

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
const isListed = (one: Item) => LISTED.has(String(at(one, 'variableCharacteristics.dataType')));

/** Values that are not on the list of their variable. */
const strays = (one: Item): string[] =>
  attributesOf(one)
    .flatMap(({ value }) => (value === undefined ? [] : words(value)))
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
          required.filter((name) => !names.has(name)),
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
      const reads = ({ mutability = 'ReadWrite' }: Item) => mutability !== 'WriteOnly';
      check('valued', () =>
        // Of EVSE.Power only the limit is demanded, and a target that nobody has set is told without a value (B07.FR.11).
        expect(
          all
            .filter((one) => keyOf(one) !== 'EVSE.Power')
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
    },
    catches: {
      ...formTrips,
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
