/** The drivers `octt-trigger` and `reference` against a control API that answers as told. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { type Clock, realClock } from '../../clock.ts';
import { serveCsms } from '../../reference/serve-csms.ts';
import { socketDialer } from '../../wire/ws-client.ts';
import { type FakeApi, failure, fakeApi, never } from './fake-api.test.ts';
import { createDriver } from './index.ts';
import { octtTriggerDriver } from './octt-trigger.ts';

const reset = { station: 'CP 1/2', version: '1.6', action: 'Reset', payload: { type: 'Hard' } } as const;

describe('driver octt-trigger', () => {
  let api: FakeApi;
  before(async () => {
    api = await fakeApi();
  });
  after(() => api.close());
  const driver = (path = '', timeoutMs = 5_000, clock: Clock = realClock) =>
    octtTriggerDriver('octt-trigger', { url: `${api.url}${path}`, timeoutMs, clock });

  it('passes the payload on as it is, whatever the base address ends with', async () => {
    for (const path of ['', '/', '/base/x', '/base/x/']) {
      api.tell({ json: { status: 'answered', response: { status: 'Accepted' } } });
      const answer = await driver(path).perform(reset, never);
      expect(answer).to.deep.equal({ confirmed: true, response: { status: 'Accepted' } });
      expect(api.asked[0]?.request).to.equal(`POST ${path.replace(/\/$/, '')}/api/octt/1.6/CP%201%2F2/call/Reset`);
      expect(api.bodies()).to.deep.equal([{ type: 'Hard' }]);
      expect(api.asked[0]?.headers['content-type']).to.equal('application/json');
    }
  });

  it('tells what the CSMS says of the answer', async () => {
    api.tell({ json: { status: 'sent' } });
    expect(await driver().perform(reset, never)).to.deep.equal({
      confirmed: true,
      detail: 'the CSMS sent it and has no answer',
    });
    api.tell({ json: { status: 'answered', error: { code: 'NotSupported' } } });
    expect(await driver().perform(reset, never)).to.deep.equal({
      confirmed: true,
      detail: 'the CSMS says that the station answered with an error: {"code":"NotSupported"}',
    });
    api.tell({ text: 'fine' });
    expect(await driver().perform(reset, never)).to.deep.equal({ confirmed: true });
  });

  it('makes tokens and sets passwords', async () => {
    api.tell({});
    await driver().createToken?.(
      { idToken: 'T1', type: 'ISO14443', status: 'Blocked', groupId: 'G', version: '2.1' },
      never,
    );
    await driver().createToken?.({ idToken: 'T2', type: 'Central', status: 'Accepted', version: '1.6' }, never);
    await driver().setPassword?.('CP1', 'secret', never);
    expect(api.asked.map(({ request }) => request)).to.deep.equal([
      'POST /api/octt/create-token',
      'POST /api/octt/create-token',
      'POST /api/octt/set-basic-auth-password',
    ]);
    expect(api.bodies()).to.deep.equal([
      { token_id: 'T1', status: 'Blocked', type: 'ISO14443', group_id: 'G' },
      { token_id: 'T2', status: 'Accepted', type: 'Central' },
      { station_id: 'CP1', password: 'secret' },
    ]);
  });

  const statuses: readonly (readonly [status: number, says: string])[] = [
    [
      302,
      'refused: Reset to CP 1/2: HTTP 302: the control API leads elsewhere, as to a sign-in page; see driver.auth and driver.url',
    ],
    [400, 'refused: Reset to CP 1/2: HTTP 400: why'],
    [401, 'refused: Reset to CP 1/2: HTTP 401: the control API wants other credentials; see driver.auth: why'],
    [404, 'not-connected: Reset to CP 1/2: the CSMS says that the station is not connected: why'],
    [422, 'refused: Reset to CP 1/2: the CSMS refuses the payload: why'],
    [500, 'refused: Reset to CP 1/2: HTTP 500: why'],
    [501, 'unsupported: Reset to CP 1/2: HTTP 501: why'],
    [503, 'unreachable: Reset to CP 1/2: HTTP 503: why'],
  ];
  for (const [status, says] of statuses) {
    it(`takes HTTP ${status} for what it means`, async () => {
      api.tell({ status, json: { error: 'why' } });
      expect(await failure(driver().perform(reset, never))).to.equal(says);
    });
  }

  it('tries again while a CALL is outstanding', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      ...realClock,
      setTimeout: (callback, ms) => {
        if (ms >= 5_000) return realClock.setTimeout(callback, ms);
        waits.push(ms);
        return realClock.setTimeout(callback, 0);
      },
    };
    const busy = { status: 409, json: { error: 'outstanding' } };
    api.tell(busy, busy, busy, busy, busy, busy, { json: { status: 'sent' } });
    expect((await driver('', 5_000, clock).perform(reset, never)).confirmed).to.equal(true);
    expect(api.asked.length).to.equal(7);
    expect(waits).to.deep.equal([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('gives up where a CALL stays outstanding', async () => {
    api.tell({ status: 409, json: { error: 'a CALL is outstanding' } });
    const abort = new AbortController();
    const outcome = failure(driver().perform(reset, abort.signal));
    await api.nextRequest();
    abort.abort();
    // The end may come while the answer is on its way, or in the wait after it.
    expect(await outcome).to.match(
      /^(busy: a CALL is outstanding, and stayed so: a CALL is outstanding|unreachable: POST .*: it was given up)$/,
    );
    expect(await failure(driver('', 1).perform(reset, never))).to.match(/^(busy|unreachable): /);
  });

  it('waits no longer than it may', async () => {
    api.tell({ silent: true });
    expect(await failure(driver('', 20).perform(reset, never))).to.equal(
      `unreachable: POST ${api.url}/api/octt/1.6/CP%201%2F2/call/Reset: no answer within 20 ms`,
    );
    const abort = new AbortController();
    const outcome = failure(driver().perform(reset, abort.signal));
    await api.nextRequest();
    abort.abort();
    expect(await outcome).to.equal(`unreachable: POST ${api.url}/api/octt/1.6/CP%201%2F2/call/Reset: it was given up`);
  });

  it('says where nobody listens', async () => {
    const gone = await fakeApi();
    await gone.close();
    const nobody = octtTriggerDriver('reference', { url: gone.url, timeoutMs: 5_000, clock: realClock });
    expect(await failure(nobody.perform(reset, never))).to.match(
      /^unreachable: POST http:.*: connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
    );
  });

  it('can ask for what a CSMS sends, and for nothing else', () => {
    const { can, verbatim } = driver();
    expect(verbatim).to.equal(true);
    expect([can('1.6', 'Reset'), can('1.6', 'DataTransfer'), can('2.1', 'SetVariables')]).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect([can('1.6', 'Heartbeat'), can('1.6', 'SetVariables'), can('2.1', 'toString')]).to.deep.equal([
      false,
      false,
      false,
    ]);
  });

  it('makes the reference CSMS send', async () => {
    const served = await serveCsms({
      schemas: loadMessageSchemas(),
      doors: [{ host: '127.0.0.1', port: 0 }],
      controlHost: '127.0.0.1',
      controlPort: 0,
      versions: ['1.6'],
      faults: [],
      seed: 1,
    });
    try {
      const reference = octtTriggerDriver('reference', { url: served.control, timeoutMs: 5_000, clock: realClock });
      expect(await failure(reference.perform({ ...reset, station: 'CP1' }, never))).to.equal(
        "not-connected: Reset to CP1: the CSMS says that the station is not connected: station 'CP1' is not connected",
      );
      const url = new URL(served.url);
      const handshake = await socketDialer({ origin: `ws://${url.host}`, timeoutMs: 5_000 }).dial({
        target: `${url.pathname.replace(/\/$/, '')}/CP1`,
        subprotocols: ['ocpp1.6'],
        headers: {},
      });
      if (handshake.outcome !== 'open') throw new Error(handshake.says);
      const { transport } = handshake;
      const calls: unknown[] = [];
      const booted = new Promise<void>((resolve) => {
        transport.attach({
          message(message) {
            const [type, id, action, payload] = JSON.parse(String(message)) as [number, string, string, unknown];
            if (type === 3) resolve();
            else {
              calls.push([action, payload]);
              transport.send(JSON.stringify([3, id, { status: 'Accepted' }]));
            }
          },
          close: () => {},
        });
      });
      transport.send(JSON.stringify([2, '1', 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }]));
      await booted;
      expect(await reference.perform({ ...reset, station: 'CP1' }, never)).to.deep.equal({
        confirmed: true,
        response: { status: 'Accepted' },
      });
      expect(calls).to.deep.equal([['Reset', { type: 'Hard' }]]);
      expect(
        await failure(reference.perform({ ...reset, station: 'CP1', payload: { type: 'Harder' } }, never)),
      ).to.match(/^refused: Reset to CP1: the CSMS refuses the payload: Reset /);
      await reference.createToken?.({ idToken: 'NEW', type: 'Central', status: 'Blocked', version: '1.6' }, never);
      expect(served.csms.store.tokens().find(({ idToken }) => idToken === 'NEW')?.status).to.equal('Blocked');
      transport.terminate();
    } finally {
      await served.close();
    }
  });

  it('is made by name, and wants an address', async () => {
    const settings = { operations: {}, timeoutMs: 1_000, dir: '/' };
    for (const name of ['octt-trigger', 'reference'] as const)
      expect((await createDriver({ name, url: api.url, ...settings })).name).to.equal(name);
    const none = await createDriver({ name: 'none', ...settings });
    expect([none.can('1.6', 'Reset'), await failure(none.perform(reset, never))]).to.deep.equal([
      false,
      'unsupported: there is no driver that could make the CSMS send Reset: see --driver',
    ]);
    expect(await failure(createDriver({ name: 'steve', ...settings }))).to.equal(
      'undefined: the driver steve has no address\n  Add --driver-url URL, or driver.url in plugproof.yaml.',
    );
  });
});
