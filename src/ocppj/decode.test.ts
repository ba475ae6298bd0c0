/** Nothing throws, nothing is lost: whatever a peer sends becomes a frame or a malformed with its reason. */
import { expect } from 'chai';
import fc from 'fast-check';
import { decode } from './decode.ts';
import { encodeCall, encodeCallError, encodeCallResult, encodeCallResultError, encodeSend } from './encode.ts';

describe('decode', () => {
  const valid: readonly [name: string, text: string, frame: object][] = [
    ['CALL', '[2,"1","Heartbeat",{}]', { kind: 'call', id: '1', action: 'Heartbeat', payload: {} }],
    ['CALLRESULT', '[3,"1",{"a":1}]', { kind: 'callresult', id: '1', payload: { a: 1 } }],
    [
      'CALLERROR',
      '[4,"1","NotSupported","no",{}]',
      { kind: 'callerror', id: '1', code: 'NotSupported', description: 'no', details: {} },
    ],
    [
      'CALLRESULTERROR',
      '[5,"1","X","",{}]',
      { kind: 'callresulterror', id: '1', code: 'X', description: '', details: {} },
    ],
    [
      'SEND',
      '[6,"1","NotifyPeriodicEventStream",{}]',
      { kind: 'send', id: '1', action: 'NotifyPeriodicEventStream', payload: {} },
    ],
    ['white space around', ' [ 3 , "1" , { } ] ', { kind: 'callresult', id: '1', payload: {} }],
    ['a payload that is no object', '[2,"1","A",null]', { kind: 'call', id: '1', action: 'A', payload: null }],
  ];
  for (const [name, text, frame] of valid) {
    it(`reads ${name}`, () => expect(decode(text)).to.deep.equal({ ...frame, raw: text }));
  }

  const broken: readonly [name: string, message: string | Uint8Array, reason: string][] = [
    ['binary', new Uint8Array([0, 255]), 'binary'],
    ['an empty text', '', 'not-json'],
    ['truncated JSON', '[2,"1","Heartbeat",{', 'not-json'],
    ['two documents', '[3,"1",{}][3,"1",{}]', 'not-json'],
    ['a byte order mark', '\ufeff[3,"1",{}]', 'not-json'],
    ['an object', '{"2":1}', 'not-array'],
    ['a number', '42', 'not-array'],
    ['null', 'null', 'not-array'],
    ['an empty array', '[]', 'message-type'],
    ['a type of no version', '[7,"1",{}]', 'message-type'],
    ['a type as text', '["2","1","Heartbeat",{}]', 'message-type'],
    ['a fraction as type', '[2.5,"1","Heartbeat",{}]', 'message-type'],
    ['a CALL of three', '[2,"1","Heartbeat"]', 'arity'],
    ['a CALL of five', '[2,"1","Heartbeat",{},1]', 'arity'],
    ['a CALLRESULT of two', '[3,"1"]', 'arity'],
    ['a CALLERROR of three', '[4,"1","X"]', 'arity'],
    ['a number as id', '[2,1,"Heartbeat",{}]', 'message-id'],
    ['null as id', '[3,null,{}]', 'message-id'],
    ['a number as action', '[2,"1",5,{}]', 'action'],
    ['a number as error code', '[4,"1",5,"",{}]', 'error-code'],
    ['null as description', '[4,"1","X",null,{}]', 'error-description'],
  ];
  for (const [name, message, reason] of broken) {
    it(`tells ${name} as ${reason}`, () => expect(decode(message)).to.include({ kind: 'malformed', reason }));
  }

  it('keeps type and id of what is malformed', () => {
    expect(decode('[2,7,"A",{}]')).to.include({ messageType: 2, id: 7 });
    expect(decode('[]')).to.not.have.any.keys('messageType', 'id');
  });

  it('shows binary as hex', () => expect(decode(new Uint8Array([0, 10, 255])).raw).to.equal('000aff'));

  it('reads very deep nesting without overflow', () => {
    const depth = 200_000;
    const text = `[${'['.repeat(depth)}${']'.repeat(depth)},"1"]`;
    expect(decode(text)).to.include({ kind: 'malformed', reason: 'message-type' });
  });

  it('never throws and keeps the text, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => decode(text).raw === text),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it('never throws on any array', () => {
    const element = fc.oneof(fc.integer({ min: -1, max: 8 }), fc.string(), fc.constant(null), fc.object());
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 6 }),
        (parts) => typeof decode(JSON.stringify(parts)).kind === 'string',
      ),
      { seed: 2, numRuns: 2_000 },
    );
  });

  it('reads back whatever was encoded', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.jsonValue(), (id, word, json) => {
        const payload = JSON.parse(JSON.stringify(json)) as unknown;
        expect(decode(encodeCall(id, word, payload))).to.deep.include({ kind: 'call', id, action: word, payload });
        expect(decode(encodeSend(id, word, payload))).to.deep.include({ kind: 'send', id, action: word, payload });
        expect(decode(encodeCallResult(id, payload))).to.deep.include({ kind: 'callresult', id, payload });
        expect(decode(encodeCallError(id, word, word, payload))).to.deep.include({
          kind: 'callerror',
          code: word,
          details: payload,
        });
        expect(decode(encodeCallResultError(id, word, word, payload))).to.deep.include({
          kind: 'callresulterror',
          code: word,
        });
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
