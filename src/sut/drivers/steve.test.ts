/** The driver `steve` against a server that answers as SteVe was seen to. */
import { expect } from 'chai';
import { realClock } from '../../clock.ts';
import { type FakeApi, failure, fakeApi, never } from './fake-api.test.ts';
import { csmsSends } from './octt-trigger.ts';
import { steveDriver } from './steve.ts';
import { steveOperations } from './steve-words.ts';

const done = (response: unknown) => ({
  json: {
    taskId: 1,
    taskFinished: true,
    successResponses: [{ chargeBoxId: 'CP1', response }],
    errorResponses: [],
    exceptions: [],
  },
});

describe('driver steve', () => {
  let api: FakeApi;
  before(async () => {
    api = await fakeApi();
  });
  after(() => api.close());
  const driver = (path = '/steve') =>
    steveDriver({
      url: `${api.url}${path}`,
      auth: { user: 'admin', password: 'api' },
      timeoutMs: 1_000,
      clock: realClock,
    });
  const perform = (action: string, payload: Readonly<Record<string, unknown>> = {}) =>
    driver().perform({ station: 'CP1', version: '1.6', action, payload }, never);

  it('finds the API behind the address of SteVe', async () => {
    for (const path of ['/steve', '/steve/', '/steve/api/v1', '/steve/api/v1/']) {
      api.tell(done('Accepted'));
      expect(
        await driver(path).perform({ station: 'CP1', version: '1.6', action: 'ClearCache', payload: {} }, never),
      ).to.deep.equal({ confirmed: true, response: 'Accepted' });
      expect(api.asked[0]?.request).to.equal('POST /steve/api/v1/operations/ClearCache');
    }
    expect(api.asked[0]?.headers.authorization).to.equal(`Basic ${Buffer.from('admin:api').toString('base64')}`);
  });

  const table: readonly (readonly [
    action: string,
    payload: Readonly<Record<string, unknown>>,
    body: Readonly<Record<string, unknown>>,
  ])[] = [
    ['Reset', { type: 'Hard' }, { resetType: 'Hard' }],
    ['RemoteStartTransaction', { idTag: 'T', connectorId: 1 }, { idTag: 'T', connectorId: 1 }],
    ['RemoteStopTransaction', { transactionId: 9 }, { transactionId: 9 }],
    ['UnlockConnector', { connectorId: 2 }, { connectorId: 2 }],
    ['ChangeAvailability', { connectorId: 0, type: 'Inoperative' }, { connectorId: 0, availType: 'Inoperative' }],
    ['ChangeConfiguration', { key: 'K', value: 'v' }, { keyType: 'CUSTOM', customConfKey: 'K', value: 'v' }],
    ['GetConfiguration', {}, {}],
    ['GetConfiguration', { key: ['A', 'B'] }, { commaSeparatedCustomConfKeys: 'A,B' }],
    ['ClearCache', {}, {}],
    ['GetLocalListVersion', {}, {}],
    [
      'TriggerMessage',
      { requestedMessage: 'Heartbeat', connectorId: 1 },
      { triggerMessage: 'Heartbeat', connectorId: 1 },
    ],
    ['ExtendedTriggerMessage', { requestedMessage: 'Heartbeat' }, { triggerMessage: 'Heartbeat' }],
    [
      'GetDiagnostics',
      { location: 'ftp://x', retries: 1, retryInterval: 2, startTime: 'a', stopTime: 'b' },
      { location: 'ftp://x', retries: 1, retryInterval: 2, start: 'a', stop: 'b' },
    ],
    [
      'GetLog',
      { logType: 'SecurityLog', requestId: 5, log: { remoteLocation: 'ftp://x' } },
      { logType: 'SecurityLog', location: 'ftp://x' },
    ],
    ['UpdateFirmware', { location: 'ftp://x', retrieveDate: 'a' }, { location: 'ftp://x', retrieveDateTime: 'a' }],
    [
      'SendLocalList',
      { listVersion: 3, updateType: 'Full' },
      { listVersion: 3, updateType: 'Full', sendEmptyListWhenFull: true },
    ],
    [
      'SendLocalList',
      {
        listVersion: 3,
        updateType: 'Differential',
        localAuthorizationList: [{ idTag: 'A', idTagInfo: { status: 'Accepted' } }, { idTag: 'B' }],
      },
      {
        listVersion: 3,
        updateType: 'Differential',
        sendEmptyListWhenFull: false,
        addUpdateList: ['A'],
        deleteList: ['B'],
      },
    ],
    [
      'ReserveNow',
      { connectorId: 1, expiryDate: 'a', idTag: 'T', reservationId: 8 },
      { connectorId: 1, expiry: 'a', idTag: 'T' },
    ],
    ['CancelReservation', { reservationId: 8 }, { reservationId: 8 }],
    [
      'ClearChargingProfile',
      { connectorId: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfile' },
      { filterType: 'OtherParameters', connectorId: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfile' },
    ],
    [
      'GetCompositeSchedule',
      { connectorId: 1, duration: 60, chargingRateUnit: 'A' },
      { connectorId: 1, durationInSeconds: 60, chargingRateUnit: 'A' },
    ],
    ['DataTransfer', { vendorId: 'v', messageId: 'm', data: 'd' }, { vendorId: 'v', messageId: 'm', data: 'd' }],
  ];
  for (const [action, payload, body] of table) {
    it(`asks for ${action} ${JSON.stringify(payload)}`, async () => {
      api.tell(done('Accepted'));
      await perform(action, payload);
      expect(api.bodies()).to.deep.equal([{ chargeBoxIdList: ['CP1'], ...body }]);
    });
  }

  it('has every operation in that table, and names no action that a CSMS does not send', () => {
    expect([...new Set(table.map(([action]) => action))].sort()).to.deep.equal(Object.keys(steveOperations).sort());
    expect(Object.keys(steveOperations).filter((action) => !csmsSends('1.6', action))).to.deep.equal([]);
  });

  const cannot: readonly (readonly [action: string, payload: Readonly<Record<string, unknown>>, says: string])[] = [
    [
      'RemoteStartTransaction',
      { idTag: 'T', chargingProfile: {} },
      "SteVe's REST API can't ask for RemoteStartTransaction with this chargingProfile",
    ],
    ['ClearChargingProfile', { id: 1 }, "SteVe's REST API can't ask for ClearChargingProfile with this id"],
    ['GetConfiguration', { key: ['A,B'] }, "SteVe's REST API can't ask for GetConfiguration with this key"],
    [
      'GetLog',
      { logType: 'SecurityLog', requestId: 5, log: { remoteLocation: 'x', oldestTimestamp: 'a' } },
      "SteVe's REST API can't ask for GetLog with this log, requestId",
    ],
    ['SetChargingProfile', { connectorId: 1 }, "SteVe's REST API has no SetChargingProfile for OCPP 1.6"],
  ];
  for (const [action, payload, says] of cannot) {
    it(`can't ask for ${action} ${JSON.stringify(payload)}`, async () => {
      api.tell(done('Accepted'));
      expect(await failure(perform(action, payload))).to.equal(`unsupported: ${says}`);
      expect(api.asked).to.deep.equal([]);
    });
  }

  it('drives 1.6 only, and names what SteVe chooses', () => {
    const { can, chooses, verbatim } = driver();
    expect([
      can('1.6', 'Reset'),
      can('2.0.1', 'Reset'),
      can('1.6', 'SetChargingProfile'),
      can('1.6', 'toString'),
    ]).to.deep.equal([true, false, false, false]);
    expect([chooses?.('1.6', 'ReserveNow'), chooses?.('1.6', 'Reset'), verbatim]).to.deep.equal([
      ['reservationId', 'parentIdTag'],
      [],
      false,
    ]);
  });

  it('reads what came of a task', async () => {
    const task = (json: Readonly<Record<string, unknown>>) =>
      api.tell({
        json: { taskId: 1, taskFinished: true, successResponses: [], errorResponses: [], exceptions: [], ...json },
      });
    task({ errorResponses: [{ chargeBoxId: 'CP1', errorCode: 'NotSupported', errorDescription: 'no' }] });
    expect(await perform('ClearCache')).to.deep.equal({
      confirmed: true,
      detail: 'SteVe got a CALLERROR NotSupported: no',
    });
    task({ taskFinished: false });
    expect(await perform('ClearCache')).to.deep.equal({
      confirmed: false,
      detail: 'SteVe had no answer from the station',
    });
    task({ exceptions: [{ chargeBoxId: 'CP1', exceptionMessage: 'x' }] });
    expect(await failure(perform('ClearCache'))).to.equal(
      'refused: ClearCache to CP1: SteVe could not send it: {"chargeBoxId":"CP1","exceptionMessage":"x"}',
    );
  });

  it('says what is wrong', async () => {
    api.tell({ status: 302, headers: { location: '/steve/manager/signin' } });
    expect(await failure(perform('ClearCache'))).to.equal(
      'refused: ClearCache to CP1: HTTP 302: the control API leads elsewhere, as to a sign-in page; see driver.auth and driver.url',
    );
    api.tell({ status: 400, json: { message: 'Charge box CP1 is not connected' } });
    expect(await failure(perform('ClearCache'))).to.equal(
      'not-connected: ClearCache to CP1: SteVe refuses: the station is offline or unknown, or a tag or transaction is: Charge box CP1 is not connected',
    );
    api.tell({ status: 400, json: { message: 'idTag T is unknown' } });
    expect(await failure(perform('RemoteStartTransaction', { idTag: 'T' }))).to.match(
      /^refused: .*: idTag T is unknown$/,
    );
    api.tell({ status: 500, text: '' });
    expect(await failure(perform('ClearCache'))).to.equal('refused: ClearCache to CP1: HTTP 500');
  });

  it('makes tags', async () => {
    const make = (status: string, groupId?: string) =>
      driver().createToken?.(
        { idToken: 'T', type: 'Central', status, version: '1.6', ...(groupId !== undefined && { groupId }) },
        never,
      ) ?? Promise.resolve();
    api.tell({ status: 201 });
    await make('Accepted');
    await make('Blocked');
    await make('Expired');
    await make('Invalid');
    expect(api.asked.every(({ request }) => request === 'POST /steve/api/v1/ocppTags')).to.equal(true);
    expect(api.bodies()).to.deep.equal([
      { idTag: 'T', maxActiveTransactionCount: -1 },
      { idTag: 'T', maxActiveTransactionCount: 0 },
      { idTag: 'T', maxActiveTransactionCount: -1, expiryDate: '2020-01-01T00:00:00.000Z' },
    ]);
    api.tell({ status: 422, json: { message: "A user with idTag 'G' already exists." } }, { status: 201 });
    await make('Accepted', 'G');
    expect(api.bodies()).to.deep.equal([
      { idTag: 'G', maxActiveTransactionCount: -1 },
      { idTag: 'T', maxActiveTransactionCount: -1, parentIdTag: 'G' },
    ]);
    api.tell({ status: 422, json: { message: 'idTag T exists' } });
    expect(await failure(make('Accepted'))).to.equal('refused: tag T: HTTP 422: idTag T exists');
    expect(await failure(make('ConcurrentTx'))).to.equal("unsupported: SteVe can't make a tag that is ConcurrentTx");
    expect(
      await failure(
        driver().createToken?.({ idToken: 'T', type: 'Central', status: 'Accepted', version: '2.1' }, never) ??
          Promise.resolve(),
      ),
    ).to.equal('unsupported: SteVe is driven for OCPP 1.6 only');
  });
});
