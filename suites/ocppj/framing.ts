/** OCPP-J, both roles: WebSocket frames that are wrong. The connection is failed, nothing in them is served, and the SUT lives on. */
import type { Role } from '../../src/dialects/dialect.ts';
import { MASK, type RawLine } from '../../src/judge/raw-line.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { joined } from '../../src/wire/raw/bytes.ts';
import { closeBody, closeCode, opcodes } from '../../src/wire/raw/frames.ts';
import type { WireSlip } from '../../src/wire/raw/slips.ts';
import { aliveCheck } from './control.ts';
import { callBytes, callText, endMs, freshId, rawBracket, slip } from './raw.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const { text, ping, close, continuation } = opcodes;

/** What is wrong, in words, and the bytes of it: a CALL is in there that must not be served. */
type Way = readonly [what: string, bytes: Uint8Array];

interface Wrong {
  readonly id: string;
  readonly title: string;
  /** Who is judged, where it is not both. */
  readonly sut?: Role;
  readonly ref: string;
  /** Close codes that fit (RFC 6455, 7.4.1). */
  readonly codes: readonly number[];
  readonly slips: readonly WireSlip[];
  /** Another slip that ends the connection as if nothing were wrong. */
  readonly wrongCode?: WireSlip;
  readonly ways: (raw: RawLine, call: Uint8Array) => readonly Way[];
}

const bytesOf = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

const wrongs: readonly Wrong[] = [
  {
    id: 'unmasked',
    title: 'A frame of a client without a mask fails the connection',
    sut: 'csms',
    ref: 'RFC6455 5.1',
    codes: [1002],
    slips: ['serves-unmasked-frames'],
    ways: (raw, payload) => [['no mask', raw.bytesOf({ opcode: text, payload, mask: undefined })]],
  },
  {
    id: 'masked',
    title: 'A frame of a server with a mask fails the connection',
    sut: 'station',
    ref: 'RFC6455 5.1',
    codes: [1002],
    slips: ['takes-masked-frames'],
    ways: (raw, payload) => [['a mask', raw.bytesOf({ opcode: text, payload, mask: MASK })]],
  },
  {
    id: 'reserved-bits',
    title: 'A frame with a reserved bit that nobody has agreed on fails the connection',
    ref: 'RFC6455 5.2',
    codes: [1002],
    slips: ['serves-reserved-bits'],
    ways: (raw, payload) =>
      [4, 2, 1].map((rsv, i) => [`RSV${i + 1} is set`, raw.bytesOf({ opcode: text, payload, rsv })] as const),
  },
  {
    id: 'reserved-opcodes',
    title: 'A frame with a reserved data opcode fails the connection',
    ref: 'RFC6455 5.2',
    codes: [1002],
    slips: ['serves-reserved-opcodes'],
    ways: (raw, payload) => [3, 7, 4, 5, 6].map((opcode) => [`opcode ${opcode}`, raw.bytesOf({ opcode, payload })]),
  },
  {
    id: 'reserved-controls',
    title: 'A frame with a reserved control opcode fails the connection',
    ref: 'RFC6455 5.2',
    codes: [1002],
    slips: ['serves-reserved-controls'],
    ways: (raw) => [11, 15, 12, 13, 14].map((opcode) => [`opcode ${opcode}`, raw.bytesOf({ opcode })]),
  },
  {
    id: 'lost-fragments',
    title: 'A fragment of no message, and a message inside another, fail the connection',
    ref: 'RFC6455 5.4',
    codes: [1002],
    slips: ['mixes-fragments'],
    ways: (raw, payload) => [
      ['a continuation of nothing', raw.bytesOf({ opcode: continuation, payload })],
      [
        'a message inside another',
        joined(
          raw.bytesOf({ opcode: text, payload: payload.subarray(0, 4), fin: false }),
          raw.bytesOf({ opcode: text, payload }),
        ),
      ],
    ],
  },
  {
    id: 'broken-controls',
    title: 'A control frame in fragments, or longer than 125 bytes, fails the connection',
    ref: 'RFC6455 5.5',
    codes: [1002],
    slips: ['takes-broken-controls'],
    ways: (raw) => [
      ['a ping that is not whole', raw.bytesOf({ opcode: ping, fin: false })],
      ['a ping of 126 bytes', raw.bytesOf({ opcode: ping, payload: new Uint8Array(126) })],
      ['a close of 126 bytes', raw.bytesOf({ opcode: close, payload: closeBody(1000, 'x'.repeat(124)) })],
    ],
  },
  {
    // RFC 6455, 8.1. UTF-16 and Latin-1 are what a wrong encoder sends.
    id: 'bad-utf8',
    title: 'A text message that is no UTF-8 fails the connection',
    ref: 'RFC6455 8.1',
    codes: [1007],
    slips: ['takes-bad-utf8'],
    ways: (raw, payload) => {
      const broken = (...bad: readonly number[]) =>
        joined(payload.subarray(0, 4), bytesOf(...bad), payload.subarray(4));
      const utf16 = bytesOf(0xff, 0xfe, ...[...payload].flatMap((byte) => [byte, 0]));
      return [
        ['a byte that UTF-8 does not have', raw.bytesOf({ opcode: text, payload: broken(0xff) })],
        ['Latin-1', raw.bytesOf({ opcode: text, payload: broken(0xe9) })],
        ['UTF-16', raw.bytesOf({ opcode: text, payload: utf16 })],
        ['half a pair of surrogates', raw.bytesOf({ opcode: text, payload: broken(0xed, 0xa0, 0x80) })],
        ['a character in more bytes than it needs', raw.bytesOf({ opcode: text, payload: broken(0xc0, 0xaf) })],
      ];
    },
  },
  {
    id: 'bad-close',
    title: 'A close frame with a code or a reason that none can have fails the connection',
    ref: 'RFC6455 7.4',
    codes: [1002, 1007],
    slips: ['never-fails'],
    wrongCode: 'takes-bad-closes',
    ways: (raw) => [
      ...[1005, 999, 0, 1004, 1006, 1015, 5000].map(
        (code): Way => [`close code ${code}`, raw.bytesOf({ opcode: close, payload: closeBody(code) })],
      ),
      ['a close frame of one byte', raw.bytesOf({ opcode: close, payload: bytesOf(3) })],
      ['a reason that is no UTF-8', raw.bytesOf({ opcode: close, payload: closeBody(1000, bytesOf(0xc3, 0x28)) })],
    ],
  },
  {
    // `G` is a first byte with reserved bits.
    id: 'http-again',
    title: 'An HTTP request on a connection that is a WebSocket fails it',
    ref: 'RFC6455 5.2',
    codes: [1002],
    slips: ['never-fails'],
    ways: () => [['GET / HTTP/1.1', new TextEncoder().encode('GET / HTTP/1.1\r\nHost: csms\r\n\r\n')]],
  },
];

