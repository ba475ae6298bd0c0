/** When transactions start and stop, by what was configured, and what each message tells. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';
import type { Payload } from './types.ts';

const schemas = loadMessageSchemas();

interface Points {
  readonly start: string;
  readonly stop: string;
}

const at2 = ({ start, stop }: Points, more: Readonly<Record<string, string>> = {}) =>
  new StationAndCsms({
    setup: {
      identity: 'CP01',
      version: '2.0.1',
      configuration: {
        'TxCtrlr.TxStartPoint': start,
        'TxCtrlr.TxStopPoint': stop,
        'SampledDataCtrlr.TxUpdatedInterval': '0',
        ...more,
      },
    },
    schemas,
  });

type Info = { chargingState?: string; stoppedReason?: string; remoteStartId?: number; transactionId: string };

/** `eventType triggerReason chargingState stoppedReason`, as far as they are told. */
const line = (payload: Payload) => {
  const info = payload['transactionInfo'] as Info;
  return [payload['eventType'], payload['triggerReason'], info.chargingState, info.stoppedReason]
    .filter(Boolean)
    .join(' ');
};
const lines = (both: StationAndCsms, from = 0) =>
  both.calls('TransactionEvent', from).map(({ payload }) => line(payload));

/** Drives in, plugs in, authorizes, charges, stops, plugs out, leaves. */
async function whole(both: StationAndCsms) {
  await both.start();
  const { station } = both;
  const steps = [
    () => station.driveIn(1),
    () => station.plugIn(1),
    () => station.presentToken(1, 'PP-VALID'),
    () => station.evSuspends(1),
    () => station.evReady(1),
    () => station.presentToken(1, 'PP-VALID'),
    () => station.plugOut(1),
    () => station.driveAway(1),
  ];
  for (const step of steps) {
    step();
    await both.pass(10);
  }
  expect(both.breaches()).to.deep.equal([]);
  return lines(both);
}

const PLUGGED = 'CablePluggedIn EVConnected';
const SUSPENDED = ['Updated ChargingStateChanged SuspendedEV', 'Updated ChargingStateChanged Charging'];
const AUTHORIZED = ['Updated Authorized', 'Updated ChargingStateChanged Charging'];

const expected: readonly (Points & { says: readonly string[] })[] = [
  {
    start: 'ParkingBayOccupancy',
    stop: 'ParkingBayOccupancy',
    says: [
      'Started EVDetected Idle',
      `Updated ${PLUGGED}`,
      ...AUTHORIZED,
      ...SUSPENDED,
      'Updated StopAuthorized EVConnected',
      'Updated EVCommunicationLost Idle',
      'Ended EVDeparted Idle Local',
    ],
  },
  {
    start: 'EVConnected',
    stop: 'EVConnected',
    says: [
      `Started ${PLUGGED}`,
      ...AUTHORIZED,
      ...SUSPENDED,
      'Updated StopAuthorized EVConnected',
      'Ended EVCommunicationLost Idle Local',
    ],
  },
  {
    start: 'Authorized',
    stop: 'Authorized',
    says: [
      'Started Authorized EVConnected',
      'Updated ChargingStateChanged Charging',
      ...SUSPENDED,
      'Ended StopAuthorized EVConnected Local',
    ],
  },
  {
    start: 'PowerPathClosed',
    stop: 'PowerPathClosed',
    says: [
      'Started Authorized EVConnected',
      'Updated ChargingStateChanged Charging',
      ...SUSPENDED,
      'Ended StopAuthorized EVConnected Local',
    ],
  },
  {
    start: 'EnergyTransfer',
    stop: 'EnergyTransfer',
    says: [
      'Started ChargingStateChanged Charging',
      'Ended ChargingStateChanged EVConnected StoppedByEV',
      // He is no longer authorized: his token starts anew.
      'Started ChargingStateChanged Charging',
      'Ended EVCommunicationLost Idle EVDisconnected',
    ],
  },
];

