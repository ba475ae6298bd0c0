/** Charger, 2.x reports by component, variable and criterion: what was asked for comes, whole, and nothing else. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import {
  actualOf,
  askReport,
  customForm,
  formFaults,
  type Item,
  isKey,
  items,
  judgeForm,
  keyOf,
  named,
  supported,
} from './reporting.v2.ts';
import { EVSE, ready } from './states.ts';

/** Certification profile in which reports by criteria are. */
const FEATURE = 'ADM';
const versions = ['2.0.1'] as const;

const STATE = 'AvailabilityState';
const stateOf = (evseId?: number): Payload => ({
  component: { name: 'EVSE', ...(evseId !== undefined && { evse: { id: evseId } }) },
  variable: { name: STATE },
});
const STATE_OF_ONE = `EVSE//${EVSE}//${STATE}/`.toLowerCase();

const formTrips = formFaults('GetReport');

/** Asks, and judges the form of what comes. @throws Unmet where the station makes no such reports */
async function custom(context: Context<keyof typeof customForm>, asked: Payload): Promise<readonly Item[]> {
  const report = await askReport(context, 'GetReport', asked);
  supported(report);
  judgeForm(context, report);
  return report.items;
}

/** True for a variable that says whether its component is switched on. */
const isEnabled = (one: Item) => String(at(one, 'variable.name')).toLowerCase() === 'enabled';

/** An item with another name for its variable. */
const renamed = (variable: string) => (one: Item) => ({ ...one, variable: { name: variable } });
const oneMore = (name: string, change: (one: Item) => Item): Fault =>
  items(name, (all) => [...all, ...all.slice(0, 1).map(change)]);
/** Put into each part, so that a part that was emptied falls as well. */
const without = (name: string, gone: (one: Item) => boolean): Fault =>
  items(name, (all) => all.filter((one) => !gone(one)));

