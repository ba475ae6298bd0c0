/** The raw codec: what is written is read again, right or wrong, and whatever comes is read without harm. */
import { expect } from 'chai';
import { joined } from './bytes.ts';
import { inflater, squeeze } from './endpoint.ts';
import { closeBody, closeCode, FrameReader, frameBytes, opcodes } from './frames.ts';
import {
  clientHello,
  extensions,
  helloAnswer,
  helloMessage,
  helloReply,
  offeredIn,
  record,
  sslv2Hello,
} from './hello.ts';
import { HeadReader, headerOf, readRequest, readResponse, requestBytes, responseBytes, upgrade } from './http.ts';

const MASK = Uint8Array.of(1, 2, 3, 4);
const bytes = (text: string) => new TextEncoder().encode(text);

describe('raw frames', () => {
  it('come back as they were written, masked or not, in any form of length', () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536])
      for (const mask of [undefined, MASK]) {
        const payload = new Uint8Array(length).fill(7);
        const [frame] = new FrameReader().push(frameBytes({ opcode: opcodes.text, payload, mask }));
        expect(frame?.payload.length).to.equal(length);
        expect(frame?.payload.every((byte) => byte === 7)).to.equal(true);
        expect(frame?.masked).to.equal(mask !== undefined);
      }
  });
  it('come out one by one, however they are cut', () => {
    const stream = joined(
      frameBytes({ opcode: 1, payload: bytes('one'), mask: MASK }),
      frameBytes({ opcode: 3, rsv: 5, fin: false }),
      frameBytes({ opcode: 9, payload: bytes('three'), lengthBytes: 8 }),
    );
    for (const size of [1, 2, 3, 7, stream.length]) {
      const reader = new FrameReader();
      const seen: string[] = [];
      for (let at = 0; at < stream.length; at += size)
        for (const { opcode, rsv, fin, payload } of reader.push(stream.subarray(at, at + size)))
          seen.push(`${opcode} ${rsv} ${fin} ${new TextDecoder().decode(payload)}`);
      expect(seen).to.deep.equal(['1 0 true one', '3 5 false ', '9 0 true three']);
      expect(reader.pending).to.equal(0);
    }
  });
  it('show their head before their payload has come', () => {
    const reader = new FrameReader();
    expect(reader.push(frameBytes({ opcode: 1, announces: 2n ** 40n }))).to.deep.equal([]);
    expect(reader.head?.length).to.equal(2 ** 40);
  });
  it('have close bodies', () => {
    expect(closeCode(closeBody(4_321, 'bye'))).to.equal(4_321);
    expect(closeCode(new Uint8Array(0))).to.equal(1005);
  });
  it('are compressed and made whole again, each by itself', () => {
    const whole = inflater(1_000);
    for (const text of ['one', 'two', 'one'])
      expect(new TextDecoder().decode(whole(squeeze(bytes(text))))).to.equal(text);
    expect(() => inflater(10)(squeeze(bytes('x'.repeat(11))))).to.throw();
  });
});

describe('raw heads', () => {
  it('are read again, with what comes behind them', () => {
    const head = joined(requestBytes(upgrade('/ocpp/CP%2001', 'h:1', ['ocpp1.6'])), bytes('rest'));
    const request = readRequest(head);
    expect([request?.method, request?.target]).to.deep.equal(['GET', '/ocpp/CP%2001']);
    expect(new TextDecoder().decode(request?.rest)).to.equal('rest');
    const response = readResponse(
      responseBytes(426, 'Upgrade Required', [
        ['A', '1'],
        ['a', '2'],
      ]),
    );
    expect([response?.status, headerOf(response?.headers ?? [], 'A')]).to.deep.equal([426, '1, 2']);
  });
  it('that never end are kept for a while only', () => {
    const reader = new HeadReader(readResponse);
    for (let i = 0; i < 40; i++) expect(reader.push(new Uint8Array(64 * 1024))).to.equal(undefined);
    expect(reader.bytes.length).to.be.at.most(1024 * 1024);
  });
  it('that are none are none', () => {
    expect(readResponse(bytes('SSH-2.0-x\r\n\r\n'))).to.equal(undefined);
    expect(readResponse(bytes('HTTP/1.1 200'))).to.equal(undefined);
  });
});

describe('raw TLS hellos', () => {
  it('are records of the version that they are of', () => {
    const hello = clientHello({ version: 0x0300, suites: [4, 5], compression: [1, 0] });
    expect([...hello.subarray(0, 3), ...hello.subarray(9, 11)]).to.deep.equal([22, 3, 0, 3, 0]);
    expect(hello.length).to.equal(5 + ((hello[3] as number) << 8) + (hello[4] as number));
    expect(sslv2Hello()[2]).to.equal(1);
  });
  it('are answered with a hello or an alert', () => {
    expect(helloAnswer(Uint8Array.of(21, 3, 1, 0, 2, 2, 70))).to.deep.equal({ kind: 'alert', description: 70 });
    const hello = joined(
      Uint8Array.of(22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 0),
      new Uint8Array(32),
      Uint8Array.of(0, 0, 5, 0),
    );
    expect(helloAnswer(hello)).to.deep.equal({ kind: 'hello', version: 0x0300, suite: 5, compression: 0 });
    expect(helloAnswer(bytes('HTTP/1.1 400'))).to.equal(undefined);
    expect(helloAnswer(Uint8Array.of(0x80, 11, 4, 0, 1, 0, 2, 0))).to.deep.include({ kind: 'hello', version: 2 });
  });
  it('are answered after a warning, and with what was agreed', () => {
    const said = { version: 0x0303, suite: 0xc02b, compression: 0, fragmentLength: 1 } as const;
    const reply = helloReply({ ...said, renegotiates: true, downgraded: true });
    const warned = joined(Uint8Array.of(21, 3, 3, 0, 2, 1, 112), reply, Uint8Array.of(20, 3, 3, 0, 1, 1));
    expect(helloAnswer(warned)).to.deep.equal({ kind: 'hello', ...said, renegotiates: true, downgraded: true });
    // In pieces, and as far as it came.
    const pieces = [reply.subarray(5, 30), reply.subarray(30)].map((piece) => record(22, 0x0303, piece));
    expect(helloAnswer(joined(...pieces))).to.deep.include({ kind: 'hello', suite: 0xc02b });
    for (let size = 0; size < reply.length; size++) expect(helloAnswer(reply.subarray(0, size))).to.equal(undefined);
  });
  it('are read by a server as they were meant, or turned down by an alert', () => {
    const hello = { version: 0x0303, suites: [0xc02b, 0x009c], extensions: [extensions.fragmentLength(2)] };
    const offered = { version: 0x0303, suites: [0xc02b, 0x009c], compression: [0], fragmentLength: 2 };
    expect(offeredIn(clientHello(hello))).to.deep.include(offered);
    const inBytes = Array.from(helloMessage(hello), (byte) => record(22, 0x0301, Uint8Array.of(byte)));
    expect(offeredIn(joined(...inBytes))).to.deep.include(offered);
    expect(offeredIn(joined(...inBytes.slice(1)))).to.be.a('number');
    expect(offeredIn(clientHello(hello).subarray(0, 20))).to.equal(undefined);
    expect(offeredIn(record(22, 0x0301, new Uint8Array(20_000)))).to.equal(22);
    expect(offeredIn(bytes('GET / HTTP/1.1'))).to.equal(10);
    expect(offeredIn(sslv2Hello())).to.deep.include({ version: 2 });
  });
});
