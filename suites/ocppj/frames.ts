/** OCPP-J, both roles: WebSocket frames that are right and unusual, and how a connection ends. */
import type { Role } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import type { Fault } from '../../src/judge/fault.ts';
import type { RawLine } from '../../src/judge/raw-line.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { joined } from '../../src/wire/raw/bytes.ts';
import { closeBody, closeCode, opcodes } from '../../src/wire/raw/frames.ts';
import { aliveCheck, bracket } from './control.ts';
import { callBytes, callText, endMs, freshId, rawBracket, slip, twin } from './raw.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const { text, binary, ping, pong, close, continuation } = opcodes;

/** `payload` as one message of `count` fragments or fewer. */
function fragments(raw: RawLine, payload: Uint8Array, count: number, between: readonly Uint8Array[] = []): Uint8Array {
  const size = Math.max(1, Math.ceil(payload.length / count));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const fin = at + size >= payload.length;
    parts.push(raw.bytesOf({ opcode: at === 0 ? text : continuation, payload: payload.subarray(at, at + size), fin }));
    if (!fin) parts.push(...between);
  }
  return joined(...parts);
}

interface Odd {
  readonly id: string;
  readonly title: string;
  readonly sut?: Role;
  readonly ref: string;
  readonly says: string;
  readonly faults: readonly Fault[];
  /** Writes the CALL in its own way, once for each id. */
  readonly ids?: number;
  readonly write: (raw: RawLine, calls: readonly Uint8Array[]) => void;
  /** Judges more than that the CALL is answered. */
  readonly more?: (raw: RawLine) => void;
}

const PING = new TextEncoder().encode('plugproof');

const odds: readonly Odd[] = [
  {
    id: 'fragments',
    title: 'A message in 2, 100 and 1,000 fragments is put together and served',
    ref: 'RFC6455 5.4',
    says: 'the CALL is served',
    faults: [slip('loses-fragments')],
    ids: 3,
    write: (raw, calls) => {
      for (const [i, call] of calls.entries()) {
        const count = [2, 100, 1_000][i] ?? 2;
        // Fragments may be empty: 1,000 of a short message are.
        const empty = Array.from({ length: Math.max(0, Math.floor(count / call.length) - 1) }, () =>
          raw.bytesOf({ opcode: continuation, fin: false }),
        );
        raw.write(fragments(raw, call, count, empty), `a CALL in ${count} fragments`);
      }
    },
  },
  {
    id: 'ping-between-fragments',
    title: 'A ping between the fragments of a message is answered, and the message is served',
    ref: 'RFC6455 5.4',
    says: 'the CALL is served, and the ping comes back as a pong',
    faults: [slip('hangs-up-between-fragments'), slip('answers-no-pings')],
    write: (raw, [call = PING]) =>
      raw.write(
        fragments(raw, call, 2, [raw.bytesOf({ opcode: ping, payload: PING })]),
        'a CALL in 2 fragments with a ping between them',
      ),
    more: (raw) => expect(pongs(raw), 'payloads of pongs').to.include('plugproof'),
  },
  {
    id: 'slices',
    title: 'A message that comes byte by byte is served',
    ref: 'RFC6455 5.2',
    says: 'the CALL is served',
    faults: [slip('reads-segments-alone')],
    write: (raw, [call = PING]) => {
      const frame = raw.bytesOf({ opcode: text, payload: call });
      for (const byte of frame.subarray(0, -1)) raw.writeQuietly(Uint8Array.of(byte));
      raw.write(frame.subarray(-1), `a CALL in ${frame.length} segments of one byte`);
    },
  },
  {
    id: 'one-segment',
    title: 'CALLs that come in one segment are all served',
    sut: 'csms',
    ref: 'RFC6455 5.2',
    says: 'each CALL is served',
    faults: [slip('reads-one-frame-a-segment')],
    ids: 20,
    write: (raw, calls) =>
      raw.write(
        joined(...calls.map((payload) => raw.bytesOf({ opcode: text, payload }))),
        `${calls.length} CALLs in one segment`,
      ),
  },
];

