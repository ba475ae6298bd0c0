/** Plugs that can't be locked, locks that stick, lists that are refused, and what a charger is built without (1.6). */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';
import type { Part } from './types.ts';

const schemas = loadMessageSchemas();

const pair = (configuration: Readonly<Record<string, string>> = {}, without: readonly Part[] = []) =>
  new StationAndCsms({ setup: { identity: 'CP01', version: '1.6', configuration, without }, schemas });

/** What was told of connector 1 since a message. */
const told = (both: StationAndCsms) =>
  both
    .calls('StatusNotification')
    .filter(({ payload }) => payload['connectorId'] === 1)
    .map(({ payload }) => [payload['status'], payload['errorCode'], payload['info']].filter(Boolean).join(' '));

const list = (listVersion: number) => ({
  listVersion,
  updateType: 'Full',
  localAuthorizationList: [{ idTag: 'PP-VALID', idTagInfo: { status: 'Accepted' } }],
});

describe('a charger in trouble', () => {
  it('tells that a plug can not be locked, starts nothing, and is well again without it', async () => {
    const both = pair();
    await both.start();
    both.station.plugHalfway(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(5);
    both.station.plugOut(1);
    await both.pass(5);
    expect(told(both)).to.deep.equal(['Available NoError', 'Faulted ConnectorLockFailure', 'Available NoError']);
    expect(both.calls('StartTransaction')).to.deep.equal([]);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('says that a lock sticks, and takes no list while it refuses them', async () => {
    const both = pair();
    await both.start();
    both.station.trouble('unlockFailed', true, 1);
    both.station.trouble('refusedLocalAuthList', true, 1);
    expect(await both.ask('UnlockConnector', { connectorId: 1 })).to.deep.equal({ status: 'UnlockFailed' });
    expect(await both.ask('SendLocalList', list(5))).to.deep.equal({ status: 'Failed' });
    both.station.trouble('unlockFailed', false, 1);
    both.station.trouble('refusedLocalAuthList', false, 1);
    expect(await both.ask('UnlockConnector', { connectorId: 1 })).to.deep.equal({ status: 'Unlocked' });
    expect(await both.ask('SendLocalList', list(5))).to.deep.equal({ status: 'Accepted' });
    expect(await both.ask('GetLocalListVersion', {})).to.deep.equal({ listVersion: 5 });
    await both.ask('SendLocalList', { listVersion: 6, updateType: 'Full' });
    expect(await both.ask('GetLocalListVersion', {})).to.deep.equal({ listVersion: 0 });
  });

  it('says so where it was built without a part', async () => {
    const both = pair({}, ['Reservation', 'LocalAuthListManagement', 'ConnectorLock']);
    await both.start();
    expect(await both.ask('UnlockConnector', { connectorId: 1 })).to.deep.equal({ status: 'NotSupported' });
    expect(await both.ask('GetLocalListVersion', {})).to.deep.equal({ listVersion: -1 });
    expect(await both.ask('SendLocalList', list(5))).to.deep.equal({ status: 'NotSupported' });
    const expiryDate = new Date(both.clock.now() + 60_000).toISOString();
    const reservation = { connectorId: 1, expiryDate, idTag: 'PP-VALID', reservationId: 1 };
    expect(await both.ask('ReserveNow', reservation)).to.deep.equal({ status: 'Rejected' });
  });

  it('tells a status once it has lasted, and leaves out what was brief', async () => {
    const both = pair({ MinimumStatusDuration: '10' });
    await both.start();
    both.station.plugIn(1);
    await both.pass(4);
    both.station.plugOut(1);
    await both.pass(30);
    expect(told(both)).to.deep.equal(['Available NoError']);
    both.station.plugIn(1);
    await both.pass(9);
    expect(told(both)).to.have.length(1);
    await both.pass(2);
    expect(told(both).at(-1)).to.equal('Preparing NoError');
  });

  it('goes on with a transaction whose vehicle left, and says why it is suspended', async () => {
    const both = pair({ StopTransactionOnEVSideDisconnect: 'false' });
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(5);
    both.station.plugOut(1);
    await both.pass(5);
    expect(told(both).at(-1)).to.equal('SuspendedEV NoError EV side disconnected');
    expect(both.calls('StopTransaction')).to.deep.equal([]);
  });
});
