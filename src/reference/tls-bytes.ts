/** The first bytes of TLS in memory: a hello is answered with a hello or an alert, right or with slips. Nothing is encrypted. */
import type { Clock } from '../clock.ts';
import { type ByteLine, joined, memoryLines } from '../wire/raw/bytes.ts';
import { helloReply, type Offered, offeredIn, record, recordTypes, signals } from '../wire/raw/hello.ts';
import type { WireSlips } from '../wire/raw/slips.ts';

export interface TlsFront {
  readonly clock: Clock;
  /** The oldest version that is spoken, as a hello has it. */
  readonly least: number;
  /** Numbers of the cipher suites that are spoken, the best one first. */
  readonly suites: readonly number[];
  readonly slips: WireSlips;
  /** Told of a handshake that came to nothing. */
  readonly failed: () => void;
  /** Told where a handshake begins; what it returns is told where that is over. */
  readonly began: () => () => void;
}

const ALERTS = { handshakeFailure: 40, illegalParameter: 47, protocolVersion: 70, inappropriateFallback: 86 } as const;
const TLS12 = 0x0303;
const TRIPLE_DES: ReadonlySet<number> = new Set([0x000a, 0xc012, 0xc008]);
/** Milliseconds in which a handshake has to be done. */
const HANDSHAKE_MS = 10_000;
const FATAL = 2;
/** Of a chain of certificates, as far as a reader has to know. */
const CHAIN_BYTES = 1_800;
const CERTIFICATE = 11;
/** Of RFC 6066: 4096 bytes. */
const LONGEST_CODE = 4;

/** One end of a connection to a server whose handshake goes no further than its own first words. */
export function helloLine(front: TlsFront): ByteLine {
  const { clock, slips, failed } = front;
  const [near, far] = memoryLines(clock);
  let heard: Uint8Array = new Uint8Array(0);
  let said = false;
  const over = front.began();
  const timer = clock.setTimeout(() => {
    if (slips.has('waits-for-handshakes')) return;
    if (!said) failed();
    end();
  }, HANDSHAKE_MS);
  const end = () => {
    clock.clearTimeout(timer);
    over();
    far.finish();
  };
  const refuse = (alert: number) => {
    said = true;
    far.write(record(recordTypes.alert, TLS12, Uint8Array.of(FATAL, alert)));
    failed();
    if (!slips.has('keeps-refused-hellos')) end();
  };
  far.attach({
    bytes: (chunk) => {
      if (said) return;
      heard = joined(heard, chunk);
      const offered = offeredIn(heard);
      if (offered === undefined) return;
      if (typeof offered === 'number') {
        if (slips.has('dies-on-odd-records')) failed();
        if (!slips.has('waits-for-records')) refuse(offered);
        return;
      }
      const reply = replyTo(offered, front);
      if (typeof reply === 'number') refuse(reply);
      else {
        said = true;
        far.write(reply);
      }
    },
    ended: () => {
      if (!said) failed();
      end();
    },
  });
  return near;
}

/** What is said to a hello; the number of an alert where it is turned down. */
function replyTo(offered: Offered, { least, suites, slips }: TlsFront): Uint8Array | number {
  const { version, compression, fragmentLength } = offered;
  const dead = version < 0x0301 && slips.has('answers-dead-versions');
  if (dead) return version === 0x0002 ? SSL2_HELLO : helloReply({ version, suite: 0x000a, compression: 0 });
  if (version < least) return ALERTS.protocolVersion;
  if (offered.suites.includes(signals.fallback)) return ALERTS.inappropriateFallback;
  const compresses = compression.includes(1) && slips.has('compresses-tls');
  if (!compression.includes(0) && !compresses) return ALERTS.illegalParameter;
  if (fragmentLength !== undefined && fragmentLength > LONGEST_CODE) return ALERTS.illegalParameter;
  const suite = offered.suites.find(
    (one) =>
      suites.includes(one) ||
      (slips.has('speaks-triple-des') && TRIPLE_DES.has(one)) ||
      (slips.has('speaks-dead-suites') && !TRIPLE_DES.has(one) && one !== signals.renegotiation),
  );
  if (suite === undefined) return ALERTS.handshakeFailure;
  const agreed = slips.has('mistakes-fragment-lengths') ? 4 : fragmentLength;
  const most =
    fragmentLength === undefined || slips.has('breaks-fragment-lengths') ? 2 ** 14 : 2 ** (8 + fragmentLength);
  return joined(
    helloReply({
      version,
      suite,
      compression: compresses ? 1 : 0,
      ...(!slips.has('renegotiates-unsafely') && { renegotiates: true }),
      ...(!slips.has('hides-newest-tls') && { downgraded: true }),
      ...(fragmentLength !== undefined && agreed !== undefined && { fragmentLength: agreed }),
    }),
    ...chain(most),
  );
}

const SSL2_HELLO = Uint8Array.from([0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0]);

/** Something of the size of a chain of certificates, in records of so many bytes. */
function chain(most: number): Uint8Array[] {
  const message = joined(
    Uint8Array.of(CERTIFICATE, 0, CHAIN_BYTES >> 8, CHAIN_BYTES & 0xff),
    new Uint8Array(CHAIN_BYTES),
  );
  const records: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += most)
    records.push(record(recordTypes.handshake, TLS12, message.subarray(at, at + most)));
  return records;
}