const pongs = (raw: RawLine): string[] =>
  raw.frames.filter(({ opcode }) => opcode === pong).map(({ payload }) => new TextDecoder().decode(payload));

const oddCase = ({ id, title, sut, ref, says, faults, ids = 1, write, more }: Odd) =>
  testCase({
    id: `ocppj/frames/${id}`,
    title,
    sut: sut ?? 'both',
    versions: all,
    bytes: true,
    // A station speaks one CALL at a time, and a CSMS need not take more (J 4.1.1, P4 4.1.1).
    checks: { served: { ref, level: ids > 3 ? 'SHOULD' : 'SHALL', says }, alive: aliveCheck },
    catches: { served: faults, alive: slip('dies-on-unusual-frames') },
    async run(context) {
      const {
        check,
        sut: { timeoutMs },
      } = context;
      await rawBracket(context, async (raw) => {
        const own = Array.from({ length: ids }, () => freshId(context));
        for (const one of own) raw.meant(callText(context, one));
        write(
          raw,
          own.map((one) => callBytes(context, one)),
        );
        for (const one of own) await raw.answer(one, timeoutMs);
        check('served', () => {
          for (const one of own) expect(raw.answerTo(one)?.kind, `the answer; ${raw.ending}`).to.equal('callresult');
          more?.(raw);
        });
        await raw.leave();
      });
    },
  });

/** Judges that a good CALL on the connection is served. */
async function stillServes(context: Context, raw: RawLine): Promise<boolean> {
  const { action, payload } = context.peer.probe;
  return (await raw.ask(freshId(context), action, payload, context.sut.timeoutMs))?.kind === 'callresult';
}

