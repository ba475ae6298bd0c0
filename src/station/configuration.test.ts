/** Configuration: the keys of 1.6 and the device model of 2.x, with what they take and what they change. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';
import type { Payload } from './types.ts';

const schemas = loadMessageSchemas();

describe('configuration keys of 1.6', () => {
  const start = async () => {
    const both = new StationAndCsms({ setup: { identity: 'CP01', version: '1.6', evses: 2 }, schemas });
    await both.start();
    return both;
  };
  const change = async (both: StationAndCsms, key: string, value: string) =>
    (await both.ask('ChangeConfiguration', { key, value }))['status'];

  it('takes what fits, and nothing else', async () => {
    const both = await start();
    const answers: Record<string, [string, string]> = {
      'MeterValueSampleInterval=30': ['30', 'Accepted'],
      'MeterValueSampleInterval=-1': ['-1', 'Rejected'],
      'MeterValueSampleInterval=often': ['often', 'Rejected'],
      'MeterValuesSampledData=': ['', 'Accepted'],
      'MeterValuesSampledData=Voltage,Power.Active.Import': ['Voltage,Power.Active.Import', 'Accepted'],
      'MeterValuesSampledData=Loudness': ['Loudness', 'Rejected'],
      'NumberOfConnectors=3': ['3', 'Rejected'],
      'NoSuchKey=1': ['1', 'NotSupported'],
    };
    for (const [line, [value, expected]] of Object.entries(answers)) {
      expect(await change(both, line.split('=')[0] ?? '', value), line).to.equal(expected);
    }
    expect(both.breaches()).to.deep.equal([]);
  });

  it('shows what it was asked for, whatever the letters, and never the password', async () => {
    const both = await start();
    await change(both, 'AuthorizationKey', '0123456789abcdef');
    const answer = await both.ask('GetConfiguration', {
      key: ['numberofconnectors', 'NoSuchKey', 'HeartbeatInterval'],
    });
    expect(answer).to.deep.equal({
      configurationKey: [
        { key: 'NumberOfConnectors', readonly: true, value: '2' },
        { key: 'HeartbeatInterval', readonly: false, value: '300' },
      ],
      unknownKey: ['NoSuchKey'],
    });
    const all = await both.ask('GetConfiguration', {});
    expect(JSON.stringify(all)).to.not.include('0123456789abcdef');
    expect(all['configurationKey']).to.have.length.above(20);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('beats and samples as changed', async () => {
    const both = await start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await change(both, 'HeartbeatInterval', '10');
    await change(both, 'MeterValueSampleInterval', '20');
    const from = both.mark;
    await both.pass(100);
    expect(both.calls('Heartbeat', from).length).to.be.within(9, 11);
    expect(both.calls('MeterValues', from)).to.have.length(5);
  });
});

describe('device model of 2.0.1', () => {
  const start = async () => {
    const both = new StationAndCsms({ setup: { identity: 'CP01', version: '2.0.1', evses: 2 }, schemas });
    await both.start();
    return both;
  };
  const named = (path: string) => {
    const [component = '', variable = '', instance] = path.split('.');
    return { component: { name: component }, variable: { name: variable, ...(instance && { instance }) } };
  };
  const results = (answer: Payload, field: string) =>
    answer[field] as { attributeStatus: string; attributeValue?: string }[];
  const get = async (both: StationAndCsms, ...items: Payload[]) =>
    results(await both.ask('GetVariables', { getVariableData: items }), 'getVariableResult');
  const set = async (both: StationAndCsms, path: string, attributeValue: string, more = {}) => {
    const item = { ...named(path), attributeValue, ...more };
    return results(await both.ask('SetVariables', { setVariableData: [item] }), 'setVariableResult')[0]
      ?.attributeStatus;
  };

  it('reads variables, and says which part of a name it does not know', async () => {
    const both = await start();
    const answers = await get(
      both,
      named('OCPPCommCtrlr.HeartbeatInterval'),
      named('NoCtrlr.HeartbeatInterval'),
      named('OCPPCommCtrlr.NoVariable'),
      named('OCPPCommCtrlr.MessageTimeout'),
      named('OCPPCommCtrlr.MessageTimeout.Default'),
      { ...named('TxCtrlr.TxStartPoint'), attributeType: 'Target' },
      named('SecurityCtrlr.BasicAuthPassword'),
      { component: { name: 'Connector', evse: { id: 2, connectorId: 1 } }, variable: { name: 'AvailabilityState' } },
    );
    expect(answers.map(({ attributeStatus, attributeValue }) => [attributeStatus, attributeValue])).to.deep.equal([
      ['Accepted', '300'],
      ['UnknownComponent', undefined],
      ['UnknownVariable', undefined],
      ['UnknownVariable', undefined],
      ['Accepted', '30'],
      ['NotSupportedAttributeType', undefined],
      ['Rejected', undefined],
      ['Accepted', 'Available'],
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('sets what fits, and nothing else', async () => {
    const both = await start();
    const wanted: [string, string, string][] = [
      ['OCPPCommCtrlr.OfflineThreshold', '123', 'Accepted'],
      ['OCPPCommCtrlr.OfflineThreshold', 'long', 'Rejected'],
      ['OCPPCommCtrlr.OfflineThreshold', '-1', 'Rejected'],
      ['AuthCtrlr.AuthorizeRemoteStart', 'maybe', 'Rejected'],
      ['TxCtrlr.TxStartPoint', 'Authorized,EnergyTransfer', 'Accepted'],
      ['TxCtrlr.TxStartPoint', 'Authorized,Never', 'Rejected'],
      ['SmartChargingCtrlr.LimitChangeSignificance', '2.5', 'Accepted'],
      ['SmartChargingCtrlr.LimitChangeSignificance', '101', 'Rejected'],
      ['ClockCtrlr.NextTimeOffsetTransitionDateTime', 'yesterday', 'Rejected'],
      ['LocalAuthListCtrlr.Entries', '5', 'Rejected'],
      ['NoCtrlr.X', '1', 'UnknownComponent'],
      ['TxCtrlr.X', '1', 'UnknownVariable'],
    ];
    for (const [path, value, expected] of wanted)
      expect(await set(both, path, value), `${path} ${value}`).to.equal(expected);
    expect(await set(both, 'TxCtrlr.TxStopPoint', 'Authorized', { attributeType: 'MaxSet' })).to.equal(
      'NotSupportedAttributeType',
    );
    expect((await get(both, named('OCPPCommCtrlr.OfflineThreshold')))[0]?.attributeValue).to.equal('123');
    expect(both.breaches()).to.deep.equal([]);
  });

  const reported = (both: StationAndCsms, from: number) =>
    both.calls('NotifyReport', from).flatMap(
      ({ payload }) =>
        (payload['reportData'] ?? []) as {
          component: { name: string };
          variable: { name: string };
          variableAttribute: { mutability: string }[];
        }[],
    );

  it('reports its base in parts', async () => {
    const both = await start();
    const counts: number[] = [];
    for (const reportBase of ['FullInventory', 'ConfigurationInventory', 'SummaryInventory']) {
      const from = both.mark;
      expect(await both.ask('GetBaseReport', { requestId: 7, reportBase })).to.include({ status: 'Accepted' });
      await both.pass(1);
      const parts = both.calls('NotifyReport', from).map(({ payload }) => payload);
      expect(parts.map(({ seqNo }) => seqNo)).to.deep.equal(parts.map((_, i) => i));
      expect(parts.map(({ tbc }) => tbc)).to.deep.equal(parts.map((_, i) => i < parts.length - 1));
      expect(parts.every(({ requestId }) => requestId === 7)).to.equal(true);
      counts.push(reported(both, from).length);
      if (reportBase === 'ConfigurationInventory') {
        expect(
          reported(both, from).filter(({ variableAttribute }) => variableAttribute[0]?.mutability === 'ReadOnly'),
        ).to.deep.equal([]);
      }
    }
    expect(counts[0]).to.be.above(counts[1] as number);
    expect(counts[1]).to.be.above(counts[2] as number);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('reports what was asked for', async () => {
    const both = await start();
    both.station.raiseFault(2);
    const report = async (question: Payload) => {
      const from = both.mark;
      const { status } = await both.ask('GetReport', { requestId: 8, ...question });
      await both.pass(1);
      return { status, data: reported(both, from) };
    };
    const problems = await report({ componentCriteria: ['Problem'] });
    expect(new Set(problems.data.map(({ component }) => component.name))).to.deep.equal(
      new Set(['ChargingStation', 'EVSE', 'Connector']),
    );
    expect(problems.data.filter(({ component }) => component.name === 'EVSE')).to.have.length(6);
    const tx = await report({ componentVariable: [{ component: { name: 'TxCtrlr' } }] });
    expect(tx.data.every(({ component }) => component.name === 'TxCtrlr')).to.equal(true);
    expect(tx.data).to.have.length(6);
    const all = await report({
      componentVariable: [{ component: { name: 'EVSE' }, variable: { name: 'AvailabilityState' } }],
    });
    expect(all.data).to.have.length(2);
    const none = await report({
      componentCriteria: ['Problem'],
      componentVariable: [{ component: { name: 'EVSE', evse: { id: 1 } } }],
    });
    expect(none).to.deep.equal({ status: 'EmptyResultSet', data: [] });
    expect(both.breaches()).to.deep.equal([]);
  });
});
