/** Tests of the schema sets: what is there, what is refused, what is excused, and whose copies count. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { dialects, ocppVersions } from '../src/dialects/index.ts';
import { canonical, digest } from './canonical.ts';
import { loadMessageSchemas } from './ocpp.ts';
import { fromPackage } from './sources.ts';
import type { OcppSchemas, Violation } from './types.ts';

type Json = Record<string, unknown>;

const schemas = loadMessageSchemas();
const at = '2025-01-01T00:00:00Z';

/** Path and keyword of each violation. */
const short = (violations: readonly Violation[]): string[] =>
  violations.map(({ path, keyword, note }) => `${path} ${keyword}${note === undefined ? '' : ' noted'}`);

describe('message schemas', () => {
  it('are the 387 official ones', function () {
    this.timeout(20_000);
    const checks = schemas.verifyAll();
    expect(checks).to.have.lengthOf(387);
    expect(checks.filter(({ status }) => status !== 'official')).to.deep.equal([]);
  });

  it('has a CALL schema for each action of each dialect, and an answer unless it travels as SEND', () => {
    for (const version of ocppVersions) {
      const actions = Object.entries(dialects[version].actions);
      for (const [action, { unanswered }] of actions) {
        expect(schemas.has(version, action, 'call'), `${version} ${action}`).to.equal(true);
        expect(schemas.has(version, action, 'callresult'), `${version} ${action}`).to.equal(unanswered !== true);
      }
      expect(schemas.messages(version).filter(({ kind }) => kind === 'call')).to.have.lengthOf(actions.length);
    }
  });

  it('knows no action of another version, and no member of Object', () => {
    expect(schemas.has('1.6', 'TransactionEvent', 'call')).to.equal(false);
    expect(schemas.has('1.6', 'constructor', 'call')).to.equal(false);
    expect(() => schemas.validate('1.6', 'TransactionEvent', 'call', {})).to.throw(RangeError, 'TransactionEvent');
  });

  it('accepts a valid payload and tells every flaw of an invalid one', () => {
    expect(schemas.validate('1.6', 'Authorize', 'call', { idTag: 'ABCD1234' })).to.deep.equal([]);
    const wrong = { chargePointVendor: 'x'.repeat(21), chargePointModel: 1, extra: true };
    expect(short(schemas.validate('1.6', 'BootNotification', 'call', wrong))).to.have.members([
      ' additionalProperties',
      '/chargePointVendor maxLength',
      '/chargePointModel type',
    ]);
    expect(short(schemas.validate('2.0.1', 'BootNotification', 'call', { reason: 'Boredom' }))).to.have.members([
      ' required',
      '/reason enum',
    ]);
  });

  it('speaks in sentences', () => {
    const [first] = schemas.validate('2.0.1', 'Heartbeat', 'callresult', { currentTime: 7 });
    expect(first).to.deep.equal({
      path: '/currentTime',
      keyword: 'type',
      message: 'is 7, which is no string',
      layer: 'schema',
    });
  });

  it('judges a payload of any type', () => {
    for (const payload of [undefined, null, 1, 'x', [], [{}]]) {
      expect(short(schemas.validate('2.1', 'TransactionEvent', 'call', payload))).to.deep.equal([' type']);
    }
  });

  it('takes every value with one decimal as a limit, and none with two', () => {
    const limit = (value: number) =>
      schemas.validate('1.6', 'GetCompositeSchedule', 'callresult', {
        status: 'Accepted',
        scheduleStart: at,
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: value }] },
      });
    for (let tenths = 0; tenths <= 1000; tenths++) expect(limit(tenths / 10), `${tenths / 10}`).to.deep.equal([]);
    for (const value of [0.15, 16.155, 8.01]) expect(limit(value), `${value}`).to.have.lengthOf(1);
  });

  it('changes nothing in what it judges', () => {
    const payload = { requestId: 1, reportBase: 'FullInventory', customData: { vendorId: 'v', more: { deep: [1] } } };
    const before = structuredClone(payload);
    expect(schemas.validate('2.0.1', 'GetBaseReport', 'call', payload)).to.deep.equal([]);
    expect(payload).to.deep.equal(before);
  });

  it('finds duplicate keys in the text', () => {
    const raw = '[3,"1",{"currentTime":"2025-01-01T00:00:00Z","currentTime":"2026-01-01T00:00:00Z"}]';
    const payload = (JSON.parse(raw) as unknown[])[2];
    expect(schemas.validate('2.0.1', 'Heartbeat', 'callresult', payload)).to.deep.equal([]);
    expect(short(schemas.validate('2.0.1', 'Heartbeat', 'callresult', payload, raw))).to.deep.equal([
      '/currentTime duplicate-key',
    ]);
  });

  it('refuses a package whose schemas were changed', () => {
    const spoilt = loadMessageSchemas({
      packaged: (version) =>
        fromPackage(version).map((found) =>
          found.name === 'HeartbeatResponse' ? { ...found, raw: { ...(found.raw as Json), required: [] } } : found,
        ),
    });
    expect(spoilt.validate('1.6', 'Authorize', 'call', { idTag: 'A' })).to.deep.equal([]);
    expect(() => spoilt.validate('1.6', 'Heartbeat', 'callresult', {})).to.throw('HeartbeatResponse (OCPP 1.6)');
    expect(spoilt.verifyAll().filter(({ status }) => status === 'unknown')).to.have.lengthOf(3);
  });
});

