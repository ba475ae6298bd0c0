/** Tests of the verdicts over a file of frames, and of where a file is no JSON. */
import { expect } from 'chai';
import type { OcppVersion } from '../src/dialects/index.ts';
import { loadMessageSchemas } from './ocpp.ts';
import { BadFile, validateFile } from './validate-file.ts';

const schemas = loadMessageSchemas();
const at = '2025-01-01T00:00:00Z';

/** `1 ok`, or `1 keyword keyword`, for each frame. */
const verdicts = (text: string, ocpp: OcppVersion | null = '1.6'): string[] =>
  validateFile(text, { schemas, ...(ocpp !== null && { ocpp }) }).map(({ n, valid, errors }) =>
    `${n} ${valid ? 'ok' : 'bad'} ${errors.map(({ keyword }) => keyword).join(' ')}`.trimEnd(),
  );

const lines = (...entries: readonly unknown[]): string => entries.map((entry) => JSON.stringify(entry)).join('\n');

const beat = [2, 'a', 'Heartbeat', {}];
const answer = [3, 'a', { currentTime: at }];

function flaw(text: string): BadFile {
  try {
    validateFile(text, { schemas, ocpp: '1.6' });
  } catch (cause) {
    if (cause instanceof BadFile) return cause;
    throw cause;
  }
  throw new Error('the file was read');
}

