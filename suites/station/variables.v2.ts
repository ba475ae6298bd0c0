/** Charger, 2.x variables: each item has its answer, and a value that was taken is there to be read. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { ready } from './states.ts';
import {
  about,
  aboutOthers,
  echoes,
  echoesSet,
  FIXED,
  get,
  type Item,
  item,
  noName,
  READS,
  REMOTE,
  readValue,
  restored,
  results,
  resultsOf,
  set,
  status,
  statusOf,
  THRESHOLD,
  WRITES,
} from './variable-words.v2.ts';

const versions = ['2.0.1'] as const;

/**
 * A variable that the station does not know has no type, and no access, to be asked wrongly about.
 * @throws Unmet where it says, asked as it should be, that it does not know it
 */
async function judgeable(context: Context, { component, variable }: Item, got: unknown, word: string): Promise<void> {
  if (got === word || !/^Unknown/.test(String(got))) return;
  const plain = await get(context, { component, variable });
  if (!/^Unknown/.test(String(statusOf(plain, READS)))) return;
  const name = `${component.name}.${variable.name}`;
  throw new Unmet(`the station does not know ${name}, which every station has: see station/reports/mandatory`);
}

/** A question that has one right answer. */
const refusedRead = (id: string, title: string, octt: string, ref: string, word: string, ask: (name: string) => Item) =>
  testCase({
    id: `station/variables/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    checks: { word: { ref, level: 'SHALL', says: `the result is ${word}, without a value` }, echoes },
    catches: {
      word: [status('GetVariables', 'Accepted'), status('GetVariables', 'Rejected')],
      echoes: aboutOthers('GetVariables'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const asked = ask(noName(context));
      const reply = await get(context, asked);
      check('echoes', () => about(reply, READS, [asked]));
      await judgeable(context, asked, statusOf(reply, READS), word);
      check('word', () => {
        expect(statusOf(reply, READS)).to.equal(word);
        expect(resultsOf(reply, READS)[0]).to.not.have.property('attributeValue');
      });
    },
  });

const refusedWrite = (
  id: string,
  title: string,
  octt: string | undefined,
  ref: string,
  word: string,
  ask: (name: string) => readonly [Item, string],
) =>
  testCase({
    id: `station/variables/${id}`,
    title,
    sut: 'station',
    versions,
    ...(octt !== undefined && { octt: { '2.0.1': octt } }),
    checks: { word: { ref, level: 'SHALL', says: `the result is ${word}` }, echoes: echoesSet },
    catches: { word: status('SetVariables', 'Accepted'), echoes: aboutOthers('SetVariables') },
    async run(context) {
      const { check } = context;
      await ready(context);
      const asked = ask(noName(context));
      const reply = await set(context, asked);
      check('echoes', () => about(reply, WRITES, [asked[0]]));
      await judgeable(context, asked[0], statusOf(reply, WRITES), word);
      check('word', () => expect(statusOf(reply, WRITES)).to.equal(word));
    },
  });

export default suite('station/variables', 'Variables', [
  testCase({
    id: 'station/variables/read',
    title: 'The station tells the values of one variable and of several',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_B_06_CS', 'TC_B_07_CS'] },
    checks: {
      told: { ref: 'B06.FR.10', level: 'SHALL', says: 'a variable that every station has is told with its value' },
      same: { ref: 'B06.FR.04', level: 'SHALL', says: 'asked for together with others, it has the same value' },
      actual: { ref: 'B06.FR.11', level: 'SHALL', says: 'asked without a type, it is the type Actual' },
      echoes,
    },
    catches: {
      told: [
        status('GetVariables', 'Rejected'),
        results('GetVariables', 'no number', (one) => ({ ...one, attributeValue: 'soon' })),
      ],
      same: results('GetVariables', 'the same value for all', (one) => ({ ...one, attributeValue: '300' })),
      actual: results('GetVariables', 'of type MaxSet', (one) => ({ ...one, attributeType: 'MaxSet' })),
      echoes: [
        aboutOthers('GetVariables'),
        results('GetVariables', 'one result too few', (one) =>
          at(one, 'component.name') === 'AuthCtrlr' ? undefined : one,
        ),
      ],
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const one = await get(context, THRESHOLD);
      check('told', () => {
        expect(statusOf(one, READS)).to.equal('Accepted');
        expect(resultsOf(one, READS)[0]?.['attributeValue'], 'a number of seconds').to.match(/^\d+$/);
      });
      check('actual', () => expect(resultsOf(one, READS)[0]?.['attributeType'] ?? 'Actual').to.equal('Actual'));
      check('echoes', () => about(one, READS, [THRESHOLD]));
      const both = await get(context, REMOTE, THRESHOLD);
      check('echoes', () => about(both, READS, [REMOTE, THRESHOLD]));
      const named = (variable: string) =>
        resultsOf(both, READS).find(
          (result) => String(at(result, 'variable.name')).toLowerCase() === variable.toLowerCase(),
        )?.['attributeValue'];
      check('same', () => {
        expect(named('OfflineThreshold')).to.equal(resultsOf(one, READS)[0]?.['attributeValue']);
        expect(named('AuthorizeRemoteStart'), 'a truth value').to.match(/^(true|false)$/i);
      });
    },
  }),

  testCase({
    id: 'station/variables/change',
    title: 'Values that the station takes, one and several, are there to be read',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_B_09_CS', 'TC_B_10_CS'] },
    checks: {
      taken: { ref: 'B05.FR.10', level: 'SHALL', says: 'a good value is taken' },
      changed: { ref: 'B06.FR.04', level: 'SHALL', says: 'read again, the variable has the value that was set' },
      actual: { ref: 'B05.FR.12', level: 'SHALL', says: 'set without a type, it is the type Actual' },
      known: { ref: 'B05.FR.05', level: 'SHALL', says: 'a variable that it has told the value of is not unknown' },
      echoes: echoesSet,
    },
    catches: {
      taken: status('SetVariables', 'Rejected'),
      known: status('SetVariables', 'UnknownVariable'),
      changed: results('GetVariables', 'an old value', (one) => ({ ...one, attributeValue: '899' })),
      actual: results('SetVariables', 'of type MaxSet', (one) => ({ ...one, attributeType: 'MaxSet' })),
      echoes: aboutOthers('SetVariables'),
    },
    async run(context) {
      const { check, random } = context;
      await ready(context);
      await restored(context, THRESHOLD);
      const odd = () => String(61 + Math.floor(random() * 500));
      for (const others of [[], [REMOTE]] as const) {
        const value = odd();
        const own = await Promise.all(others.map(async (one) => [one, await readValue(context, one)] as const));
        const reply = await set(context, [THRESHOLD, value], ...own);
        check('taken', () => {
          for (const result of resultsOf(reply, WRITES).filter(
            (one) => at(one, 'variable.name') === 'OfflineThreshold',
          ))
            expect(result['attributeStatus']).to.be.oneOf(['Accepted', 'RebootRequired']);
        });
        // The value that it has; whether that can be written is its own affair.
        check('known', () => {
          for (const result of resultsOf(reply, WRITES).filter(
            (one) => at(one, 'variable.name') !== 'OfflineThreshold',
          ))
            expect(result['attributeStatus']).to.be.oneOf(['Accepted', 'RebootRequired', 'Rejected']);
        });
        check('echoes', () => about(reply, WRITES, [THRESHOLD, ...others]));
        check('actual', () => {
          for (const result of resultsOf(reply, WRITES)) expect(result['attributeType'] ?? 'Actual').to.equal('Actual');
        });
        const now = await readValue(context, THRESHOLD);
        check('changed', () => expect(now, 'OfflineThreshold').to.equal(value));
      }
    },
  }),

  testCase({
    id: 'station/variables/bad-value',
    title: 'A value of the wrong form is rejected, and the old one stays',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_11_CS' },
    checks: {
      rejected: { ref: 'B05.FR.07', level: 'SHALL', says: 'a value of the wrong form is rejected' },
      unchanged: {
        ref: 'B06.FR.04',
        level: 'SHALL',
        says: 'read again, the variable has the value that it had before',
      },
    },
    catches: {
      rejected: status('SetVariables', 'Accepted'),
      unchanged: {
        name: 'variables-read-worse-each-time',
        says: 'a variable is told with another value each time',
        rewrite: (out) =>
          out.kind === 'callresult' && out.action === 'GetVariables'
            ? [{ text: out.text.replace(/"attributeValue":"[^"]*"/, `"attributeValue":"${out.id}"`) }]
            : undefined,
      },
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const before = await restored(context, THRESHOLD);
      const flag = await restored(context, REMOTE);
      const wrong = [
        ...['true', '60.5', '2026-01-01T00:00:00Z', 'abc'].map((value) => [THRESHOLD, value] as const),
        ...['maybe', '42'].map((value) => [REMOTE, value] as const),
      ];
      for (const [one, value] of wrong) {
        const reply = await set(context, [one, value]);
        const name = one.variable.name;
        check('rejected', () => expect(statusOf(reply, WRITES), `${name} = ${value}`).to.equal('Rejected'));
      }
      const now = await readValue(context, THRESHOLD);
      const flagNow = await readValue(context, REMOTE);
      check('unchanged', () =>
        expect([now, flagNow], 'OfflineThreshold, AuthorizeRemoteStart').to.deep.equal([before, flag]),
      );
    },
  }),

  refusedRead(
    'read-unknown-component',
    'A component that the station does not have is told to be unknown',
    'TC_B_32_CS',
    'B06.FR.06',
    'UnknownComponent',
    (name) => item(name, 'OfflineThreshold'),
  ),
  refusedRead(
    'read-unknown-variable',
    'A variable that the component does not have is told to be unknown',
    'TC_B_33_CS',
    'B06.FR.07',
    'UnknownVariable',
    (name) => item('OCPPCommCtrlr', name),
  ),
  refusedRead(
    'read-attribute-type',
    'A type that the variable does not have is told not to be supported',
    'TC_B_34_CS',
    'B06.FR.08',
    'NotSupportedAttributeType',
    () => ({ ...THRESHOLD, attributeType: 'Target' }),
  ),
  refusedWrite(
    'write-unknown-component',
    'A component that the station does not have can not be set',
    'TC_B_35_CS',
    'B05.FR.04',
    'UnknownComponent',
    (name) => [item(name, 'OfflineThreshold'), '60'],
  ),
  refusedWrite(
    'write-unknown-variable',
    'A variable that the component does not have can not be set',
    'TC_B_36_CS',
    'B05.FR.05',
    'UnknownVariable',
    (name) => [item('OCPPCommCtrlr', name), '60'],
  ),
  refusedWrite(
    'write-attribute-type',
    'A type that the variable does not have can not be set',
    'TC_B_37_CS',
    'B05.FR.06',
    'NotSupportedAttributeType',
    () => [{ ...THRESHOLD, attributeType: 'Target' }, '60'],
  ),
  refusedWrite(
    'write-read-only',
    'A variable that can only be read is not set',
    'TC_B_39_CS',
    'B05.FR.09',
    'Rejected',
    () => [FIXED, 'HTTPS'],
  ),
]);