describe('known conflicts', () => {
  const meterValues = (sample: Json) =>
    short(
      schemas.validate('1.6', 'MeterValues', 'call', {
        connectorId: 1,
        meterValue: [{ timestamp: at, sampledValue: [{ value: '1', ...sample }] }],
      }),
    );

  it('excuses a 1.6 time that ISO 8601 allows, and no other', () => {
    const time = (currentTime: string) => short(schemas.validate('1.6', 'Heartbeat', 'callresult', { currentTime }));
    const noted = ['/currentTime format noted'];
    for (const text of ['2025-01-01T00:00:00', '2025-01-01T00:00Z', '20250101T000000Z', '2025-01-01T24:00:00Z']) {
      expect(time(text), text).to.deep.equal(noted);
    }
    for (const text of ['2025-02-30T00:00:00', '2025-13-01T00:00:00Z', '2025-01-01', 'now', '']) {
      expect(time(text), text).to.deep.equal(['/currentTime format']);
    }
    expect(time(at)).to.deep.equal([]);
  });

  it('does not excuse it in 2.x', () => {
    const answer = { currentTime: '2025-01-01T00:00:00' };
    expect(short(schemas.validate('2.0.1', 'Heartbeat', 'callresult', answer))).to.deep.equal(['/currentTime format']);
  });

  it('takes both spellings of Celsius and excuses Hertz for a frequency alone', () => {
    expect(meterValues({ unit: 'Celsius', measurand: 'Temperature' })).to.deep.equal([]);
    expect(meterValues({ unit: 'Celcius', measurand: 'Temperature' })).to.deep.equal([]);
    const unit = '/meterValue/0/sampledValue/0/unit enum';
    expect(meterValues({ unit: 'Hertz', measurand: 'Frequency' })).to.deep.equal([`${unit} noted`]);
    expect(meterValues({ unit: 'Hertz', measurand: 'Voltage' })).to.deep.equal([unit]);
    expect(meterValues({ unit: 'Furlong', measurand: 'Frequency' })).to.deep.equal([unit]);
  });

  it('excuses a long exiResponse in 2.0.1', () => {
    const answer = { status: 'Accepted', exiResponse: 'A'.repeat(5601) };
    const judged = schemas.validate('2.0.1', 'Get15118EVCertificate', 'callresult', answer);
    expect(short(judged)).to.deep.equal(['/exiResponse maxLength noted']);
  });

  it('explains a long configuration value and edition 1 of the whitepaper, and excuses neither', () => {
    const configurationKey = [{ key: 'k', readonly: true, value: 'x'.repeat(501) }];
    const [value] = schemas.validate('1.6', 'GetConfiguration', 'callresult', { configurationKey });
    expect(value?.note).to.equal(undefined);
    expect(value?.message).to.include('common in the field');

    const cert = schemas.validate('1.6', 'CertificateSigned', 'call', { cert: ['…'] });
    expect(short(cert)).to.have.members([' required', ' additionalProperties']);
    for (const { message } of cert) expect(message).to.include('edition 1');
  });

  it('flags no transactionId of -1', () => {
    const stop = { transactionId: -1, meterStop: 1, timestamp: at };
    expect(schemas.validate('1.6', 'StopTransaction', 'call', stop)).to.deep.equal([]);
  });
});