/** A station comes back slowly: one way does for it. */
const most = (raw: RawLine): number => (raw.role === 'client' ? Number.POSITIVE_INFINITY : 1);

const caseOf = ({ id, title, sut, ref, codes, slips, wrongCode, ways }: Wrong) =>
  testCase({
    id: `ocppj/framing/${id}`,
    title,
    sut: sut ?? 'both',
    versions: all,
    bytes: true,
    checks: {
      failed: { ref, level: 'SHALL', says: 'the connection is ended, and no CALLRESULT comes back' },
      close: { ref: 'RFC6455 7.1.7', level: 'SHOULD', says: `a close frame says why: ${codes.join(' or ')}` },
      alive: aliveCheck,
    },
    catches: {
      failed: slips.map(slip),
      close: [slip('fails-without-close'), slip('fails-with-1000'), ...(wrongCode ? [slip(wrongCode)] : [])],
      alive: slip('dies-on-bad-frames'),
    },
    async run(context) {
      const { check, peer } = context;
      await rawBracket(context, async (first) => {
        let raw = first;
        const count = Math.min(ways(raw, callBytes(context, '')).length, most(raw));
        for (let i = 0; i < count; i++) {
          if (i > 0) raw = await peer.raw();
          const id = freshId(context);
          const [what, bytes] = ways(raw, callBytes(context, id))[i] ?? ['', new Uint8Array(0)];
          raw.meant(callText(context, id));
          raw.write(bytes, what);
          const went = await raw.goes(endMs(context));
          const { closeFrame, ending } = raw;
          check('failed', () => {
            expect(raw.answerTo(id)?.raw, `${what}: the answer`).to.equal(undefined);
            expect(went, `${what}: ${ending}`).to.equal(true);
          });
          if (went)
            check('close', () => {
              expect(closeFrame !== undefined, `${what}: a close frame came`).to.equal(true);
              expect(codes, what).to.include(closeCode(closeFrame?.payload ?? bytesOf()));
            });
          raw.finish();
        }
      });
    },
  });

export default suite('ocppj/framing', 'WebSocket frames that are wrong', wrongs.map(caseOf));
