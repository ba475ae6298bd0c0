/** Transaction messages outlive the connection: their order, the retry law, and what offline means in each version. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { decode } from '../ocppj/decode.ts';
import { encodeCallError } from '../ocppj/encode.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';
import type { Transport } from '../wire/transport.ts';

const schemas = loadMessageSchemas();

/** A CSMS that fails to process `action` as often as `times` says. */
function failing(action: string, times: number) {
  const left = { times };
  const ids = new Set<string>();
  return (transport: Transport): Transport => ({
    subprotocol: transport.subprotocol,
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          const frame = decode(message);
          if (frame.kind === 'call' && frame.action === action && left.times > 0) {
            left.times--;
            ids.add(frame.id);
          }
          events.message(message);
        },
      }),
    send: (message) => {
      const frame = decode(message);
      const id = frame.kind === 'callresult' ? frame.id : '';
      transport.send(ids.has(id) ? encodeCallError(id, 'InternalError', 'not now') : message);
    },
  });
}

/** Breaches besides the CALLERRORs that the test is about. */
const others = (both: StationAndCsms) => both.breaches().filter(({ id }) => id !== 'serves-calls');

describe('offline in OCPP 1.6', () => {
  const pair = (configuration = {}, wrap?: (transport: Transport) => Transport) =>
    new StationAndCsms({ setup: { identity: 'CP01', version: '1.6', configuration }, schemas, ...(wrap && { wrap }) });

  it('delivers a whole transaction that happened offline, in order, with the number that the CSMS gives', async () => {
    const both = pair({ AllowOfflineTxForUnknownId: 'true' });
    await both.start();
    await both.cut();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(130);
    both.station.presentToken(1, 'PP-VALID');
    both.station.plugOut(1);
    await both.pass(5);
    const from = both.mark;
    both.up();
    await both.pass(200);
    const said = both.calls(undefined, from).filter(({ action }) => action !== 'Heartbeat');
    expect(said.map(({ action }) => action)).to.deep.equal([
      'StartTransaction',
      'MeterValues',
      'MeterValues',
      'StopTransaction',
    ]);
    const [transaction] = both.csms.store.transactions;
    expect(said.slice(1).map(({ payload }) => String(payload['transactionId']))).to.deep.equal(
      [1, 2, 3].map(() => transaction?.id),
    );
    // 130 s at 22,080 W.
    expect(transaction?.meterStop).to.equal(Math.floor((22_080 * 130) / 3600));
    expect(both.breaches()).to.deep.equal([]);
  });

  it('refuses a token that nobody knows while offline', async () => {
    const both = pair();
    await both.start();
    await both.cut();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    both.up();
    await both.pass(100);
    expect(both.calls('StartTransaction')).to.deep.equal([]);
  });

  for (const stops of [true, false]) {
    it(`${stops ? 'stops' : 'holds'} a transaction whose token turns out to be invalid`, async () => {
      const both = pair({ AllowOfflineTxForUnknownId: 'true', StopTransactionOnInvalidId: String(stops) });
      await both.start();
      await both.cut();
      both.station.plugIn(1);
      both.station.presentToken(1, 'PP-INVALID');
      const from = both.mark;
      both.up();
      await both.pass(50);
      const stop = both.calls('StopTransaction', from);
      expect(stop.map(({ payload }) => payload['reason'])).to.deep.equal(stops ? ['DeAuthorized'] : []);
      const status = both.calls('StatusNotification', from).at(-1)?.payload['status'];
      expect(status).to.equal(stops ? 'Finishing' : 'SuspendedEVSE');
      expect(both.breaches()).to.deep.equal([]);
    });
  }

  it('sends again what was not processed, each time later, and gives up in the end', async () => {
    const both = pair(
      { TransactionMessageAttempts: '3', TransactionMessageRetryInterval: '10' },
      failing('StartTransaction', 3),
    );
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(20);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(100);
    const starts = both.calls('StartTransaction').map(({ at }) => Math.round(at / 1000));
    expect(starts.map((at) => at - (starts[0] as number))).to.deep.equal([0, 10, 30]);
    expect(both.calls('StopTransaction').map(({ payload }) => payload['transactionId'])).to.deep.equal([-1]);
    expect(others(both)).to.deep.equal([]);
  });

  it('sends again what the connection took with it', async () => {
    const both = pair();
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    while (both.calls('StartTransaction').length === 0) await both.pass(0.0005);
    await both.cut();
    both.up();
    await both.pass(60);
    expect(both.calls('StartTransaction')).to.have.length(2);
    expect(both.csms.store.transactions).to.have.length(1);
  });
});

describe('offline in OCPP 2.0.1', () => {
  it('delivers every event of a transaction that happened offline, marked and in order', async () => {
    const configuration = { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' };
    const both = new StationAndCsms({ setup: { identity: 'CP01', version: '2.0.1', configuration }, schemas });
    await both.start();
    await both.cut();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(70);
    both.station.presentToken(1, 'PP-VALID');
    both.station.plugOut(1);
    const from = both.mark;
    both.up();
    await both.pass(200);
    const events = both.calls('TransactionEvent', from).map(({ payload }) => payload);
    expect(events.map(({ seqNo }) => seqNo)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(events.map(({ offline }) => offline)).to.deep.equal([true, true, true, true, true]);
    expect(both.csms.store.transactions[0]?.endedAt).to.be.a('string');
    // Longer away than OfflineThreshold: the status of every connector is told (B04.FR.01).
    expect(both.calls('StatusNotification', from)).to.have.length(1);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('gives up an event after the configured attempts and goes on with the next', async () => {
    const configuration = {
      'OCPPCommCtrlr.MessageAttempts.TransactionEvent': '2',
      'OCPPCommCtrlr.MessageAttemptInterval.TransactionEvent': '5',
    };
    const setup = { identity: 'CP01', version: '2.0.1', configuration } as const;
    const both = new StationAndCsms({ setup, schemas, wrap: failing('TransactionEvent', 2) });
    await both.start();
    both.station.plugIn(1);
    await both.pass(2);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(20);
    const numbers = both.calls('TransactionEvent').map(({ payload }) => payload['seqNo']);
    expect(numbers).to.deep.equal([0, 0, 1, 2]);
    expect(others(both)).to.deep.equal([]);
  });
});