export default suite('station/reports', 'Reports by criteria', [
  testCase({
    id: 'station/reports/one-variable',
    title: 'One variable that is asked for is reported alone, and one that is not there not at all',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_17_CS' },
    feature: FEATURE,
    checks: {
      ...customForm,
      exact: {
        ref: 'B08.FR.11',
        level: 'SHALL',
        says: 'the report holds the variable that was asked for, and no other',
      },
      described: { ref: 'B08.FR.12', level: 'SHALL', says: 'with its characteristics: one word of a list' },
      true: { ref: 'B06.FR.04', level: 'SHALL', says: 'with the value that it has when it is read' },
      empty: {
        ref: 'B08.FR.15',
        level: 'SHALL',
        says: 'where nothing fits, the answer is EmptyResultSet, and no report',
      },
    },
    catches: {
      ...formTrips,
      exact: [
        oneMore('another variable', renamed('Available')),
        items('another', (all) => all.map(renamed('Available'))),
      ],
      described: items('no characteristics', (all) => all.map(({ variableCharacteristics: _, ...one }) => one)),
      true: items('another value', (all) =>
        all.map((one) => ({ ...one, variableAttribute: [{ value: 'Faulted', mutability: 'ReadOnly' }] })),
      ),
      empty: alter('GetReport', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms, random } = context;
      await ready(context);
      const found = await custom(context, { componentVariable: [stateOf(EVSE)] });
      check('exact', () => expect(found.map(named)).to.deep.equal([STATE_OF_ONE]));
      const [one] = found;
      check('described', () => {
        expect(at(one, 'variableCharacteristics.dataType')).to.equal('OptionList');
        const list = String(at(one, 'variableCharacteristics.valuesList'));
        expect(list.split(',').map((word) => word.trim())).to.include(actualOf(one));
      });
      const read = await csms.call('GetVariables', { getVariableData: [stateOf(EVSE)] });
      check('true', () => expect(actualOf(one)).to.equal(at(read.payload, 'getVariableResult[0].attributeValue')));
      const nothing = { component: { name: `Plugproof${randomWord(random, 8)}` }, variable: { name: STATE } };
      const none = await askReport(context, 'GetReport', { componentVariable: [nothing] });
      check('empty', () => {
        expect(none.reply).to.be.callResult({ status: 'EmptyResultSet' });
        expect(none.parts.length, 'parts of a report').to.equal(0);
      });
    },
  }),

  testCase({
    id: 'station/reports/instances',
    title: 'Without an instance all instances of a variable are reported, and with one that one',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_B_54_CS', 'TC_B_55_CS'] },
    feature: FEATURE,
    checks: {
      ...customForm,
      all: { ref: 'B08.FR.21', level: 'SHALL', says: 'where no instance is named, each instance is reported' },
      one: { ref: 'B08.FR.11', level: 'SHALL', says: 'where one is named, that one is reported, and no other' },
    },
    catches: {
      ...formTrips,
      all: without('the first instance only', (one) => at(one, 'variable.instance') === 'GetVariables'),
      one: oneMore('another instance', (one) => ({
        ...one,
        variable: { name: 'ItemsPerMessage', instance: 'SetVariables' },
      })),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const component = { name: 'DeviceDataCtrlr' };
      const variable = { name: 'ItemsPerMessage' };
      const all = await custom(context, { componentVariable: [{ component, variable }] });
      check('all', () => {
        expect(new Set(all.map(keyOf))).to.deep.equal(new Set(['devicedatactrlr.itemspermessage']));
        expect(all.map((one) => at(one, 'variable.instance'))).to.include.members(['GetReport', 'GetVariables']);
      });
      const asked = { componentVariable: [{ component, variable: { ...variable, instance: 'GetReport' } }] };
      const one = await custom(context, asked);
      check('one', () => expect(one.map(named)).to.deep.equal(['devicedatactrlr////itemspermessage/getreport']));
    },
  }),

  testCase({
    id: 'station/reports/evses',
    title: 'Without an EVSE the variable of all EVSEs is reported',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_56_CS' },
    feature: FEATURE,
    checks: {
      ...customForm,
      all: {
        ref: 'B08.FR.23',
        level: 'SHALL',
        says: 'the variable of each EVSE is reported that the full inventory has, and nothing else',
      },
    },
    catches: {
      ...formTrips,
      all: [
        // An inventory has more in it than the states of EVSEs.
        items('the first EVSE only', (all) =>
          all.every((one) => at(one, 'variable.name') === STATE) ? all.slice(0, 1) : all,
        ),
        oneMore('another variable', renamed('Plugproof')),
      ],
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const all = await custom(context, { componentVariable: [stateOf()] });
      const inventory = await askReport(context, 'GetBaseReport', { reportBase: 'FullInventory' });
      const states = inventory.items.filter((one) => isKey(one, `EVSE.${STATE}`)).map(named);
      if (states.length === 0) throw new Unmet(`the full inventory has no EVSE.${STATE}`);
      check('all', () => expect(all.map(named).sort()).to.deep.equal([...states].sort()));
    },
  }),

  testCase({
    id: 'station/reports/criterion',
    title: 'The components that are enabled are reported, and those that are disabled are not',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_16_CS' },
    feature: FEATURE,
    checks: {
      ...customForm,
      enabled: { ref: 'B08.FR.09', level: 'SHALL', says: 'each component whose Enabled is true is reported' },
      disabled: { ref: 'B08.FR.09', level: 'SHALL', says: 'no component whose Enabled is false is' },
      described: { ref: 'B08.FR.12', level: 'SHALL', says: 'each variable comes with its characteristics' },
      true: { ref: 'B06.FR.10', level: 'SHALL', says: 'read, what was reported to be enabled is' },
    },
    catches: {
      ...formTrips,
      enabled: behaviour('mistakes-criteria', 'another criterion is heard than was named'),
      disabled: behaviour('ignores-criteria', 'the criterion is not heard'),
      described: items('no characteristics', (all) => all.map(({ variableCharacteristics: _, ...one }) => one)),
      true: alter(
        'GetVariables',
        (payload) => ({
          getVariableResult: ((payload as Payload)['getVariableResult'] as Payload[]).map((one) => ({
            ...one,
            attributeValue: 'false',
          })),
        }),
        { name: 'all disabled', kind: 'callresult' },
      ),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const found = await custom(context, { componentCriteria: ['Enabled'] });
      const inventory = await askReport(context, 'GetBaseReport', { reportBase: 'FullInventory' });
      const place = (one: Item) => named({ component: one['component'] });
      const whose = (value: string) =>
        new Set(
          inventory.items.filter((one) => isEnabled(one) && String(actualOf(one)).toLowerCase() === value).map(place),
        );
      if (whose('true').size === 0) throw new Unmet('the full inventory has no component that is enabled');
      const reported = new Set(found.map(place));
      check('enabled', () =>
        expect(
          [...whose('true')].filter((one) => !reported.has(one)),
          'enabled, and not reported',
        ).to.deep.equal([]),
      );
      check('disabled', () => {
        expect(
          [...whose('false')].filter((one) => reported.has(one)),
          'disabled, and reported',
        ).to.deep.equal([]);
        const told = found.filter((one) => isEnabled(one)).map(actualOf);
        expect(
          told.filter((value) => String(value).toLowerCase() !== 'true'),
          'values of Enabled',
        ).to.deep.equal([]);
      });
      check('described', () =>
        expect(found.filter((one) => one['variableCharacteristics'] === undefined).map(named)).to.deep.equal([]),
      );
      const [first] = found.filter((one) => isEnabled(one));
      // Which variables of a component that fits are reported, the text leaves open.
      if (first === undefined) return check('true', () => expect(found.length).to.be.at.least(1));
      const read = await csms.call('GetVariables', {
        getVariableData: [{ component: first['component'], variable: first['variable'] }],
      });
      check('true', () =>
        expect(String(at(read.payload, 'getVariableResult[0].attributeValue')).toLowerCase()).to.equal('true'),
      );
    },
  }),

  testCase({
    id: 'station/reports/criterion-and-variable',
    title: 'A variable is reported where its component fits the criterion, and not where it does not',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_18_CS' },
    feature: FEATURE,
    checks: {
      ...customForm,
      exact: {
        ref: 'B08.FR.05',
        level: 'SHALL',
        says: 'of what is available, the variable that was asked for is reported',
      },
      empty: {
        ref: 'B08.FR.15',
        level: 'SHALL',
        says: 'of what has a problem, where nothing has, the answer is EmptyResultSet, and no report',
      },
    },
    catches: {
      ...formTrips,
      exact: oneMore('another variable', renamed('Plugproof')),
      empty: alter(
        'GetReport',
        { status: 'Accepted' },
        { when: (_, asked) => /"Problem"/.test(JSON.stringify(asked)) },
      ),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const problem = { ...stateOf(EVSE), variable: { name: 'Problem' } };
      const read = await csms.call('GetVariables', { getVariableData: [problem] });
      if (String(at(read.payload, 'getVariableResult[0].attributeValue')).toLowerCase() === 'true')
        throw new Unmet(`EVSE ${EVSE} has a problem`);
      const componentVariable = [stateOf(EVSE)];
      const found = await custom(context, { componentCriteria: ['Available'], componentVariable });
      check('exact', () => expect(found.map(named)).to.deep.equal([STATE_OF_ONE]));
      const none = await askReport(context, 'GetReport', { componentCriteria: ['Problem'], componentVariable });
      check('empty', () => {
        expect(none.reply).to.be.callResult({ status: 'EmptyResultSet' });
        expect(none.parts.length, 'parts of a report').to.equal(0);
      });
    },
  }),
]);