describe('--schemas DIR', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'plugproof-schemas-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const raw = (version: '1.6' | '2.0.1' | '2.1', name: string): Json =>
    structuredClone(fromPackage(version).find((found) => found.name === name)?.raw) as Json;
  const write = (path: string, content: unknown, head = ''): void => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), head + JSON.stringify(content, null, 2).replaceAll('\n', '\r\n'));
  };
  const statuses = (loaded: OcppSchemas): string[] =>
    loaded
      .verifyAll()
      .filter(({ source }) => source !== 'ocpp-rpc')
      .map(({ version, name, status }) => `${version} ${name} ${status}`);

  it('reads OCA trees of all versions, and files with an array', () => {
    const { $id: _, ...core } = raw('1.6', 'AuthorizeRequest');
    write('1.6/schemas/json/Authorize.json', { ...core, id: 'urn:OCPP:1.6:2019:12:AuthorizeRequest' }, '\uFEFF');
    write('1.6/security/GetLog.json', { ...raw('1.6', 'GetLogRequest'), $id: 'urn:OCPP:Cp:1.6:2020:3:GetLog.req' });
    write('part3/ResetRequest.json', { ...raw('2.0.1', 'ResetRequest'), $id: 'urn:OCPP:Cp:2:2020:3:ResetRequest' });
    write('part3/NotifyPeriodicEventStream.json', {
      ...raw('2.1', 'NotifyPeriodicEventStream'),
      $id: 'urn:OCPP:Cp:2:2025:1:NotifyPeriodicEventStream',
    });
    write('list.json', [{ ...raw('2.0.1', 'HeartbeatRequest'), $id: 'urn:OCPP:Cp:2:2020:3:HeartbeatRequest' }]);
    expect(statuses(loadMessageSchemas({ dir }))).to.deep.equal([
      '1.6 AuthorizeRequest official',
      '1.6 GetLogRequest official',
      '2.0.1 HeartbeatRequest official',
      '2.0.1 ResetRequest official',
      '2.1 NotifyPeriodicEventStream official',
    ]);
  });

  it('tells superseded and unknown ones, and uses them', () => {
    const stop = JSON.parse(JSON.stringify(raw('1.6', 'StopTransactionRequest')).replaceAll(',"Celsius"', '')) as Json;
    write('StopTransaction.json', { ...stop, $id: 'urn:OCPP:1.6:2019:12:StopTransactionRequest' });
    write('Authorize.json', {
      $id: 'urn:OCPP:1.6:2030:1:AuthorizeRequest',
      type: 'object',
      properties: { idTag: { type: 'string', maxLength: 3 } },
      required: ['idTag'],
    });
    const loaded = loadMessageSchemas({ dir });
    expect(statuses(loaded)).to.deep.equal(['1.6 AuthorizeRequest unknown', '1.6 StopTransactionRequest superseded']);
    expect(short(loaded.validate('1.6', 'Authorize', 'call', { idTag: 'ABCD' }))).to.deep.equal(['/idTag maxLength']);
    expect(loaded.validate('1.6', 'Heartbeat', 'call', {})).to.deep.equal([]);

    const transactionData = [{ timestamp: at, sampledValue: [{ value: '1', unit: 'Celsius' }] }];
    const judged = loaded.validate('1.6', 'StopTransaction', 'call', {
      transactionId: 1,
      meterStop: 1,
      timestamp: at,
      transactionData,
    });
    expect(short(judged)).to.deep.equal(['/transactionData/0/sampledValue/0/unit enum noted']);
  });

  it('finds the version of a schema without an id by its content, or is told it', () => {
    const { $id: _, ...bare } = raw('2.0.1', 'SetVariablesRequest');
    write('SetVariablesRequest.json', bare);
    expect(statuses(loadMessageSchemas({ dir }))).to.deep.equal(['2.0.1 SetVariablesRequest official']);
    expect(statuses(loadMessageSchemas({ dir, version: '2.1' }))).to.deep.equal(['2.1 SetVariablesRequest unknown']);
  });

  it('lists what is no schema of OCPP, and stops where nothing is', () => {
    write('package.json', { name: 'x' });
    writeFileSync(join(dir, 'broken.json'), '{');
    expect(() => loadMessageSchemas({ dir })).to.throw('holds no OCPP schema');
    expect(() => loadMessageSchemas({ dir: join(dir, 'nowhere') })).to.throw('is no folder');
    write('AuthorizeRequest.json', { ...raw('2.1', 'AuthorizeRequest'), $id: 'urn:OCPP:Cp:2:2025:1:AuthorizeRequest' });
    const reasons = loadMessageSchemas({ dir }).ignored.map(({ reason }) => reason.slice(0, 8));
    expect(reasons).to.have.members(['no schem', 'no JSON:']);
  });

  it('names the file that is no JSON Schema', () => {
    write('Authorize.json', { $id: 'urn:OCPP:1.6:2030:1:AuthorizeRequest', type: 'object', properties: 7 });
    expect(() => loadMessageSchemas({ dir }).validate('1.6', 'Authorize', 'call', {})).to.throw('Authorize.json');
  });
});

describe('canonical form', () => {
  it('drops annotations where they are keywords, and keeps members of the same names', () => {
    const schema = {
      $schema: 'x',
      id: 'urn:x',
      title: 'T',
      type: 'object',
      properties: { title: { type: 'string', title: 'T' }, id: { type: 'integer', description: 'D' } },
      required: ['title', 'id'],
      additionalProperties: false,
    };
    expect(canonical(schema)).to.deep.equal({
      type: 'object',
      properties: { title: { type: 'string' }, id: { type: 'integer' } },
      required: ['id', 'title'],
      additionalProperties: false,
    });
  });

  it('drops keywords without effect, and does not depend on order', () => {
    const one = { type: 'string', enum: ['b', 'a'], additionalProperties: false };
    const other = { enum: ['a', 'b'], type: 'string' };
    expect(digest(canonical(one))).to.equal(digest(canonical(other)));
    expect(digest(canonical({ type: 'string', enum: ['a'] }))).not.to.equal(digest(canonical(other)));
    expect(canonical({ type: 'array', items: { type: 'string' }, additionalItems: false })).to.deep.equal({
      items: { type: 'string' },
      type: 'array',
    });
  });
});