describe('validateFile', () => {
  it('reads an array of frames, lines of frames, and one frame', () => {
    const ok = ['1 ok', '2 ok'];
    expect(verdicts(JSON.stringify([beat, answer]))).to.deep.equal(ok);
    expect(verdicts(JSON.stringify([beat, answer], null, 2))).to.deep.equal(ok);
    expect(verdicts(`\uFEFF${lines(beat, answer).replace('\n', '\r\n\r\n')}\r\n`)).to.deep.equal(ok);
    expect(verdicts(JSON.stringify(beat, null, 2))).to.deep.equal(['1 ok']);
    expect(verdicts('[]')).to.deep.equal([]);
  });

  it('tells what is wrong with each', () => {
    const [, second] = validateFile(lines(beat, [3, 'a', { currentTime: 7 }]), { schemas, ocpp: '1.6' });
    expect(second).to.deep.equal({
      n: 2,
      valid: false,
      errors: [{ path: '/currentTime', keyword: 'type', message: 'is 7, which is no string', layer: 'schema' }],
    });
  });

  it('finds the CALL of an answer: the latest without one, wherever it stands', () => {
    const boot = [2, 'a', 'BootNotification', { chargePointVendor: 'v', chargePointModel: 'm' }];
    const booted = [3, 'a', { currentTime: at, interval: 1, status: 'Accepted' }];
    expect(verdicts(lines(beat, answer, boot, booted))).to.deep.equal(['1 ok', '2 ok', '3 ok', '4 ok']);
    expect(verdicts(lines(beat, boot, booted, answer))).to.deep.equal(['1 ok', '2 ok', '3 ok', '4 ok']);
    expect(verdicts(lines(answer, beat))).to.deep.equal(['1 ok', '2 ok']);
    expect(verdicts(lines(beat, [4, 'a', 'GenericError', '', {}], boot, booted))).to.deep.equal([
      '1 ok',
      '2 ok',
      '3 ok',
      '4 ok',
    ]);
  });

  it('says when the action of an answer is not known', () => {
    expect(verdicts(lines([3, 'x', {}]))).to.deep.equal(['1 bad unknown-call']);
  });

  it('knows an object by its own action, kind and version', () => {
    const entry = { ocpp: '2.0.1', action: 'Heartbeat', kind: 'callresult', payload: { currentTime: at } };
    expect(verdicts(lines(entry, { ...entry, payload: {} }), null)).to.deep.equal(['1 ok', '2 bad required']);
    expect(verdicts(lines({ action: 'Heartbeat', payload: {} }))).to.deep.equal(['1 ok']);
    expect(verdicts(JSON.stringify(entry, null, 2), null)).to.deep.equal(['1 ok']);
    const wrongs = [
      { ...entry, ocpp: '3' },
      { ...entry, action: 1 },
      { ...entry, kind: 'send' },
      { action: 'Heartbeat' },
    ];
    expect(verdicts(lines(...wrongs))).to.deep.equal(['1 bad ocpp', '2 bad action', '3 bad kind', '4 bad payload']);
  });

  it('finds duplicate keys in frames of every shape', () => {
    const doubled = '{"currentTime":"2025-01-01T00:00:00Z","currentTime":"2025-01-01T00:00:00Z"}';
    expect(verdicts(`[${JSON.stringify(beat)},[3,"a",${doubled}]]`)).to.deep.equal(['1 ok', '2 bad duplicate-key']);
    expect(verdicts(`{"action":"Heartbeat","kind":"callresult","payload":${doubled}}`)).to.deep.equal([
      '1 bad duplicate-key',
    ]);
  });

  it('judges a CALLERROR by the codes of the version', () => {
    const error = (code: string) => lines([4, 'a', code, '', {}]);
    expect(verdicts(error('FormationViolation'), '1.6')).to.deep.equal(['1 ok']);
    expect(verdicts(error('FormationViolation'), '2.0.1')).to.deep.equal(['1 bad error-code']);
    expect(verdicts(error('OccurrenceConstraintViolation'), '1.6')).to.deep.equal(['1 bad error-code']);
  });

  it('knows what is no frame, no action, and not of the version', () => {
    expect(verdicts(lines([9, 'a'], [2, 'a', 'Heartbeat'], 'text', 7))).to.deep.equal([
      '1 bad message-type',
      '2 bad arity',
      '3 bad not-array',
      '4 bad not-array',
    ]);
    expect(verdicts(lines([2, 'a', 'TransactionEvent', {}]))).to.deep.equal(['1 bad action']);
    expect(verdicts(lines([6, 'a', 'Heartbeat', {}]))).to.deep.equal(['1 bad message-type']);
    expect(verdicts(lines([6, 'a', 'Heartbeat', {}]), '2.1')).to.deep.equal(['1 bad message-type']);
    expect(verdicts(lines(beat), null)).to.deep.equal(['1 bad ocpp']);
  });

  it('takes the SEND of 2.1 as SEND alone', () => {
    const stream = { id: 1, pending: 0, basetime: at, data: [{ t: 0, v: '1' }] };
    expect(verdicts(lines([6, 'a', 'NotifyPeriodicEventStream', stream]), '2.1')).to.deep.equal(['1 ok']);
    expect(verdicts(lines([2, 'a', 'NotifyPeriodicEventStream', stream]), '2.1')).to.deep.equal(['1 bad message-type']);
  });

  it('calls invalid what the schema refuses, and tells the note', () => {
    const [, late] = validateFile(lines(beat, [3, 'a', { currentTime: '2025-01-01T00:00:00' }]), {
      schemas,
      ocpp: '1.6',
    });
    expect(late?.valid).to.equal(false);
    expect(late?.errors[0]?.note).to.include('3.15');
    expect(
      verdicts(lines([2, 'a', 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 0 }])),
    ).to.deep.equal(['1 ok connector-above-0']);
  });

  it('reads the lines of a trace, each side and connection for itself', () => {
    const line = (n: number, origin: string, kind: string, text: unknown, connection = 1) => ({
      n,
      at: n,
      origin,
      kind,
      text: typeof text === 'string' ? text : JSON.stringify(text),
      connection,
    });
    const trace = [
      line(1, 'sut', 'open', 'connected'),
      line(2, 'sut', 'call', beat),
      line(3, 'harness', 'call', [2, 'a', 'ClearCache', {}]),
      line(4, 'sut', 'callresult', [3, 'a', { status: 'Accepted' }]),
      line(5, 'harness', 'callresult', answer),
      line(6, 'harness', 'callresult', answer, 2),
      line(7, 'sut', 'malformed', 'not json'),
    ];
    expect(verdicts(lines(...trace))).to.deep.equal([
      '2 ok',
      '3 ok',
      '4 ok',
      '5 ok',
      '6 bad unknown-call',
      '7 bad not-json',
    ]);
    expect(
      verdicts(JSON.stringify([{ ...line(1, 'harness', 'callresult', answer), action: 'Heartbeat' }])),
    ).to.deep.equal(['1 ok']);
  });

  it('throws at the line and column where a file is no JSON', () => {
    expect(flaw('')).to.include({ line: 1, column: 1 });
    expect(flaw('{"a":}')).to.include({ line: 1, column: 6 });
    expect(flaw(`${lines(beat)}\n[3,"a",{"currentTime":}]`)).to.include({ line: 2, column: 23 });
    expect(flaw('[\n  [2,"a","Heartbeat",{}],\n]')).to.include({ line: 3, column: 1 });
    expect(flaw('[[2,"a"').message).to.equal('1:8: no JSON: the text ends too early');
  });
});