export default suite('ocppj/frames', 'WebSocket frames that are unusual', [
  ...odds.map(oddCase),

  testCase({
    id: 'ocppj/frames/split-character',
    title: 'A character of which one half is in the next fragment is put together',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: {
      // What the id is good for is judged elsewhere: any answer shows that the text was put together.
      taken: { ref: 'RFC6455 5.6', level: 'SHALL', says: 'the connection stays, and a CALL behind it is served' },
      alive: aliveCheck,
    },
    catches: { taken: slip('reads-fragments-alone'), alive: slip('dies-on-unusual-frames') },
    async run(context) {
      const { check } = context;
      await rawBracket(context, async (raw) => {
        const id = `é${freshId(context)}`;
        raw.meant(callText(context, id));
        const call = callBytes(context, id);
        const middle = call.indexOf(0xc3) + 1;
        raw.write(
          joined(
            raw.bytesOf({ opcode: text, payload: call.subarray(0, middle), fin: false }),
            raw.bytesOf({ opcode: continuation, payload: call.subarray(middle) }),
          ),
          'a CALL in 2 fragments, cut in the middle of a character',
        );
        const serves = await stillServes(context, raw);
        check('taken', () => expect(serves, `a good CALL behind it is served; ${raw.ending}`).to.equal(true));
        await raw.leave();
      });
    },
  }),

  testCase({
    id: 'ocppj/frames/ping',
    title: 'A ping comes back as a pong with the same bytes, and a pong that nobody asked for is let go by',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: {
      echoed: { ref: 'RFC6455 5.5.3', level: 'SHALL', says: 'a pong has the bytes of the last ping' },
      ignored: { ref: 'RFC6455 5.5.3', level: 'SHALL', says: 'after a pong of its own accord, a CALL is served' },
    },
    catches: {
      echoed: [slip('answers-no-pings'), slip('answers-empty-pongs')],
      ignored: slip('hangs-up-on-pongs'),
    },
    async run(context) {
      const { check, peer, sut } = context;
      const raw = await peer.raw();
      await twin(context, raw);
      for (const body of ['', 'a', 'b'.repeat(125)]) {
        const before = pongs(raw).length;
        raw.frame({ opcode: ping, payload: new TextEncoder().encode(body) }, `a ping of ${body.length} bytes`);
        await raw.until(() => pongs(raw)[before], sut.timeoutMs);
        check('echoed', () => expect(pongs(raw)[before], `the pong of ${body.length} bytes`).to.equal(body));
      }
      raw.frame({ opcode: pong, payload: PING }, 'a pong');
      const serves = await stillServes(context, raw);
      check('ignored', () => expect(serves, `a good CALL behind it is served; ${raw.ending}`).to.equal(true));
      await raw.leave();
    },
  }),

  testCase({
    id: 'ocppj/frames/many-pings',
    offensive: true,
    title: 'Five hundred pings at once do no harm',
    sut: 'both',
    versions: all,
    bytes: true,
    // A receiver may answer the last of several pings only, and may close on a flood.
    checks: { alive: aliveCheck },
    catches: { alive: slip('dies-on-many-pings') },
    async run(context) {
      await rawBracket(context, async (raw) => {
        const one = raw.bytesOf({ opcode: ping, payload: PING });
        raw.write(joined(...Array.from({ length: 500 }, () => one)), '500 pings in one segment');
        await stillServes(context, raw);
        await raw.leave();
      });
    },
  }),

  testCase({
    id: 'ocppj/frames/lengths',
    title: 'A frame that is told to be larger than anything is not waited for, and an odd form of length does no harm',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: {
      // The highest bit of a length has to be 0; any other length is a matter of what the receiver takes.
      impossible: { ref: 'RFC6455 5.2', level: 'SHALL', says: 'a length of 2^63 ends the connection' },
      bounded: { ref: 'RFC6455 10.4', level: 'SHOULD', says: 'a length of 2^40 ends the connection' },
      alive: aliveCheck,
    },
    catches: {
      impossible: slip('waits-for-any-length'),
      bounded: slip('waits-for-any-length'),
      alive: slip('dies-on-bad-frames'),
    },
    async run(context) {
      const { check, peer } = context;
      await rawBracket(context, async (first) => {
        let raw = first;
        for (const [name, announces] of [
          ['impossible', 2n ** 63n],
          ['bounded', 2n ** 40n],
        ] as const) {
          if (name === 'bounded') raw = await peer.raw();
          raw.meant('plugproof');
          raw.frame({ opcode: text, payload: PING, announces }, `a frame that is told to have ${announces} bytes`);
          const went = await raw.goes(endMs(context));
          check(name, () => expect(went, raw.ending).to.equal(true));
          raw.reset();
        }
        // As few bytes as do (RFC 6455, 5.2): many a receiver does not mind.
        raw = await peer.raw();
        const id = freshId(context);
        raw.meant(callText(context, id));
        raw.frame({ opcode: text, payload: callBytes(context, id), lengthBytes: 8 }, 'a length in 8 bytes');
        await raw.until(() => raw.answerTo(id) ?? raw.closeFrame, endMs(context));
        await raw.leave();
      });
    },
  }),

  testCase({
    id: 'ocppj/frames/endless-message',
    offensive: true,
    title: 'A message of fragments that never ends is not gathered for ever',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: {
      bounded: {
        ref: 'RFC6455 10.4',
        level: 'SHOULD',
        says: 'a message of 32 MB in 2,000 fragments ends the connection',
      },
      alive: aliveCheck,
    },
    catches: { bounded: slip('gathers-without-end'), alive: slip('dies-on-bad-frames') },
    async run(context) {
      const { check } = context;
      await rawBracket(context, async (raw) => {
        raw.meant('[');
        raw.frame({ opcode: text, payload: new TextEncoder().encode('['), fin: false }, 'the start of a message');
        const part = raw.bytesOf({ opcode: continuation, payload: new Uint8Array(16_384).fill(0x20), fin: false });
        for (let i = 0; i < 2_000 && !raw.gone; i++) {
          raw.writeQuietly(part);
          // Who has enough is heard in between.
          if (i % 50 === 49) await context.clock.sleep(5);
        }
        const went = await raw.goes(endMs(context));
        check('bounded', () => expect(went, raw.ending).to.equal(true));
        raw.reset();
      });
    },
  }),

  testCase({
    id: 'ocppj/frames/close',
    title: 'A close frame is answered with one, and the connection ends',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: {
      echoed: { ref: 'RFC6455 5.5.1', level: 'SHALL', says: 'a close frame comes back' },
      // An endpoint typically echoes the code.
      code: { ref: 'RFC6455 5.5.1', level: 'SHOULD', says: 'it has the code that was sent' },
      ended: { ref: 'RFC6455 7.1.1', level: 'SHOULD', says: 'the connection ends behind it' },
      ignored: { ref: 'RFC6455 5.5.1', level: 'SHALL', says: 'a CALL behind the close frame is not served' },
    },
    catches: {
      echoed: slip('never-echoes-closes'),
      code: slip('closes-with-1001'),
      ended: slip('keeps-closed-connections'),
      ignored: slip('serves-after-close'),
    },
    async run(context) {
      const { check, peer } = context;
      await twin(context, await peer.raw());
      for (const code of [1000, 1001, 3000, 4000]) {
        const raw = await peer.raw();
        const id = freshId(context);
        raw.meant(callText(context, id));
        raw.write(
          joined(
            raw.bytesOf({ opcode: close, payload: closeBody(code, 'the test goes on') }),
            raw.bytesOf({ opcode: text, payload: callBytes(context, id) }),
          ),
          `a close frame with ${code}, and a CALL behind it`,
        );
        await raw.until(() => raw.closeFrame, endMs(context));
        const { closeFrame } = raw;
        // A client waits for the server to end the connection; a server does not wait.
        if (raw.role === 'server') raw.finish();
        const ended = await raw.ends(endMs(context));
        check('echoed', () =>
          expect(closeFrame !== undefined, `a close frame came back; ${raw.ending}`).to.equal(true),
        );
        if (closeFrame) check('code', () => expect(closeCode(closeFrame.payload)).to.equal(code));
        check('ended', () => expect(ended, raw.ending).to.equal(true));
        check('ignored', () => expect(raw.answerTo(id)?.raw).to.equal(undefined));
        raw.reset();
        // A station comes back slowly.
        if (raw.role === 'server') break;
      }
    },
  }),

  testCase({
    id: 'ocppj/frames/lost',
    title: 'A connection that is cut, or ends, in the middle of a message does no harm',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: { alive: aliveCheck },
    catches: { alive: slip('dies-on-lost-lines') },
    async run(context) {
      const { peer } = context;
      await bracket(context, async () => {
        for (const how of ['reset', 'finish'] as const) {
          const raw = await peer.raw();
          await twin(context, raw);
          const frame = raw.bytesOf({ opcode: text, payload: callBytes(context, freshId(context)) });
          raw.write(frame.subarray(0, frame.length / 2), 'half a CALL');
          await context.clock.sleep(50);
          raw[how]();
        }
      });
    },
  }),

  testCase({
    id: 'ocppj/frames/binary',
    title: 'A CALL in a binary frame is not taken for text',
    sut: 'both',
    versions: all,
    bytes: true,
    checks: {
      // OCPP-J is JSON in UTF-8 text; a generous receiver serves it all the same.
      unserved: {
        ref: { '1.6': 'J 4.1', '2.0.1': 'P4 4.1', '2.1': 'P4 4.1' },
        level: 'SHOULD',
        says: 'no CALLRESULT comes back',
      },
      alive: aliveCheck,
    },
    catches: { unserved: slip('serves-binary'), alive: slip('dies-on-binary') },
    async run(context) {
      const { check } = context;
      await rawBracket(context, async (raw) => {
        const id = freshId(context);
        raw.meant(callText(context, id));
        raw.frame({ opcode: binary, payload: callBytes(context, id) }, 'a CALL in a binary frame');
        await stillServes(context, raw);
        check('unserved', () => expect(raw.answerTo(id)?.kind).to.not.equal('callresult'));
        await raw.leave();
      });
    },
  }),
]);
