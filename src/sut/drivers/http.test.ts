/** The driver `http`: the mapping, and what it makes of the answers. */
import { expect } from 'chai';
import { realClock } from '../../clock.ts';
import type { OperationSettings } from '../config/config-file.ts';
import { type FakeApi, failure, fakeApi, never } from './fake-api.test.ts';
import { httpDriver } from './http.ts';
import type { DriverSettings } from './settings.ts';
import { fillBody, fillText, placeholders } from './template.ts';

const start = {
  station: 'CP/1',
  version: '2.0.1',
  action: 'RequestStartTransaction',
  payload: { idToken: { idToken: 'T"1', type: 'Central' }, remoteStartId: 7, evseId: 1 },
} as const;

describe('driver http', () => {
  let api: FakeApi;
  before(async () => {
    api = await fakeApi();
  });
  after(() => api.close());
  const driver = (operations: Readonly<Record<string, OperationSettings>>, more: Partial<DriverSettings> = {}) =>
    httpDriver(
      { name: 'http', operations, timeoutMs: 5_000, dir: '/', ...more },
      {
        url: `${api.url}/api/`,
        timeoutMs: 5_000,
        clock: realClock,
        ...(more.auth && { auth: more.auth }),
        ...(more.headers && { headers: more.headers }),
      },
    );

  it('fills path, headers and body', async () => {
    api.tell({ status: 202, json: { result: { answer: { status: 'Accepted' } } } });
    const operation: OperationSettings = {
      request: 'PUT /stations/{{station}}/start?token={{payload.idToken.idToken}}',
      headers: { 'X-Action': '{{action}} {{version}}' },
      body: {
        evse: '{{payload.evseId}}',
        text: 'id {{payload.remoteStartId}}',
        group: '{{payload.groupIdToken}}',
        whole: '{{json payload}}',
        list: ['{{payload.evseId}}', '{{payload.none}}'],
        fixed: true,
        fallback: '{{payload.none:-word}}',
      },
      expect: 202,
      confirms: true,
      response: 'result.answer',
    };
    const answer = await driver(
      { RequestStartTransaction: operation },
      { auth: { user: 'u', password: 'p' }, headers: { 'X-Key': 'k' } },
    ).perform(start, never);
    expect(answer).to.deep.equal({ confirmed: true, response: { status: 'Accepted' } });
    const [asked] = api.asked;
    expect(asked?.request).to.equal('PUT /api/stations/CP%2F1/start?token=T%221');
    expect(asked?.headers).to.include({
      'x-action': 'RequestStartTransaction 2.0.1',
      'x-key': 'k',
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
      'content-type': 'application/json',
    });
    expect(api.bodies()).to.deep.equal([
      { evse: 1, text: 'id 7', whole: start.payload, list: [1], fixed: true, fallback: 'word' },
    ]);
  });

  it('sends forms, texts, or no body at all', async () => {
    api.tell({});
    await driver({
      '*': {
        request: 'POST /form',
        form: {
          token: '{{payload.idToken}}',
          evse: '{{payload.evseId}}',
          gone: '{{payload.none}}',
          id: '{{payload.remoteStartId}}',
        },
      },
    }).perform(start, never);
    await driver({
      '*': {
        request: 'POST /text',
        body: '<x>{{payload.remoteStartId}}</x>',
        headers: { 'content-type': 'text/xml' },
        chooses: ['idToken', 'evseId'],
      },
    }).perform(start, never);
    await driver(
      { '*': { request: 'GET /get/{{payload.remoteStartId}}', chooses: ['idToken', 'evseId'] } },
      { auth: { bearer: 'b' } },
    ).perform(start, never);
    expect(api.asked.map(({ request, headers, body }) => [request, headers['content-type'], body])).to.deep.equal([
      [
        'POST /api/form',
        'application/x-www-form-urlencoded',
        'token=%7B%22idToken%22%3A%22T%5C%221%22%2C%22type%22%3A%22Central%22%7D&evse=1&id=7',
      ],
      ['POST /api/text', 'text/xml', '<x>7</x>'],
      ['GET /api/get/7', undefined, ''],
    ]);
    expect(api.asked[2]?.headers.authorization).to.equal('Bearer b');
  });

  it('picks the operation of the version, of the action, or the one for all', async () => {
    const three = driver({
      'Reset@1.6': { request: 'POST /a/{{payload.type}}' },
      Reset: { request: 'POST /b/{{payload.type}}' },
      '*': { request: 'POST /c/{{action}}', chooses: ['type'] },
    });
    api.tell({});
    for (const [version, action] of [
      ['1.6', 'Reset'],
      ['2.1', 'Reset'],
      ['1.6', 'ClearCache'],
    ] as const)
      await three.perform({ station: 'S', version, action, payload: { type: 'x' } }, never);
    expect(api.asked.map(({ request }) => request)).to.deep.equal([
      'POST /api/a/x',
      'POST /api/b/x',
      'POST /api/c/ClearCache',
    ]);
    expect([
      three.can('1.6', 'ClearCache'),
      three.can('1.6', 'Heartbeat'),
      three.can('2.1', 'SetVariables'),
    ]).to.deep.equal([true, false, true]);
    expect([three.chooses?.('1.6', 'Reset'), three.chooses?.('1.6', 'ClearCache')]).to.deep.equal([[], ['type']]);
    expect(driver({}).can('1.6', 'Reset')).to.equal(false);
    expect(await failure(driver({}).perform(start, never))).to.equal(
      'unsupported: the mapping has no operation RequestStartTransaction',
    );
  });

  it('translates words', async () => {
    api.tell({});
    const operation: OperationSettings = {
      request: 'POST /r',
      body: { kind: '{{payload.type}}' },
      values: { 'payload.type': { Hard: 2 } },
    };
    const reset = (type: string) =>
      driver({ Reset: operation }).perform({ station: 'S', version: '1.6', action: 'Reset', payload: { type } }, never);
    expect(await reset('Hard')).to.deep.equal({ confirmed: false });
    expect(api.bodies()).to.deep.equal([{ kind: 2 }]);
    expect(await failure(reset('Soft'))).to.equal(
      "unsupported: values of the mapping has no word for payload.type 'Soft': it has Hard",
    );
  });

  it('does not lose what was asked', async () => {
    api.tell({});
    const only = driver({
      RequestStartTransaction: { request: 'POST /x', body: { id: '{{payload.remoteStartId}}' }, chooses: ['evseId'] },
    });
    expect(await failure(only.perform(start, never))).to.equal(
      'unsupported: the mapping of RequestStartTransaction does not pass on idToken: use {{payload.idToken}} in it, or name it under chooses',
    );
    expect(api.asked).to.deep.equal([]);
  });

  it('wants what the path names', async () => {
    const operation = driver({
      RequestStartTransaction: { request: 'POST /x/{{payload.none}}', body: '{{json payload}}' },
    });
    expect(await failure(operation.perform(start, never))).to.equal(
      'unsupported: the mapping uses {{payload.none}}, and what is asked has no such thing',
    );
  });

  it('makes tokens and sets passwords where they are mapped', async () => {
    api.tell({ status: 201 });
    const mapped = driver(
      {},
      {
        createToken: {
          request: 'POST /tags',
          body: { id: '{{idToken}}', active: '{{status}}', parent: '{{groupId}}' },
          values: { status: { Accepted: true } },
        },
        setPassword: { request: 'PUT /auth/{{station}}', body: { secret: '{{password}}' } },
      },
    );
    await mapped.createToken?.({ idToken: 'T', type: 'Central', status: 'Accepted', version: '1.6' }, never);
    await mapped.setPassword?.('CP1', 'pw', never);
    expect(api.asked.map(({ request }) => request)).to.deep.equal(['POST /api/tags', 'PUT /api/auth/CP1']);
    expect(api.bodies()).to.deep.equal([{ id: 'T', active: true }, { secret: 'pw' }]);
    expect([driver({}).createToken, driver({}).setPassword]).to.deep.equal([undefined, undefined]);
  });

  it('tells a good status from a bad one', async () => {
    const all = { request: 'POST /x', body: '{{json payload}}' };
    api.tell({ status: 200 });
    expect(await failure(driver({ '*': { ...all, expect: [202, 204] } }).perform(start, never))).to.equal(
      'refused: RequestStartTransaction to CP/1: HTTP 200',
    );
    api.tell({ status: 409 }, { status: 200 });
    expect(await driver({ '*': all }).perform(start, never)).to.deep.equal({ confirmed: false });
    api.tell({ status: 409 });
    expect(await driver({ '*': { ...all, expect: 409 } }).perform(start, never)).to.deep.equal({ confirmed: false });
    api.tell({ status: 404, text: '<h1>nothing\n here</h1>' });
    expect(await failure(driver({ '*': all }).perform(start, never))).to.equal(
      'not-connected: RequestStartTransaction to CP/1: HTTP 404: <h1>nothing here</h1>',
    );
  });

  it('does not let a value break out of its place', async () => {
    api.tell({});
    const evil = { ...start, station: '../a?b#c\r\nX: y' };
    await driver({
      '*': { request: 'POST /s/{{station}}/x', headers: { 'X-S': '{{station}}' }, body: '{{json payload}}' },
    }).perform(evil, never);
    expect(api.asked[0]?.request).to.equal('POST /api/s/..%2Fa%3Fb%23c%0D%0AX%3A%20y/x');
    expect(api.asked[0]?.headers['x-s']).to.equal('../a?b#c X: y');
    expect(api.asked[0]?.headers).to.not.have.property('x');
  });
});

describe('templates of a mapping', () => {
  const filler = { scope: { a: { b: [1, { c: 'x' }] }, n: null, f: false, z: 0 } };

  it('find values by path', () => {
    expect(fillText('{{a.b.0}} {{ a.b.1.c }} {{json a.b}} {{a.b}} {{f}} {{z}} {{n:-none}}', filler)).to.equal(
      '1 x [1,{"c":"x"}] [1,{"c":"x"}] false 0 none',
    );
    expect(fillBody(['{{f}}', '{{z}}', '{{json a}}', '{{n}}', 5, null], filler)).to.deep.equal([
      false,
      0,
      { b: [1, { c: 'x' }] },
      5,
      null,
    ]);
    expect(() => fillText('{{constructor}}', filler)).to.throw('uses {{constructor}}');
  });

  it('know which they use', () => {
    expect(placeholders({ a: ['{{x}} {{json y.z}}'], b: { c: '{{w:-1}}' }, d: 3 })).to.deep.equal(['x', 'y.z', 'w']);
  });
});
