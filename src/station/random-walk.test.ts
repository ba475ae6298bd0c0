/** Whatever drivers, networks and operators do, in whatever order: the charger breaks nothing and loses nothing. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { type OcppVersion, ocppVersions } from '../dialects/index.ts';
import { operatorWords } from '../dialects/operator-words.ts';
import { seededRandom } from '../random.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';

const schemas = loadMessageSchemas();
const STEPS = 120;
const TOKENS = ['PP-VALID', 'PP-SECOND', 'PP-GROUP-1', 'PP-GROUP-2', 'PP-INVALID', 'PP-NOBODY'];
const POINTS = ['ParkingBayOccupancy', 'EVConnected', 'Authorized', 'PowerPathClosed', 'EnergyTransfer'];

async function walk(version: OcppVersion, seed: number) {
  const random = seededRandom(seed, version);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const some = () => POINTS.filter(() => random() < 0.4).join(',') || pick(POINTS);
  const flags = ['true', 'false'];
  const stops = random() < 0.5;
  const configuration = {
    'TxCtrlr.TxStartPoint': some(),
    'TxCtrlr.TxStopPoint': some(),
    'TxCtrlr.StopTxOnInvalidId': pick(flags),
    'TxCtrlr.StopTxOnEVSideDisconnect': pick(flags),
    'AuthCtrlr.OfflineTxForUnknownIdEnabled': pick(flags),
    'AlignedDataCtrlr.Interval': '900',
    AllowOfflineTxForUnknownId: pick(flags),
    StopTransactionOnInvalidId: pick(flags),
    StopTransactionOnEVSideDisconnect: String(stops),
    StopTxnSampledData: 'Energy.Active.Import.Register',
    ClockAlignedDataInterval: '900',
  };
  const both = new StationAndCsms({ setup: { identity: 'CP01', version, evses: 2, configuration }, schemas, seed });
  const words = operatorWords[version];
  const legacy = version === '1.6';
  const { station } = both;
  const evse = () => pick([1, 2]);
  const ask = (action: string, payload: Readonly<Record<string, unknown>>) => both.command(action, payload);
  const expiry = () => new Date(both.clock.now() + 120_000).toISOString();
  const acts: readonly (() => unknown)[] = [
    () => station.plugIn(evse()),
    () => station.plugIn(evse()),
    () => station.plugOut(evse()),
    () => station.presentToken(evse(), pick(TOKENS)),
    () => station.presentToken(evse(), pick(TOKENS)),
    () => station.presentToken(evse(), pick(TOKENS)),
    () => station.evSuspends(evse()),
    () => station.evReady(evse()),
    () => station.driveIn(evse()),
    () => station.driveAway(evse()),
    () => random() < 0.3 && station.raiseFault(evse()),
    () => station.clearFault(evse()),
    () => random() < 0.2 && station.powerCycle(),
    () => both.cut(),
    () => both.up(),
    () => both.up(),
    () => ask('ChangeAvailability', words.changeAvailability(random() < 0.7, pick([undefined, 1, 2]))),
    () => random() < 0.3 && ask('Reset', words.reset(pick(['now', 'idle']))),
    () => ask('UnlockConnector', words.unlock(evse(), 1)),
    () =>
      ask(
        'TriggerMessage',
        words.trigger(pick(['Heartbeat', 'MeterValues', 'StatusNotification', 'BootNotification']), evse(), 1),
      ),
    () =>
      legacy
        ? ask('RemoteStartTransaction', { idTag: pick(TOKENS), connectorId: evse() })
        : ask('RequestStartTransaction', {
            idToken: { idToken: pick(TOKENS), type: 'Central' },
            remoteStartId: 1,
            evseId: evse(),
          }),
    () =>
      legacy
        ? ask('ReserveNow', {
            connectorId: pick([0, 1, 2]),
            expiryDate: expiry(),
            idTag: pick(TOKENS),
            reservationId: pick([1, 2]),
          })
        : ask('ReserveNow', {
            id: pick([1, 2]),
            expiryDateTime: expiry(),
            idToken: { idToken: pick(TOKENS), type: 'Central' },
            evseId: evse(),
          }),
    () => ask('CancelReservation', { reservationId: pick([1, 2]) }),
  ];
  await both.start();
  for (let i = 0; i < STEPS; i++) {
    await pick(acts)();
    await both.pass(pick([0.0005, 0.001, 0.5, 5, 40, 200]));
  }
  // Everybody goes home.
  both.up();
  for (const id of [1, 2]) {
    station.clearFault(id);
    station.plugOut(id);
    station.driveAway(id);
  }
  await both.pass(900);
  const transactions = both.csms.store.transactions.filter(({ endedAt }) => endedAt === undefined);
  // A CALL that the network took is nobody's fault; neither is a station that hangs up to restart.
  const breaches = both.breaches().filter(({ id }) => id !== 'keeps-connection' && id !== 'answers-calls');
  return { both, breaches, open: stops ? transactions : [] };
}

for (const version of ocppVersions) {
  it(`breaks nothing on random walks in OCPP ${version}`, async function () {
    this.timeout(20_000);
    let total = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const { both, breaches, open } = await walk(version, seed);
      expect(breaches, `seed ${seed}`).to.deep.equal([]);
      if (version === '1.6') {
        expect(open, `seed ${seed}`).to.deep.equal([]);
        continue;
      }
      const numbers = new Map<string, number[]>();
      for (const { payload } of both.calls('TransactionEvent')) {
        const { transactionId } = payload['transactionInfo'] as { transactionId: string };
        const seen = numbers.get(transactionId) ?? [];
        const seqNo = Number(payload['seqNo']);
        // A message that the connection took is sent again.
        if (seen.at(-1) !== seqNo) seen.push(seqNo);
        numbers.set(transactionId, seen);
      }
      for (const [id, seen] of numbers) expect(seen, `seed ${seed}, ${id}`).to.deep.equal(seen.map((_, i) => i));
      total += numbers.size;
    }
    if (version !== '1.6') expect(total).to.be.above(20);
  });
}
