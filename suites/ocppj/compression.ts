/** OCPP-J, CSMS: permessage-deflate (RFC 7692), which a CSMS of 2.x has to agree to and any may. */
import type { Context } from '../../src/judge/context.ts';
import type { RawLine } from '../../src/judge/raw-line.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { again } from '../../src/judge/turned-away.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { inflater, squeeze } from '../../src/wire/raw/endpoint.ts';
import { COMPRESSED, opcodes } from '../../src/wire/raw/frames.ts';
import { headerOf } from '../../src/wire/raw/http.ts';
import { adding, ask, says } from './asking.ts';
import { aliveCheck } from './control.ts';
import { callBytes, callText, endMs, freshId, rawBracket, slip } from './raw.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const v2 = ['2.0.1', '2.1'] as const;
const { ping, text } = opcodes;

/** Where 2.x asks a CSMS for compression. */
const wantedRef = { '2.0.1': 'P4 3.3', '2.1': 'P4 3.4' } as const;

const EXTENSIONS = 'Sec-WebSocket-Extensions';
/** Two offers, so that a server can take the one that it likes. */
const OFFER = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover, permessage-deflate';

/** Longest answer that is made whole. */
const MOST = 1024 * 1024;
/** Far more than any message has. */
const BOMB_BYTES = 48 * 1024 * 1024;

interface Agreed {
  readonly raw: RawLine;
  /** The extension of the answer; empty where none was agreed on. */
  readonly extension: string;
}

/** A station that offers compression, registered. @throws Unmet where it is not let in */
async function offering(context: Context): Promise<Agreed> {
  const { clock, station, sut, words } = context;
  const attempt = async () => {
    const { line, outcome, headers } = await ask(context, adding(station.handshake(), [EXTENSIONS, OFFER]));
    if (outcome !== 101) throw new Unmet(`the CSMS did not let ${station.identity} in: ${says(outcome)}`);
    const extension = headerOf(headers, EXTENSIONS);
    if (extension !== '') line.inflate = inflater(MOST);
    const boot = await line.ask(freshId(context), 'BootNotification', words.boot(sut.station), sut.timeoutMs);
    return { raw: line, extension, boot };
  };
  const { raw, extension, boot } = await again(clock, attempt, (one) => one.raw.turnedAway);
  if (boot?.kind !== 'callresult') throw new Unmet(`control: the boot was answered with ${boot?.raw ?? raw.ending}`);
  return { raw, extension };
}

/** Sends the probe compressed. */
function squeezed(context: Context, raw: RawLine): string {
  const id = freshId(context);
  raw.meant(callText(context, id));
  raw.frame({ opcode: text, payload: squeeze(callBytes(context, id)), rsv: COMPRESSED }, 'a compressed CALL');
  return id;
}

