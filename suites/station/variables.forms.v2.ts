/** Charger, 2.x variables in particular forms: with instances, write-only, with data of a vendor beside them. */
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { ready } from './states.ts';
import {
  about,
  aboutOthers,
  echoes,
  get,
  item,
  READS,
  readValue,
  restored,
  results,
  resultsOf,
  status,
  statusOf,
  THRESHOLD,
  WRITES,
} from './variable-words.v2.ts';

const versions = ['2.0.1'] as const;

/** One that nobody can read, where the station has it. */
const SECRET = item('SecurityCtrlr', 'BasicAuthPassword');

export default suite('station/variables', 'Variables in particular forms', [
  testCase({
    id: 'station/variables/instance',
    title: 'A variable with instances is told of the instance that is named, and unknown without one',
    sut: 'station',
    versions,
    checks: {
      told: { ref: 'B06.FR.14', level: 'SHALL', says: 'the instance that is named is told, with its value' },
      unknown: { ref: 'B06.FR.15', level: 'SHALL', says: 'without an instance there is no such variable' },
      echoes,
    },
    catches: {
      told: [
        status('GetVariables', 'UnknownVariable'),
        results('GetVariables', 'no number', (one) => ({ ...one, attributeValue: 'many' })),
      ],
      unknown: status('GetVariables', 'Accepted'),
      echoes: [
        aboutOthers('GetVariables'),
        results('GetVariables', 'another instance', (one) => ({
          ...one,
          variable: { name: 'ItemsPerMessage', instance: 'SetVariables' },
        })),
      ],
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const named = item('DeviceDataCtrlr', 'ItemsPerMessage', 'GetVariables');
      const one = await get(context, named);
      check('told', () => {
        expect(statusOf(one, READS)).to.equal('Accepted');
        expect(resultsOf(one, READS)[0]?.['attributeValue'], 'a number').to.match(/^\d+$/);
      });
      check('echoes', () => about(one, READS, [named]));
      const none = await get(context, item('DeviceDataCtrlr', 'ItemsPerMessage'));
      check('unknown', () => {
        expect(statusOf(none, READS)).to.equal('UnknownVariable');
        expect(resultsOf(none, READS)[0]).to.not.have.property('attributeValue');
      });
    },
  }),

  testCase({
    id: 'station/variables/read-write-only',
    title: 'A password is told to nobody',
    sut: 'station',
    versions,
    checks: {
      hidden: { ref: 'B06.FR.09', level: 'SHALL', says: 'a variable that can only be written is not told' },
      word: { ref: 'B06.FR.09', level: 'SHALL', says: 'the result is Rejected, or unknown where it has none' },
      echoes,
    },
    catches: {
      hidden: results('GetVariables', 'the password', (one) => ({ ...one, attributeValue: 'correct horse battery' })),
      word: status('GetVariables', 'Accepted'),
      echoes: aboutOthers('GetVariables'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const reply = await get(context, SECRET);
      check('hidden', () => expect(resultsOf(reply, READS)[0]?.['attributeValue'] ?? '').to.equal(''));
      check('word', () =>
        expect(statusOf(reply, READS)).to.be.oneOf(['Rejected', 'UnknownVariable', 'UnknownComponent']),
      );
      check('echoes', () => about(reply, READS, [SECRET]));
    },
  }),

  testCase({
    id: 'station/variables/custom-data',
    title: 'Data of a vendor beside a variable are no reason not to take it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_P_03_CS' },
    checks: {
      taken: { ref: 'SetVariablesRequest.customData', level: 'SHALL', says: 'the value is taken' },
      changed: { ref: 'B06.FR.04', level: 'SHALL', says: 'read with such data again, the variable has the value' },
      echoes,
    },
    catches: {
      taken: status('SetVariables', 'Rejected'),
      changed: results('GetVariables', 'an old value', (one) => ({ ...one, attributeValue: '899' })),
      echoes: aboutOthers('GetVariables'),
    },
    async run(context) {
      const { check, csms, random } = context;
      await ready(context);
      await restored(context, THRESHOLD);
      const value = String(61 + Math.floor(random() * 500));
      const customData = { vendorId: 'org.plugproof', word: randomWord(random, 8), more: { number: 1 } };
      const set = await csms.call('SetVariables', {
        customData,
        setVariableData: [{ ...THRESHOLD, attributeValue: value, customData }],
      });
      check('taken', () => {
        expect(set).to.be.callResult();
        expect(statusOf(set, WRITES)).to.be.oneOf(['Accepted', 'RebootRequired']);
      });
      const read = await csms.call('GetVariables', { customData, getVariableData: [{ ...THRESHOLD, customData }] });
      check('changed', () => expect(at(read.payload, 'getVariableResult[0].attributeValue')).to.equal(value));
      check('echoes', () => about(read, READS, [THRESHOLD]));
      const plain = await readValue(context, THRESHOLD);
      check('changed', () => expect(plain).to.equal(value));
    },
  }),
]);
