/** OCPP-J, CSMS: the opening handshake as HTTP. One that is wrong is refused as a fault of the client, and harms nobody. */
import { behaviour, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { randomWord } from '../../src/random.ts';
import { joined } from '../../src/wire/raw/bytes.ts';
import { opcodes } from '../../src/wire/raw/frames.ts';
import { clientHello } from '../../src/wire/raw/hello.ts';
import { type Header, headBytes, headerOf, type RequestHead, requestBytes } from '../../src/wire/raw/http.ts';
import { adding, ask, bracketed, says, serves, withHeader, without } from './asking.ts';
import { endMs, freshId, slip } from './raw.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const serverRef = { '1.6': 'J 3.2', '2.0.1': 'P4 3.2', '2.1': 'P4 3.3' } as const;
const versionRef = { '1.6': 'J 3.1.2', '2.0.1': 'P4 3.1.2', '2.1': 'P4 3.1.2' } as const;

const aliveCheck = {
  ref: serverRef,
  level: 'SHALL',
  says: 'a right handshake is let in afterwards, and its station served',
} as const;

interface Wrong {
  readonly id: string;
  readonly title: string;
  readonly ref: string;
  /** Statuses that say what is wrong. */
  readonly statuses: readonly number[];
  readonly fault: Fault;
  readonly heads: (right: RequestHead) => Readonly<Record<string, RequestHead>>;
  /** Of the refusal; default SHALL. */
  readonly level?: 'SHOULD';
}

const wrongs: readonly Wrong[] = [
  {
    id: 'key',
    title: 'A handshake without a key, or with one that can be none, is refused',
    ref: 'RFC6455 4.2.1',
    statuses: [400],
    fault: slip('takes-any-key'),
    heads: (right) => ({
      'no key': without(right, 'Sec-WebSocket-Key'),
      'an empty key': withHeader(right, 'Sec-WebSocket-Key', ''),
      'a key of 8 bytes': withHeader(right, 'Sec-WebSocket-Key', 'cGx1Z3Byb28='),
    }),
  },
  {
    id: 'version',
    title: 'A handshake of another version of the WebSocket protocol is refused',
    ref: 'RFC6455 4.4',
    statuses: [426, 400],
    fault: slip('takes-any-version'),
    // Version 8 was a draft that is 13 in all but its number, and is spoken here and there.
    heads: (right) =>
      Object.fromEntries(
        ['12', '99', 'abc'].map((version) => [
          `version ${version}`,
          withHeader(right, 'Sec-WebSocket-Version', version),
        ]),
      ),
  },
  {
    id: 'method',
    title: 'A handshake by another method than GET is refused',
    ref: 'RFC6455 4.2.1',
    statuses: [405, 400, 426, 404, 501],
    fault: slip('takes-any-method'),
    heads: (right) => Object.fromEntries(['POST', 'PUT'].map((method) => [method, { ...right, method }])),
  },
];

const wrongCase = ({ id, title, ref, statuses, fault, heads, level }: Wrong) =>
  testCase({
    id: `ocppj/http/${id}`,
    title,
    sut: 'csms',
    versions,
    bytes: true,
    checks: {
      refused: { ref, level: level ?? 'SHALL', says: 'there is no 101' },
      told: { ref, level: 'SHOULD', says: `the refusal says what is wrong: HTTP ${statuses.join(' or ')}` },
      alive: aliveCheck,
    },
    catches: { refused: fault, told: slip('says-500'), alive: slip('dies-on-bad-heads') },
    async run(context) {
      const { check, station } = context;
      await bracketed(context, async () => {
        for (const [what, head] of Object.entries(heads(station.handshake()))) {
          const { line, outcome } = await ask(context, head);
          line.finish();
          check('refused', () => expect(says(outcome), what).to.not.equal('HTTP 101'));
          check('told', () => expect(statuses, `${what}: ${says(outcome)}`).to.include(outcome));
        }
      });
    },
  });

/** Requests that are odd: whatever comes of them, it is no failure of the server, and it comes. */
interface Odd {
  readonly id: string;
  readonly title: string;
  readonly heads: (right: RequestHead) => Readonly<Record<string, RequestHead>>;
}

const odds: readonly Odd[] = [
  {
    id: 'no-upgrade',
    title: 'A request that asks for no upgrade is answered, and does no harm',
    heads: (right) => ({
      'a plain GET': without(without(right, 'Upgrade'), 'Connection'),
      'an upgrade to something else': withHeader(right, 'Upgrade', 'h2c'),
      'HTTP/1.0': { ...right, version: 'HTTP/1.0' },
    }),
  },
  {
    id: 'host',
    title: 'A request without a host, with two, or with a whole URL for its target does no harm',
    heads: (right) => ({
      'no host': without(right, 'Host'),
      'two hosts': adding(right, ['Host', 'other.example']),
      'a whole URL': { ...right, target: `http://${headerOf(right.headers, 'host')}${right.target}` },
    }),
  },
  {
    id: 'large',
    title: 'A request that is larger than any need be is refused, and does no harm',
    heads: (right) => ({
      'a header of 16 KiB': adding(right, ['X-Plugproof', 'x'.repeat(16_384)]),
      '2,000 headers': adding(right, ...Array.from({ length: 2_000 }, (_, i): Header => [`X-${i}`, 'x'])),
      'a target of 8 KiB': { ...right, target: `${right.target}${'x'.repeat(8_192)}` },
      'a target of 64 KiB': { ...right, target: `${right.target}${'x'.repeat(65_536)}` },
    }),
  },
  {
    id: 'repeated-subprotocol',
    title: 'A version that is offered twice does no harm',
    heads: (right) => {
      const one = headerOf(right.headers, 'sec-websocket-protocol');
      return {
        'the version twice': withHeader(right, 'Sec-WebSocket-Protocol', `${one}, ${one}`),
        'two headers of versions': adding(right, ['Sec-WebSocket-Protocol', one]),
      };
    },
  },
];

const oddCase = ({ id, title, heads }: Odd) =>
  testCase({
    id: `ocppj/http/${id}`,
    title,
    sut: 'csms',
    versions,
    bytes: true,
    checks: {
      // Which of its words a server uses is its own affair; that it failed is none of them.
      blameless: { ref: serverRef, level: 'SHOULD', says: 'it is not answered as a failure of the server' },
      heard: { ref: serverRef, level: 'SHOULD', says: 'it is answered, or the connection ends' },
      alive: aliveCheck,
    },
    catches: {
      blameless: slip('fails-on-odd-heads'),
      heard: slip('hangs-on-odd-heads'),
      alive: slip('dies-on-odd-heads'),
    },
    async run(context) {
      const { check, station } = context;
      await bracketed(context, async () => {
        for (const [what, head] of Object.entries(heads(station.handshake()))) {
          const { line, outcome } = await ask(context, head);
          line.finish();
          // 501 and 505 say that the client asks for what there is not.
          const failed = outcome !== undefined && outcome >= 500 && ![501, 505].includes(outcome);
          check('blameless', () => expect(failed, `${what}: ${says(outcome)}`).to.equal(false));
          check('heard', () => expect(outcome, what).to.not.equal(undefined));
        }
      });
    },
  });

export default suite('ocppj/http', 'Opening handshake as HTTP', [
  ...wrongs.map(wrongCase),
  ...odds.map(oddCase),

  testCase({
    id: 'ocppj/http/spoken-version',
    title: 'The version is agreed by the subprotocol, whatever else is in the URL',
    sut: 'csms',
    versions,
    bytes: true,
    checks: { wins: { ref: versionRef, level: 'SHALL', says: 'who is let in is told the version that it offered' } },
    catches: { wins: slip('believes-the-url') },
    async run(context) {
      const { check, dialect, station } = context;
      const right = station.handshake();
      const plain = await ask(context, right);
      plain.line.finish();
      if (plain.outcome !== 101) throw new Unmet(`control: a right handshake came to ${says(plain.outcome)}`);
      const other = dialect.subprotocol === 'ocpp1.6' ? 'ocpp2.0.1' : 'ocpp1.6';
      const { line, outcome, headers } = await ask(context, { ...right, target: `${right.target}?protocol=${other}` });
      line.finish();
      // A query need not be taken at all.
      check('wins', () => {
        if (outcome === 101) expect(headerOf(headers, 'sec-websocket-protocol')).to.equal(dialect.subprotocol);
      });
    },
  }),

  testCase({
    id: 'ocppj/http/other-letters',
    title: 'A version in other letters is not named otherwise than it was offered',
    sut: 'csms',
    versions,
    bytes: true,
    checks: {
      offered: {
        ref: 'RFC6455 4.2.2',
        level: 'SHALL',
        says: 'a version that is named is one that was offered, letter by letter',
      },
    },
    catches: { offered: behaviour('names-own-subprotocol', 'a version is named that nobody offered') },
    async run(context) {
      const { check, dialect, station } = context;
      const before = await serves(context);
      if (before !== 'callresult') throw new Unmet(`control: a right handshake came to ${before}`);
      const named = dialect.subprotocol.toUpperCase();
      const { line, headers } = await ask(context, withHeader(station.handshake(), 'Sec-WebSocket-Protocol', named));
      line.finish();
      check('offered', () => expect(headerOf(headers, 'sec-websocket-protocol')).to.be.oneOf(['', named]));
    },
  }),

  testCase({
    id: 'ocppj/http/no-identity',
    title: 'A request whose path names no station is refused, and registers nobody',
    sut: 'csms',
    versions,
    bytes: true,
    checks: {
      refused: {
        ref: { '1.6': 'J 3.1.1', '2.0.1': 'P4 3.1.1', '2.1': 'P4 3.1.1' },
        level: 'SHOULD',
        says: 'there is no 101, or no station is accepted behind it',
      },
      alive: aliveCheck,
    },
    catches: { refused: slip('takes-any-path'), alive: slip('dies-without-identity') },
    async run(context) {
      const { check, station, sut, words } = context;
      const right = station.handshake();
      const base = right.target.slice(0, right.target.lastIndexOf('/'));
      await bracketed(context, async () => {
        for (const target of [base === '' ? '/' : base, `${base}/`, `${base}//`]) {
          const { line, outcome } = await ask(context, { ...right, target });
          const answer =
            outcome === 101
              ? await line.ask(freshId(context), 'BootNotification', words.boot(sut.station), sut.timeoutMs)
              : undefined;
          line.finish();
          const accepted = answer?.kind === 'callresult' && answer.raw.includes('"Accepted"');
          check('refused', () => expect(accepted, `a station at ${target} is accepted`).to.equal(false));
        }
      });
    },
  }),

  testCase({
    id: 'ocppj/http/eager-call',
    title: 'A CALL that comes in one segment with the handshake does no harm',
    sut: 'csms',
    versions,
    bytes: true,
    // A client waits for the 101: whether it is served is the server's affair.
    checks: { alive: aliveCheck },
    catches: { alive: slip('dies-on-early-bytes') },
    async run(context) {
      const { station, sut, words } = context;
      await bracketed(context, async () => {
        const line = await station.line();
        const id = freshId(context);
        const text = encodeCall(id, 'BootNotification', words.boot(sut.station));
        line.awaitResponse();
        line.meant(text);
        const frame = line.bytesOf({ opcode: opcodes.text, payload: new TextEncoder().encode(text) });
        line.write(joined(requestBytes(station.handshake()), frame), 'a handshake and a CALL in one segment');
        await line.response(endMs(context));
        await line.answer(id, endMs(context));
        line.finish();
      });
    },
  }),

  testCase({
    id: 'ocppj/http/other-protocol',
    title: 'What is no HTTP at all does no harm',
    sut: 'csms',
    versions,
    bytes: true,
    checks: { alive: aliveCheck },
    catches: { alive: slip('dies-on-bad-heads') },
    async run(context) {
      const { random, station } = context;
      await bracketed(context, async () => {
        const odd: readonly [string, Uint8Array][] = [
          ['a TLS hello', clientHello({ version: 0x0303, suites: [0xc02b, 0xc02f, 0x009c] })],
          ['noise', headBytes(`${randomWord(random, 200)}\r\n\r\n`)],
          ['zeros', joined(new Uint8Array(512), headBytes('\r\n\r\n'))],
        ];
        for (const [what, bytes] of odd) {
          for (const plain of [false, true]) {
            const line = await station.line(plain ? { plain } : {});
            line.awaitResponse();
            line.write(bytes, what);
            await line.ends(endMs(context) / 5);
            line.reset();
          }
        }
      });
    },
  }),

  testCase({
    id: 'ocppj/http/slow-head',
    offensive: true,
    title: 'A request that never ends is not waited for, and others are served meanwhile',
    sut: 'csms',
    versions,
    bytes: true,
    onlyFor: 'slow-clients',
    checks: {
      ended: {
        ref: serverRef,
        level: 'SHOULD',
        says: 'a head that comes drop by drop, or not at all, is given up within 90 s',
      },
      served: { ref: serverRef, level: 'SHALL', says: 'a right handshake is served meanwhile' },
      alive: aliveCheck,
    },
    catches: {
      ended: slip('waits-for-heads'),
      served: slip('serves-one-at-a-time'),
      alive: slip('dies-on-slow-heads'),
    },
    async run(context) {
      const { check, clock, station } = context;
      await bracketed(context, async () => {
        const [drip, idle] = [await station.line(), await station.line()];
        drip.awaitResponse();
        const head = requestBytes(station.handshake());
        drip.write(head.subarray(0, head.length - 2), 'a request without its end');
        const meanwhile = await serves(context);
        check('served', () => expect(meanwhile).to.equal('callresult'));
        for (let i = 0; i < 450 && drip.ended === undefined; i++) {
          drip.writeQuietly(headBytes(`X-Drop-${i}: x\r\n`));
          await clock.sleep(200);
        }
        await idle.ends(1);
        check('ended', () => {
          expect(drip.ended !== undefined, `drop by drop: ${drip.ending}`).to.equal(true);
          expect(idle.ended !== undefined, `not at all: ${idle.ending}`).to.equal(true);
        });
        drip.reset();
        idle.reset();
      });
    },
  }),
]);