export default suite('ocppj/compression', 'WebSocket compression', [
  testCase({
    id: 'ocppj/compression/agreed',
    title: 'A CSMS agrees to compression, and serves compressed CALLs',
    sut: 'csms',
    versions: v2,
    bytes: true,
    checks: {
      agreed: { ref: wantedRef, level: 'SHALL', says: 'permessage-deflate is agreed to where a station offers it' },
      served: { ref: wantedRef, level: 'SHALL', says: 'a compressed CALL is served' },
    },
    catches: { agreed: slip('declines-compression'), served: slip('loses-compressed') },
    async run(context) {
      const { check, sut } = context;
      const { raw, extension } = await offering(context);
      check('agreed', () => expect(extension.split(';')[0]?.trim()).to.equal('permessage-deflate'));
      if (extension === '') return;
      for (let i = 0; i < 2; i++) {
        const answer = await raw.answer(squeezed(context, raw), sut.timeoutMs);
        check('served', () => expect(answer?.kind, `the answer; ${raw.ending}`).to.equal('callresult'));
      }
      raw.finish();
    },
  }),

  testCase({
    id: 'ocppj/compression/unasked',
    title: 'A station that offers no compression is served without',
    sut: 'csms',
    versions: all,
    bytes: true,
    checks: {
      plain: { ref: 'RFC6455 4.2.2', level: 'SHALL', says: 'no extension is named that nobody offered' },
      served: {
        ref: { '1.6': 'J 4.1', '2.0.1': 'P4 3.3', '2.1': 'P4 3.4' },
        level: 'SHALL',
        says: 'a CALL as it is is served',
      },
    },
    catches: { plain: slip('compresses-unasked'), served: slip('serves-compressed-only') },
    async run(context) {
      const { check, station, sut, words } = context;
      const { line, outcome, headers } = await ask(context, station.handshake());
      if (outcome !== 101) throw new Unmet(`the CSMS did not let ${station.identity} in: ${says(outcome)}`);
      check('plain', () => expect(headerOf(headers, EXTENSIONS)).to.equal(''));
      const boot = await line.ask(freshId(context), 'BootNotification', words.boot(sut.station), sut.timeoutMs);
      check('served', () => expect(boot?.kind, `the answer; ${line.ending}`).to.equal('callresult'));
      line.finish();
    },
  }),

  testCase({
    id: 'ocppj/compression/odd-offers',
    title: 'Of odd offers of compression, a CSMS agrees to none that it can not keep',
    sut: 'csms',
    versions: all,
    bytes: true,
    checks: {
      legal: {
        ref: 'RFC7692 5.1',
        level: 'SHALL',
        says: 'what is agreed to is permessage-deflate with parameters that exist',
      },
      blameless: {
        ref: 'RFC7692 5.1',
        level: 'SHOULD',
        says: 'a handshake with an odd offer does not fail the server',
      },
    },
    catches: { legal: slip('agrees-to-anything'), blameless: slip('fails-on-odd-offers') },
    async run(context) {
      const { check, station } = context;
      const right = await ask(context, station.handshake());
      right.line.finish();
      if (right.outcome !== 101) throw new Unmet(`control: a right handshake came to ${says(right.outcome)}`);
      for (const offer of [
        'permessage-deflate; server_max_window_bits=7',
        'permessage-deflate; client_max_window_bits=16',
        'permessage-deflate; plugproof=1',
        'permessage-deflate; client_max_window_bits; client_max_window_bits',
        'x-plugproof-unknown',
      ]) {
        const { line, outcome, headers } = await ask(context, adding(station.handshake(), [EXTENSIONS, offer]));
        line.finish();
        const agreed = headerOf(headers, EXTENSIONS);
        check('blameless', () => expect(outcome ?? 0, `${offer}: ${says(outcome)}`).to.be.within(100, 499));
        check('legal', () => {
          if (outcome === 101) expect(agreed, offer).to.match(LEGAL);
        });
      }
    },
  }),

  testCase({
    id: 'ocppj/compression/bomb',
    offensive: true,
    title: 'A message that grows out of all proportion is not taken, and does no harm',
    sut: 'csms',
    versions: all,
    bytes: true,
    checks: {
      bounded: {
        ref: 'RFC6455 10.4',
        level: 'SHOULD',
        says: 'a message of 48 MB out of some kilobytes ends the connection, where compression is agreed on',
      },
      alive: aliveCheck,
    },
    catches: { bounded: slip('inflates-without-end'), alive: slip('dies-on-bad-frames') },
    async run(context) {
      const { check } = context;
      await rawBracket(context, async (own) => {
        await own.leave();
        const { raw, extension } = await offering(context);
        const bomb = squeeze(new Uint8Array(BOMB_BYTES).fill(0x20));
        if (extension !== '')
          raw.frame({ opcode: text, payload: bomb, rsv: COMPRESSED }, `${BOMB_BYTES} blanks in ${bomb.length} bytes`);
        const went = extension === '' || (await raw.goes(endMs(context)));
        check('bounded', () => expect(went, raw.ending).to.equal(true));
        raw.reset();
      });
    },
  }),

  testCase({
    id: 'ocppj/compression/broken',
    title: 'Compressed data that is broken fails the connection, as does a compressed control frame',
    sut: 'csms',
    versions: all,
    bytes: true,
    checks: {
      failed: { ref: 'RFC7692 7.2.2', level: 'SHALL', says: 'the connection is ended, where compression is agreed on' },
      alive: aliveCheck,
    },
    catches: { failed: [slip('takes-bad-deflate'), slip('serves-reserved-bits')], alive: slip('dies-on-bad-frames') },
    async run(context) {
      const { check } = context;
      await rawBracket(context, async (own) => {
        await own.leave();
        for (const [what, opcode] of [
          ['compressed data that is none', text],
          ['a compressed ping', ping],
        ] as const) {
          const { raw, extension } = await offering(context);
          const payload = Uint8Array.from({ length: 40 }, (_, i) => (i * 151 + 7) & 0xff);
          if (extension !== '') raw.frame({ opcode, payload, rsv: COMPRESSED }, what);
          const went = extension === '' || (await raw.goes(endMs(context)));
          check('failed', () => expect(went, `${what}: ${raw.ending}`).to.equal(true));
          raw.reset();
        }
      });
    },
  }),
]);

/** What a server may answer (RFC 7692, 7.1), or nothing. */
const LEGAL =
  /^$|^permessage-deflate(; ?(server_no_context_takeover|client_no_context_takeover|(server|client)_max_window_bits="?(8|9|1[0-5])"?))*$/;