describe('TxStartPoint and TxStopPoint', () => {
  for (const { start, stop, says } of expected) {
    it(`${start} to ${stop}`, async () => {
      expect(await whole(at2({ start, stop }))).to.deep.equal(says);
    });
  }

  it('tells place, token and number of a transaction once each', async () => {
    const both = at2({ start: 'EVConnected', stop: 'EVConnected' });
    await whole(both);
    const events = both.calls('TransactionEvent').map(({ payload }) => payload);
    expect(events.map(({ seqNo }) => seqNo)).to.deep.equal(events.map((_, i) => i));
    expect(events.map(({ evse }) => evse !== undefined)).to.deep.equal(events.map((_, i) => i === 0));
    expect(events.filter(({ idToken }) => idToken !== undefined).map(line)).to.deep.equal([
      'Updated Authorized',
      'Updated StopAuthorized EVConnected',
    ]);
    expect(new Set(events.map(({ transactionInfo }) => (transactionInfo as Info).transactionId))).to.have.property(
      'size',
      1,
    );
    const [first, last] = [events[0], events.at(-1)];
    expect(first?.['meterValue']).to.have.length(1);
    expect(last?.['meterValue']).to.have.length(2);
  });

  it('brings clock-aligned values with the end, where they are configured', async () => {
    const aligned = { 'AlignedDataCtrlr.TxEndedInterval': '10', 'AlignedDataCtrlr.TxEndedMeasurands': 'Voltage' };
    const both = at2({ start: 'EVConnected', stop: 'EVConnected' }, aligned);
    await both.start();
    both.station.plugIn(1);
    await both.pass(25);
    both.station.plugOut(1);
    await both.pass(1);
    const values = both.calls('TransactionEvent').at(-1)?.payload['meterValue'] as {
      sampledValue: { context: string }[];
    }[];
    expect(values.map(({ sampledValue }) => sampledValue[0]?.context)).to.deep.equal([
      'Transaction.Begin',
      'Sample.Clock',
      'Sample.Clock',
      'Transaction.End',
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('ends what nobody plugged a cable in for', async () => {
    const both = at2({ start: 'Authorized', stop: 'Authorized' }, { 'TxCtrlr.EVConnectionTimeOut': '30' });
    await both.start();
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(40);
    expect(lines(both)).to.deep.equal(['Started Authorized Idle', 'Ended EVConnectTimeout Idle Timeout']);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('ends everything by the master pass, which starts nothing', async () => {
    const both = at2({ start: 'Authorized', stop: 'Authorized' }, { 'AuthCtrlr.MasterPassGroupId': 'PP-GROUP' });
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-GROUP-1');
    await both.pass(1);
    expect(lines(both)).to.deep.equal([]);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(1);
    both.station.presentToken(1, 'PP-GROUP-1');
    await both.pass(1);
    expect(lines(both).at(-1)).to.equal('Ended StopAuthorized EVConnected MasterPass');
    expect(both.breaches()).to.deep.equal([]);
  });

  it('ends by the cable where the vehicle leaves without a word', async () => {
    const both = at2({ start: 'PowerPathClosed', stop: 'Authorized' });
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(10);
    both.station.plugOut(1);
    await both.pass(1);
    expect(lines(both).at(-1)).to.equal('Ended EVCommunicationLost Idle EVDisconnected');
  });

  it('ends, or only withholds the energy, where the CSMS refuses the token of a running transaction', async () => {
    for (const [stops, last] of [
      ['true', 'Ended Deauthorized EVConnected DeAuthorized'],
      ['false', 'Updated ChargingStateChanged SuspendedEVSE'],
    ]) {
      const both = at2({ start: 'Authorized', stop: 'Authorized' }, { 'TxCtrlr.StopTxOnInvalidId': String(stops) });
      await both.start();
      both.station.plugIn(1);
      await both.pass(1);
      await both.ask('RequestStartTransaction', {
        remoteStartId: 7,
        idToken: { idToken: 'PP-BLOCKED', type: 'Central' },
      });
      await both.pass(5);
      expect(lines(both).at(-1)).to.equal(last);
      expect(both.breaches()).to.deep.equal([]);
    }
  });
});

describe('sessions of 1.6', () => {
  const pair = (configuration = {}) =>
    new StationAndCsms({
      setup: { identity: 'CP01', version: '1.6', configuration: { MeterValueSampleInterval: '0', ...configuration } },
      schemas,
    });
  const said = (both: StationAndCsms, from = 0) =>
    both
      .calls(undefined, from)
      .filter(({ action }) => action !== 'Heartbeat')
      .map(({ action, payload }) => [action, payload['status'] ?? payload['reason']].filter(Boolean).join(' '));

  it('authorizes first, and waits for the cable', async () => {
    const both = pair({ ConnectionTimeOut: '20' });
    await both.start();
    const from = both.mark;
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(30);
    expect(said(both, from)).to.deep.equal([
      'Authorize',
      'StatusNotification Preparing',
      'StatusNotification Available',
    ]);
  });

  it('stops by another token of the same group, and by no other', async () => {
    const both = pair();
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-GROUP-1');
    await both.pass(1);
    both.station.presentToken(1, 'PP-SECOND');
    await both.pass(1);
    expect(both.calls('StopTransaction')).to.deep.equal([]);
    both.station.presentToken(1, 'PP-GROUP-2');
    await both.pass(1);
    expect(both.calls('StopTransaction').map(({ payload }) => payload['idTag'])).to.deep.equal(['PP-GROUP-2']);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('suspends and goes on', async () => {
    const both = pair();
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(1);
    const from = both.mark;
    both.station.evSuspends(1);
    await both.pass(3600);
    both.station.evReady(1);
    await both.pass(1);
    expect(said(both, from)).to.deep.equal(['StatusNotification SuspendedEV', 'StatusNotification Charging']);
    both.station.plugOut(1);
    await both.pass(1);
    const stop = both.calls('StopTransaction')[0]?.payload;
    expect(stop?.['reason']).to.equal('EVDisconnected');
    // Two seconds of 22,080 W, and none for the hour between.
    expect(stop?.['meterStop']).to.be.within(11, 13);
  });

  it('keeps the transaction of a vehicle that is unplugged where that is configured', async () => {
    const both = pair({ StopTransactionOnEVSideDisconnect: 'false' });
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(1);
    const from = both.mark;
    both.station.plugOut(1);
    await both.pass(1);
    both.station.plugIn(1);
    await both.pass(1);
    expect(said(both, from)).to.deep.equal(['StatusNotification SuspendedEV', 'StatusNotification Charging']);
  });

  it('brings the values of a transaction with its end', async () => {
    const both = pair({
      MeterValueSampleInterval: '10',
      MeterValuesSampledData: '',
      StopTxnSampledData: 'Energy.Active.Import.Register,Voltage',
    });
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(25);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(1);
    expect(both.calls('MeterValues')).to.deep.equal([]);
    const data = both.calls('StopTransaction')[0]?.payload['transactionData'] as {
      sampledValue: { context: string }[];
    }[];
    expect(data.map(({ sampledValue }) => sampledValue[0]?.context)).to.deep.equal([
      'Transaction.Begin',
      'Sample.Periodic',
      'Sample.Periodic',
      'Transaction.End',
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('starts nothing while it is faulted', async () => {
    const both = pair();
    await both.start();
    both.station.raiseFault(1);
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(1);
    expect(both.calls('Authorize')).to.deep.equal([]);
    expect(both.calls('StatusNotification').at(-1)?.payload).to.include({
      status: 'Faulted',
      errorCode: 'GroundFailure',
    });
    both.station.clearFault(1);
    await both.pass(1);
    expect(both.calls('StatusNotification').at(-1)?.payload).to.include({ status: 'Preparing' });
  });
});

for (const version of ['1.6', '2.0.1'] as const) {
  it(`sends clock-aligned values in OCPP ${version}`, async () => {
    const configuration = {
      ClockAlignedDataInterval: '900',
      'AlignedDataCtrlr.Interval': '900',
      MeterValueSampleInterval: '0',
      'SampledDataCtrlr.TxUpdatedInterval': '0',
    };
    const both = new StationAndCsms({ setup: { identity: 'CP01', version, configuration }, schemas });
    await both.start();
    await both.pass(1000);
    expect(both.calls('MeterValues').map(({ at }) => Math.round(at / 1000))).to.deep.equal([900]);
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(900);
    if (version === '1.6') expect(both.calls('MeterValues').at(-1)?.payload['transactionId']).to.be.a('number');
    else expect(lines(both).at(-1)).to.equal('Updated MeterValueClock');
    expect(both.breaches()).to.deep.equal([]);
  });
}
