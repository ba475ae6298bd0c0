/** TLS records that are rare or wrong, and handshakes that stop half way: others are served all the same. */
import type { Context } from '../../src/judge/context.ts';
import { type CaseSpec, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { joined } from '../../src/wire/raw/bytes.ts';
import { clientHello, helloMessage, record, recordTypes } from '../../src/wire/raw/hello.ts';
import { endMs, slip } from '../ocppj/raw.ts';
import { aroundHellos, bareLine, dies, heardOn, profiles, rightHello, versions } from './hellos.ts';
import { boots, opened, stillThereCheck, tell } from './knocking.ts';

const TLS10 = 0x0301;
const TLS12 = 0x0303;

interface Odd {
  readonly bytes: Uint8Array;
  /** Nothing more follows, and it is said so. */
  readonly finishes?: true;
}

/** What may come where a hello should. */
function odd(context: Context): Readonly<Record<string, Odd>> {
  const hello = helloMessage(rightHello(context));
  const inBytes = joined(...Array.from(hello, (byte) => record(recordTypes.handshake, TLS10, Uint8Array.of(byte))));
  // Neither a record of TLS nor a hello of SSL 2.0, by its first byte.
  const noise = Uint8Array.from({ length: 600 }, (_, i) => (i === 0 ? 0x7f : Math.floor(context.random() * 256)));
  return {
    'a hello in records of one byte': { bytes: inBytes },
    'a record of more than 16 KiB': { bytes: record(recordTypes.handshake, TLS12, new Uint8Array(20_000)) },
    'random bytes': { bytes: noise },
    'an alert in place of a hello': { bytes: record(recordTypes.alert, TLS12, Uint8Array.of(2, 40)) },
    'data before a handshake': { bytes: record(recordTypes.data, TLS12, new Uint8Array(64)) },
    'half a hello, and the end': { bytes: clientHello(rightHello(context)).subarray(0, 60), finishes: true },
  };
}

/** Connections that stop half way: some, as a bad night in a cellar has them. */
const STALLED = 6;
/** Longer than any server of today waits by itself. */
const LONG_MS = 130_000;

/** Handshakes that stop after the hello, or within it. @throws Unreachable */
async function stall(
  context: Context,
): Promise<ReturnType<typeof bareLine> extends Promise<infer Line> ? Line[] : never> {
  const hello = clientHello(rightHello(context));
  const lines = [];
  for (let i = 0; i < STALLED; i++) {
    const line = await bareLine(context);
    line.write(i % 3 === 0 ? hello.subarray(0, 40) : hello, i % 3 === 0 ? 'the start of a hello' : 'a hello');
    lines.push(line);
  }
  return lines;
}

/** What a right station comes to. */
async function meanwhile(context: Context): Promise<string> {
  const knock = await context.station.knock().catch((cause: Error) => cause);
  if (knock instanceof Error) return knock.message;
  if (!opened(knock)) return tell(knock);
  const { kind } = await boots(context, knock.session);
  await knock.session.close();
  return kind;
}

const servedCheck = {
  ref: stillThereCheck.ref,
  level: 'SHALL',
  says: 'a right station is let in and served meanwhile',
} as const;

export const recordCases: readonly CaseSpec[] = [
  testCase({
    id: 'security/tls/odd-records',
    title: 'CSMS survives records of TLS that are rare or wrong, and waits upon none of them',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      heard: {
        ref: 'RFC5246 6.2.1',
        level: 'SHOULD',
        says: 'what is no hello is answered with an alert, or the connection ends, within 5 s',
      },
      there: stillThereCheck,
    },
    catches: { heard: slip('waits-for-records'), there: slip('dies-on-odd-records') },
    async run(context) {
      await aroundHellos(context, async () => {
        for (const [what, { bytes, finishes }] of Object.entries(odd(context))) {
          const line = await bareLine(context);
          line.write(bytes, what);
          if (finishes) line.finish();
          const { answer, says } = await heardOn(line, endMs(context));
          line.reset();
          context.check('heard', () =>
            expect(answer !== undefined || line.ended !== undefined || says !== 'silence', `${what}: ${says}`).to.equal(
              true,
            ),
          );
        }
      });
    },
  }),

  testCase({
    id: 'security/tls/stalled',
    title: 'CSMS serves others while TLS handshakes stop half way',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: { served: servedCheck, there: stillThereCheck },
    catches: { served: slip('shakes-one-hand-at-a-time'), there: dies },
    async run(context) {
      await aroundHellos(context, async () => {
        const lines = await stall(context);
        const outcome = await meanwhile(context);
        context.check('served', () => expect(outcome).to.equal('callresult'));
        for (const line of lines) line.reset();
      });
    },
  }),

  testCase({
    id: 'security/tls/stalled-for-long',
    offensive: true,
    title: 'CSMS gives up a TLS handshake that stops half way',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    onlyFor: 'slow-clients',
    checks: {
      ended: { ref: 'RFC5246 7.2.2', level: 'SHOULD', says: 'the connection ends within 130 s' },
      served: servedCheck,
      there: stillThereCheck,
    },
    catches: {
      ended: slip('waits-for-handshakes'),
      served: slip('shakes-one-hand-at-a-time'),
      there: dies,
    },
    async run(context) {
      const { check, clock } = context;
      await aroundHellos(context, async () => {
        const lines = await stall(context);
        const outcome = await meanwhile(context);
        check('served', () => expect(outcome).to.equal('callresult'));
        const deadline = clock.monotonic() + LONG_MS;
        for (const line of lines) await line.ends(Math.max(0, deadline - clock.monotonic()));
        check('ended', () =>
          expect(lines.filter(({ ended }) => ended === undefined).length, 'connections that are still open').to.equal(
            0,
          ),
        );
        for (const line of lines) line.reset();
      });
    },
  }),
];
