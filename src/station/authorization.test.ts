/** Who may charge: asked, remembered, listed, or kept a place for. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';

const schemas = loadMessageSchemas();

for (const version of ['1.6', '2.0.1'] as const) {
  const legacy = version === '1.6';
  const keys = (values: { preAuthorize?: boolean; cache?: boolean; list?: boolean }) => ({
    LocalPreAuthorize: String(values.preAuthorize ?? false),
    'AuthCtrlr.LocalPreAuthorize': String(values.preAuthorize ?? false),
    AuthorizationCacheEnabled: String(values.cache ?? true),
    'AuthCacheCtrlr.Enabled': String(values.cache ?? true),
    LocalAuthListEnabled: String(values.list ?? true),
    'LocalAuthListCtrlr.Enabled': String(values.list ?? true),
  });
  const pair = (values = {}, evses = 2) =>
    new StationAndCsms({ setup: { identity: 'CP01', version, evses, configuration: keys(values) }, schemas });
  const session = async (both: StationAndCsms, idToken: string, evseId = 1) => {
    both.station.plugIn(evseId);
    both.station.presentToken(evseId, idToken);
    await both.pass(5);
    const began = both
      .calls(legacy ? 'StartTransaction' : 'TransactionEvent')
      .some(({ payload }) =>
        legacy ? payload['idTag'] === idToken : (payload['idToken'] as { idToken?: string })?.idToken === idToken,
      );
    both.station.plugOut(evseId);
    await both.pass(5);
    return began;
  };
  const sendList = (both: StationAndCsms, listVersion: number, type: string, entries: [string, string?][]) =>
    both.ask('SendLocalList', {
      [legacy ? 'listVersion' : 'versionNumber']: listVersion,
      updateType: type,
      localAuthorizationList: entries.map(([idToken, status]) =>
        legacy
          ? { idTag: idToken, ...(status && { idTagInfo: { status } }) }
          : { idToken: { idToken, type: 'Central' }, ...(status && { idTokenInfo: { status } }) },
      ),
    });
  const listVersion = async (both: StationAndCsms) => {
    const answer = await both.ask('GetLocalListVersion', {});
    return answer['listVersion'] ?? answer['versionNumber'];
  };
  const asked = (both: StationAndCsms) => both.calls('Authorize').length;

  describe(`authorization in OCPP ${version}`, () => {
    it('asks each time, unless it may rely on its cache; and forgets when told to', async () => {
      const always = pair();
      await always.start();
      await session(always, 'PP-VALID');
      await session(always, 'PP-VALID');
      expect(asked(always)).to.equal(2);

      const both = pair({ preAuthorize: true });
      await both.start();
      await session(both, 'PP-VALID');
      expect(await session(both, 'pp-valid')).to.equal(true);
      expect(asked(both)).to.equal(1);
      expect(await both.ask('ClearCache', {})).to.include({ status: 'Accepted' });
      await session(both, 'PP-VALID');
      expect(asked(both)).to.equal(2);
      expect(both.breaches()).to.deep.equal([]);
    });

    it('has nothing to clear without a cache', async () => {
      const both = pair({ cache: false, preAuthorize: true });
      await both.start();
      await session(both, 'PP-VALID');
      await session(both, 'PP-VALID');
      expect(asked(both)).to.equal(2);
      expect(await both.ask('ClearCache', {})).to.include({ status: 'Rejected' });
    });

    it('charges nobody whom the CSMS refuses', async () => {
      const both = pair();
      await both.start();
      for (const token of ['PP-INVALID', 'PP-BLOCKED', 'PP-EXPIRED', 'PP-NOBODY']) {
        expect(await session(both, token), token).to.equal(false);
      }
    });

    it('keeps a local list: full, differential, and by version', async () => {
      const both = pair({ preAuthorize: true });
      await both.start();
      expect(await listVersion(both)).to.equal(0);
      expect(await sendList(both, 2, 'Full', [['LISTED', 'Accepted']])).to.include({ status: 'Accepted' });
      expect(await session(both, 'LISTED')).to.equal(true);
      expect(asked(both)).to.equal(0);
      expect(await sendList(both, 2, 'Differential', [['OTHER', 'Accepted']])).to.include({
        status: 'VersionMismatch',
      });
      expect(await sendList(both, 3, 'Differential', [['OTHER', 'Accepted'], ['LISTED']])).to.include({
        status: 'Accepted',
      });
      expect(await listVersion(both)).to.equal(3);
      expect(await session(both, 'OTHER')).to.equal(true);
      expect(asked(both)).to.equal(0);
      await session(both, 'LISTED');
      expect(asked(both)).to.equal(1);
      expect(
        await sendList(both, 4, 'Full', [
          ['A', 'Accepted'],
          ['a', 'Accepted'],
        ]),
      ).to.include({ status: 'Failed' });
      expect(await listVersion(both)).to.equal(3);
      expect(both.breaches()).to.deep.equal([]);
    });

    it('has no list where that is switched off', async () => {
      const both = pair({ list: false });
      await both.start();
      expect(await listVersion(both)).to.equal(legacy ? -1 : 0);
      expect(await sendList(both, 1, 'Full', [['A', 'Accepted']])).to.include({
        status: legacy ? 'NotSupported' : 'Failed',
      });
    });

    it('lets those charge offline whom it knows', async () => {
      const both = pair();
      await both.start();
      await session(both, 'PP-VALID');
      await both.cut();
      const from = both.mark;
      both.station.plugIn(1);
      both.station.presentToken(1, 'PP-VALID');
      both.station.plugIn(2);
      both.station.presentToken(2, 'PP-SECOND');
      await both.pass(1);
      both.up();
      await both.pass(60);
      const began = both
        .calls(legacy ? 'StartTransaction' : 'TransactionEvent', from)
        .flatMap(({ payload }) =>
          legacy ? payload['idTag'] : ((payload['idToken'] as { idToken?: string })?.idToken ?? []),
        );
      expect(began).to.deep.equal(['PP-VALID']);
      expect(both.breaches()).to.deep.equal([]);
    });
  });

  describe(`reservations in OCPP ${version}`, () => {
    const reserve = (
      both: StationAndCsms,
      id: number,
      idToken: string,
      evseId: number | undefined,
      seconds = 600,
      group?: string,
    ) => {
      const expiry = new Date(both.clock.now() + seconds * 1000).toISOString();
      return both.ask(
        'ReserveNow',
        legacy
          ? {
              connectorId: evseId ?? 0,
              expiryDate: expiry,
              idTag: idToken,
              reservationId: id,
              ...(group && { parentIdTag: group }),
            }
          : {
              id,
              expiryDateTime: expiry,
              idToken: { idToken, type: 'Central' },
              ...(evseId !== undefined && { evseId }),
              ...(group && { groupIdToken: { idToken: group, type: 'Central' } }),
            },
      );
    };
    const statusOf = (both: StationAndCsms, evseId = 1) =>
      both.csms.store.station('CP01').connectors.get(legacy ? `${evseId}` : `${evseId}/1`);

    it('keeps an EVSE for one token', async () => {
      const both = pair();
      await both.start();
      expect(await reserve(both, 1, 'PP-VALID', 1)).to.include({ status: 'Accepted' });
      expect(statusOf(both)).to.equal('Reserved');
      both.station.presentToken(1, 'PP-SECOND');
      await both.pass(1);
      both.station.plugIn(1);
      await both.pass(1);
      expect(statusOf(both)).to.equal('Reserved');
      const before = both.mark;
      both.station.presentToken(1, 'PP-VALID');
      await both.pass(1);
      const began = both.calls(legacy ? 'StartTransaction' : 'TransactionEvent', before)[0]?.payload;
      expect(began?.['reservationId']).to.equal(1);
      expect(both.breaches()).to.deep.equal([]);
    });

    it('keeps it for a group', async () => {
      const both = pair();
      await both.start();
      await reserve(both, 1, 'PP-GROUP-1', 1, 600, 'PP-GROUP');
      expect(await session(both, 'PP-GROUP-2')).to.equal(true);
      expect(statusOf(both)).to.equal('Available');
    });

    it('ends with the EVSE that it is for', async () => {
      const both = pair();
      await both.start();
      await reserve(both, 1, 'PP-VALID', 1);
      both.station.raiseFault(1);
      await both.pass(1);
      const told = both.calls('ReservationStatusUpdate').map(({ payload }) => payload['reservationUpdateStatus']);
      expect(told).to.deep.equal(legacy ? [] : ['Removed']);
      both.station.clearFault(1);
      await both.pass(1);
      expect(statusOf(both)).to.equal('Available');
      expect(both.breaches()).to.deep.equal([]);
    });

    it('says why it can not', async () => {
      const both = pair();
      await both.start();
      both.station.raiseFault(1);
      both.station.plugIn(2);
      await both.pass(1);
      expect(await reserve(both, 1, 'PP-VALID', 1)).to.include({ status: 'Faulted' });
      expect(await reserve(both, 1, 'PP-VALID', 2)).to.include({ status: 'Occupied' });
      expect(await reserve(both, 1, 'PP-VALID', 9)).to.include({ status: 'Rejected' });
    });

    it('expires, and is cancelled once', async () => {
      const both = pair();
      await both.start();
      await reserve(both, 1, 'PP-VALID', 1, 60);
      await both.pass(70);
      expect(statusOf(both)).to.equal('Available');
      const told = both.calls('ReservationStatusUpdate').map(({ payload }) => payload);
      expect(told).to.deep.equal(legacy ? [] : [{ reservationId: 1, reservationUpdateStatus: 'Expired' }]);
      await reserve(both, 2, 'PP-VALID', 1);
      expect(await both.ask('CancelReservation', { reservationId: 2 })).to.include({ status: 'Accepted' });
      expect(statusOf(both)).to.equal('Available');
      expect(await both.ask('CancelReservation', { reservationId: 2 })).to.include({ status: 'Rejected' });
    });

    it('keeps one of several EVSEs free', async () => {
      const both = pair();
      await both.start();
      expect(await reserve(both, 1, 'PP-VALID', undefined)).to.include({ status: 'Accepted' });
      expect(await session(both, 'PP-SECOND', 1)).to.equal(true);
      expect([statusOf(both, 1), statusOf(both, 2)]).to.deep.equal(['Available', 'Available']);
      both.station.raiseFault(1);
      await both.pass(1);
      expect(await session(both, 'PP-GROUP-1', 2)).to.equal(false);
      expect(statusOf(both, 2)).to.equal('Reserved');
      expect(await session(both, 'PP-VALID', 2)).to.equal(true);
      expect(statusOf(both, 2)).to.equal('Available');
      both.station.clearFault(1);
      expect(await session(both, 'PP-GROUP-1', 2)).to.equal(true);
    });
  });
}

describe('authorization in OCPP 2.0.1 alone', () => {
  const pair = (configuration: Readonly<Record<string, string>>) =>
    new StationAndCsms({ setup: { identity: 'CP01', version: '2.0.1', evses: 1, configuration }, schemas });
  const events = (both: StationAndCsms) => both.calls('TransactionEvent').map(({ payload }) => payload);
  const state = (payload: Readonly<Record<string, unknown>> | undefined) =>
    (payload?.['transactionInfo'] as { chargingState?: string } | undefined)?.chargingState;

  it('neither asks about a token that the CSMS made, nor keeps it', async () => {
    const both = pair({ 'AuthCtrlr.AuthorizeRemoteStart': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true' });
    await both.start();
    both.station.plugIn(1);
    const idToken = { idToken: 'PP-VALID', type: 'Central' };
    expect(await both.ask('RequestStartTransaction', { remoteStartId: 1, idToken })).to.include({ status: 'Accepted' });
    expect(both.calls('Authorize')).to.have.length(0);
    both.station.plugOut(1);
    await both.pass(5);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(5);
    expect(both.calls('Authorize')).to.have.length(1);
  });

  it('asks nobody where that is switched off', async () => {
    const both = pair({ 'AuthCtrlr.DisableRemoteAuthorization': 'true' });
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(5);
    expect(both.calls('Authorize')).to.have.length(0);
    expect(events(both).map(state)).to.not.include('Charging');
  });

  it('gives a token that turns out invalid the energy that it may have, and no more', async () => {
    const both = pair({
      'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true',
      'TxCtrlr.StopTxOnInvalidId': 'false',
      'TxCtrlr.MaxEnergyOnInvalidId': '500',
      'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1',
      'OCPPCommCtrlr.RetryBackOffRandomRange': '0',
    });
    await both.start();
    await both.cut();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-INVALID');
    both.up();
    await both.pass(20);
    expect(state(events(both).at(-1))).to.equal('Charging');
    // 500 Wh at 22 kW take 82 s.
    await both.pass(90);
    const held = events(both).find((payload) => state(payload) === 'SuspendedEVSE');
    expect(held).to.include({ triggerReason: 'ChargingStateChanged', eventType: 'Updated' });
    expect(events(both).map(({ triggerReason }) => triggerReason)).to.not.include('Deauthorized');
    expect(both.breaches()).to.deep.equal([]);
  });
});
