/** TLS as no library speaks it any more: dead versions and suites, compression, and what is said of TLS 1.3. */
import { type CaseSpec, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { clientHello, extensions, recordsIn, recordTypes, signals, sslv2Hello } from '../../src/wire/raw/hello.ts';
import { endMs, slip } from '../ocppj/raw.ts';
import {
  aroundHellos,
  dies,
  type Heard,
  hears,
  outcomeOf,
  profiles,
  refs,
  rightHello,
  turnedDown,
  versions,
} from './hellos.ts';
import { knockOnce, stillThereCheck, tell } from './knocking.ts';

const SSL3 = 0x0300;

/** Marked as unfit even for what is old already, or without a certificate of the server. */
const DEAD: Readonly<Record<string, readonly number[]>> = {
  'suites without encryption': [0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010],
  'suites for export': [0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0062, 0x0064],
  'suites with RC4': [0x0004, 0x0005, 0xc002, 0xc007, 0xc00c, 0xc011],
  'suites with DES': [0x0009, 0x000c, 0x000f, 0x0012, 0x0015],
  'suites without a certificate': [
    0x0018, 0x001a, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7, 0xc016, 0xc018,
  ],
  'suites with a key that both know': [0x008a, 0x008b, 0x008c, 0x008d, 0x00a8, 0x00a9, 0x00ae, 0x00af, 0xc035, 0xc037],
};
const TRIPLE_DES = [0x000a, 0x0016, 0xc003, 0xc008, 0xc012];

/** Handshakes anew on one connection: more than any charger would begin. */
const ANEW = 12;

/** Codes of RFC 6066 and the bytes that they stand for. */
const LENGTHS = [1, 2, 3, 4] as const;
const NO_LENGTH = 9;

export const helloCases: readonly CaseSpec[] = [
  testCase({
    id: 'security/tls/dead-versions',
    title: 'CSMS does not speak SSL, and hangs up on who speaks nothing else',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      refused: {
        ref: refs('A00.FR.314', 'A00.FR.315'),
        level: 'SHALL',
        says: 'a hello of SSL 2.0 or 3.0 is not answered with a hello',
      },
      ended: {
        ref: refs('A00.FR.314', 'A00.FR.315'),
        level: 'SHOULD',
        says: 'the connection ends within 5 s',
      },
      there: stillThereCheck,
    },
    catches: { refused: slip('answers-dead-versions'), ended: slip('keeps-refused-hellos'), there: dies },
    async run(context) {
      await aroundHellos(context, async () => {
        for (const [what, bytes] of Object.entries({
          'a hello of SSL 2.0': sslv2Hello(),
          'a hello of SSL 3.0': clientHello({ version: SSL3, suites: [0x0035, 0x002f, 0x000a, 0x0005, 0x0004] }),
        })) {
          const heard = await hears(context, bytes, what);
          context.check('refused', () => expect(outcomeOf(heard), what).to.equal(turnedDown));
          const ended = await heard.line.ends(endMs(context));
          heard.line.reset();
          context.check('ended', () => expect(ended, `${what}, answered with ${heard.says}: it ended`).to.equal(true));
        }
      });
    },
  }),

  testCase({
    id: 'security/tls/dead-suites',
    title: 'CSMS speaks no cipher suite that is unfit for any use',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      refused: {
        ref: refs('A00.FR.321', 'A00.FR.322'),
        level: 'SHALL',
        says: 'who offers nothing but NULL, EXPORT, RC4, DES, anonymous or PSK suites is turned down',
      },
      // Fit for what is old already, and not for anything new.
      old: {
        ref: refs('A00.FR.319', 'A00.FR.320'),
        level: 'SHOULD',
        says: 'so is who offers nothing but 3DES',
      },
      there: stillThereCheck,
    },
    catches: { refused: slip('speaks-dead-suites'), old: slip('speaks-triple-des'), there: dies },
    async run(context) {
      const offer = async (suites: readonly number[], what: string): Promise<Heard> => {
        const bytes = clientHello({ ...rightHello(context), suites: [...suites, signals.renegotiation] });
        const heard = await hears(context, bytes, `a hello with ${what} only`);
        heard.line.reset();
        return heard;
      };
      await aroundHellos(context, async () => {
        for (const [what, suites] of Object.entries(DEAD)) {
          const heard = await offer(suites, what);
          context.check('refused', () => expect(outcomeOf(heard), what).to.equal(turnedDown));
        }
        const heard = await offer(TRIPLE_DES, 'suites with 3DES');
        context.check('old', () => expect(outcomeOf(heard), 'suites with 3DES').to.equal(turnedDown));
      });
    },
  }),

  testCase({
    id: 'security/tls/compression',
    title: 'CSMS does not compress what TLS carries',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      none: {
        ref: refs('A00.FR.320', 'A00.FR.321'),
        level: 'SHALL',
        says: 'compression is not agreed to, whether it is offered beside none or alone',
      },
      there: stillThereCheck,
    },
    catches: { none: slip('compresses-tls'), there: dies },
    async run(context) {
      await aroundHellos(context, async () => {
        for (const [what, compression] of [
          ['compression before none', [1, 0]],
          ['compression alone', [1]],
        ] as const) {
          const { line, answer } = await hears(context, clientHello({ ...rightHello(context), compression }), what);
          line.reset();
          const agreed = answer?.kind === 'hello' ? answer.compression : 0;
          context.check('none', () => expect(agreed, `${what}: method that is agreed to`).to.equal(0));
        }
      });
    },
  }),

  testCase({
    id: 'security/tls/newest',
    title: 'CSMS that speaks TLS 1.3 lets nobody be talked into TLS 1.2',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      // Whether TLS 1.3 is spoken at all is its own affair.
      marked: {
        ref: 'RFC8446 4.1.3',
        level: 'SHOULD',
        says: 'where it speaks TLS 1.3, its hello of TLS 1.2 says so in its last random bytes',
      },
      there: stillThereCheck,
    },
    catches: { marked: slip('hides-newest-tls'), there: dies },
    async run(context) {
      const newest = await knockOnce(context, { tls: { version: 'TLSv1.3' } });
      const spoken = 'session' in newest;
      context.note(`TLS 1.3 alone: ${tell(newest)}`);
      await aroundHellos(context, async () => {
        const right = rightHello(context);
        const older = await hears(context, clientHello(right), 'a hello of TLS 1.2');
        older.line.reset();
        context.check('marked', () => {
          if (spoken && older.answer?.kind === 'hello')
            expect(older.answer.downgraded ?? false, 'the hello of TLS 1.2 tells of TLS 1.3').to.equal(true);
        });
        // RFC 7507 leaves a server that never heard of it free to go on.
        const suites = [...right.suites, signals.fallback];
        const fallback = await hears(context, clientHello({ ...right, suites }), 'a hello of TLS 1.2 that fell back');
        fallback.line.reset();
        context.note(`a hello that fell back from a newer version: ${fallback.says}`);
      });
    },
  }),

  testCase({
    id: 'security/tls/renegotiation',
    title: 'CSMS begins no TLS handshake anew in a way that lets a stranger in between',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      // Whether it begins any anew is its own affair.
      safe: {
        ref: 'RFC5746 4.4',
        level: 'SHOULD',
        says: 'no handshake is begun anew where what was agreed before is not bound to it',
      },
      there: stillThereCheck,
    },
    catches: { safe: slip('renegotiates-unsafely'), there: dies },
    async run(context) {
      await aroundHellos(context, async () => {
        const { line: first, answer } = await hears(context, clientHello(rightHello(context)), 'a hello of TLS 1.2');
        first.reset();
        const binds = answer?.kind === 'hello' && answer.renegotiates === true;
        const line = await context.station.line({ tls: { version: 'TLSv1.2', unsafe: true } });
        let count = 0;
        while (count < ANEW && (await line.renegotiates(endMs(context)))) count++;
        line.reset();
        context.note(`handshakes anew: ${count} of ${ANEW}; ${binds ? 'bound' : 'not bound'} to the first`);
        context.check('safe', () => expect(binds ? 0 : count, 'handshakes anew that are bound to nothing').to.equal(0));
      });
    },
  }),

  testCase({
    id: 'security/tls/record-lengths',
    title: 'CSMS that agrees to short records sends short records',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      // It need not agree to any.
      same: { ref: 'RFC6066 4', level: 'SHOULD', says: 'the length that is agreed to is the one that was asked for' },
      kept: { ref: 'RFC6066 4', level: 'SHOULD', says: 'no record is longer than was agreed' },
      there: stillThereCheck,
    },
    catches: { same: slip('mistakes-fragment-lengths'), kept: slip('breaks-fragment-lengths'), there: dies },
    async run(context) {
      await aroundHellos(context, async () => {
        const right = rightHello(context);
        for (const code of LENGTHS) {
          const most = 2 ** (8 + code);
          const hello = { ...right, extensions: [...right.extensions, extensions.fragmentLength(code)] };
          const { line, answer, says } = await hears(
            context,
            clientHello(hello),
            `a hello for records of ${most} bytes`,
          );
          // Its certificate follows at once.
          await line.until(() => (handshakes(line.unread).length > 1 ? true : undefined), endMs(context));
          const longest = Math.max(0, ...handshakes(line.unread).map(({ body }) => body.length));
          line.reset();
          const agreed = answer?.kind === 'hello' ? answer.fragmentLength : undefined;
          context.note(
            `records of ${most} bytes: ${agreed === undefined ? `not agreed to, ${says}` : `code ${agreed}`}`,
          );
          context.check('same', () => expect(agreed ?? code, `code for ${most} bytes`).to.equal(code));
          context.check('kept', () => {
            if (agreed === code) expect(longest, `longest record, of ${most}`).to.be.at.most(most);
          });
        }
        const none = { ...right, extensions: [...right.extensions, extensions.fragmentLength(NO_LENGTH)] };
        const heard = await hears(context, clientHello(none), 'a hello for records of a length that there is none of');
        heard.line.reset();
        context.note(`records of a length that there is none of: ${heard.says}`);
      });
    },
  }),
];

const handshakes = (bytes: Uint8Array) => recordsIn(bytes).filter(({ type }) => type === recordTypes.handshake);
