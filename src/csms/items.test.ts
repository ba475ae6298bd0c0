/** Portions: what the reference CSMS learns of a station's limits, and how it keeps to them. */
import { expect } from 'chai';
import { inPortions, learnFromReport, learnFromResult } from './items.ts';
import { Store } from './store.ts';

const report = (component: string, value: string, instance?: string) => [
  {
    component: { name: component },
    variable: { name: 'ItemsPerMessage', ...(instance !== undefined && { instance }) },
    variableAttribute: [{ value }],
  },
];

describe('inPortions', () => {
  const known = () => new Store().station('CP01');

  it('leaves a message whole of which no limit is known', () => {
    const message = { id: [1, 2, 3] };
    expect(inPortions(known(), 'ClearVariableMonitoring', message)).to.deep.equal([message]);
  });
  it('divides by a limit that was reported or read', () => {
    const reported = known();
    learnFromReport(reported, report('MonitoringCtrlr', '2', 'ClearVariableMonitoring'));
    const read = known();
    learnFromResult(read, 'GetVariables', {
      getVariableResult: [
        {
          component: { name: 'MonitoringCtrlr' },
          variable: { name: 'ItemsPerMessage', instance: 'ClearVariableMonitoring' },
          attributeValue: '2',
        },
      ],
    });
    for (const station of [reported, read])
      expect(inPortions(station, 'ClearVariableMonitoring', { id: [1, 2, 3] })).to.deep.equal([
        { id: [1, 2] },
        { id: [3] },
      ]);
  });
  it('takes no other component for one that knows limits', () => {
    const station = known();
    learnFromReport(station, report('ClockCtrlr', '2', 'ClearVariableMonitoring'));
    expect(inPortions(station, 'ClearVariableMonitoring', { id: [1, 2, 3] })).to.have.length(1);
  });
  it('sends the rest of a list as changes, each in a version of its own', () => {
    const station = known();
    learnFromReport(station, report('LocalAuthListCtrlr', '1'));
    const message = { updateType: 'Full', versionNumber: 7, localAuthorizationList: ['a', 'b'] };
    expect(inPortions(station, 'SendLocalList', message)).to.deep.equal([
      { updateType: 'Full', versionNumber: 7, localAuthorizationList: ['a'] },
      { updateType: 'Differential', versionNumber: 8, localAuthorizationList: ['b'] },
    ]);
  });
});
