/** The first flight of a TLS 1.2 server as bytes, right or with a slip in it, and what a client makes of it. */
import { createECDH, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Face, HandshakeEnd, HelloSlip } from '../transport.ts';
import { joined } from './bytes.ts';
import { helloReply, type Offered, offeredIn, record, recordsIn, recordTypes } from './hello.ts';

const TLS12 = 0x0303;
const TLS13 = 0x0304;
/** Types of handshake messages. */
const HELLO_REQUEST = 0;
const CERTIFICATE = 11;
const SERVER_KEY_EXCHANGE = 12;
const SERVER_HELLO_DONE = 14;
const CLIENT_KEY_EXCHANGE = 16;
/** Extensions, and a suite that is but a signal. */
const SUPPORTED_VERSIONS = 43;
const EXTENDED_MASTER_SECRET = 23;
const RENEGOTIATION_INFO = 0xff01;
const RENEGOTIATION_SIGNAL = 0x00ff;

/** Suites of TLS 1.2 that are alike but for what comes behind the handshake, those that OCPP wants first. */
const KINDS = [
  {
    key: 'ec',
    ephemeral: true,
    suites: [0xc02b, 0xc02c, 0xc023, 0xc024, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, 0xcca9, 0xc05c, 0xc086],
  },
  {
    key: 'rsa',
    ephemeral: false,
    suites: [0x009c, 0x009d, 0x003c, 0x003d, 0xc09c, 0xc09d, 0xc0a0, 0xc0a1, 0xc050, 0xc07a],
  },
  { key: 'rsa', ephemeral: true, suites: [0xc02f, 0xc030, 0xc027, 0xc028, 0xcca8, 0xc060, 0xc061, 0xc08a] },
] as const;
type Kind = (typeof KINDS)[number];

/** Milliseconds in which a client has to say something. */
const ANSWER_MS = 10_000;
/** Longest that a client may have to say: no ClientHello, and no answer to a flight, is as long. */
const MOST_BYTES = 64 * 1024;
/** HelloRequests of a storm. */
const STORM = 1_000;

const three = (value: number): readonly number[] => [value >> 16, (value >> 8) & 0xff, value & 0xff];
const message = (type: number, body: Uint8Array): Uint8Array =>
  record(recordTypes.handshake, TLS12, joined(Uint8Array.of(type, ...three(body.length)), body));

interface Shown {
  readonly chain: readonly Uint8Array[];
  readonly key: string;
  readonly type: string | undefined;
}

/** The certificates of a face, each with its key. */
function shownOf({ cert, key }: Face): readonly Shown[] {
  const keys = [key].flat();
  return [cert].flat().map((pem, i) => {
    const links = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    const chain = links.map((link) => new X509Certificate(link).raw);
    return { chain, key: keys[i] ?? '', type: new X509Certificate(pem).publicKey.asymmetricKeyType };
  });
}

/** What a server chooses of an offer. */
interface Choice {
  readonly kind: Kind;
  readonly suite: number;
  readonly shown: Shown;
}

function chosen(offered: Offered, face: Face): Choice | undefined {
  for (const kind of KINDS) {
    const shown = shownOf(face).find(({ type }) => type === kind.key);
    const suite = kind.suites.find((one) => offered.suites.includes(one));
    if (shown !== undefined && suite !== undefined) return { kind, suite, shown };
  }
  return undefined;
}

/** ServerKeyExchange: a key on P-256, signed (RFC 8422, 5.4). */
function keyExchange(offered: Offered, random: Uint8Array, { kind, shown }: Choice): Uint8Array {
  const point = createECDH('prime256v1').generateKeys();
  const params = joined(Uint8Array.of(3, 0, 23, point.length), point);
  const key = createPrivateKey(shown.key);
  const signature = sign('sha256', joined(offered.random ?? new Uint8Array(0), random, params), key);
  const scheme = kind.key === 'ec' ? [4, 3] : [4, 1];
  return joined(params, Uint8Array.of(...scheme, signature.length >> 8, signature.length & 0xff), signature);
}

/** A flight, or in words why there is none for such an offer. */
export function flightFor(offered: Offered, face: Face, slip: HelloSlip): Uint8Array | string {
  const choice = chosen(offered, face);
  if (choice === undefined) return 'it offers no suite of TLS 1.2 that goes with the certificates here';
  const { said = new Map<number, Uint8Array>() } = offered;
  const versions = said.get(SUPPORTED_VERSIONS) ?? new Uint8Array(0);
  const newest = versions.some((high, i) => i % 2 === 1 && high === TLS13 >> 8 && versions[i + 1] === (TLS13 & 0xff));
  if (slip === 'downgraded' && !newest) return 'it offers no TLS 1.3';
  const stranger = choice.kind.suites.find((one) => !offered.suites.includes(one));
  if (slip === 'unoffered suite' && stranger === undefined) return 'it offers every suite of its kind';
  const hello = helloReply(
    {
      version: TLS12,
      suite: slip === 'unoffered suite' ? (stranger ?? choice.suite) : choice.suite,
      compression: slip === 'compressed' ? 1 : 0,
      ...((said.has(RENEGOTIATION_INFO) || offered.suites.includes(RENEGOTIATION_SIGNAL)) && { renegotiates: true }),
      ...(slip === 'downgraded' && { downgraded: true }),
    },
    said.has(EXTENDED_MASTER_SECRET) ? [Uint8Array.of(0, EXTENDED_MASTER_SECRET, 0, 0)] : [],
  );
  // Behind the heads of its record and of its message, and the version.
  const random = hello.slice(11, 43);
  const chain = choice.shown.chain.map((der) => joined(Uint8Array.from(three(der.length)), der));
  const certificates = joined(...chain);
  return joined(
    ...(slip === 'hello requests'
      ? Array.from({ length: STORM }, () => message(HELLO_REQUEST, new Uint8Array(0)))
      : []),
    hello,
    message(CERTIFICATE, joined(Uint8Array.from(three(certificates.length)), certificates)),
    ...(choice.kind.ephemeral ? [message(SERVER_KEY_EXCHANGE, keyExchange(offered, random, choice))] : []),
    message(SERVER_HELLO_DONE, new Uint8Array(0)),
  );
}

/** What a client answered to a flight, as far as it has come. */
function answerIn(bytes: Uint8Array): HandshakeEnd | undefined {
  for (const { type, body } of recordsIn(bytes)) {
    const [level, alert] = body;
    // A warning ends nothing, unless it says that nothing more comes.
    if (type === recordTypes.alert && (level === 2 || alert === 0))
      return { outcome: 'broken off', says: `alert ${alert}`, ...(alert !== undefined && { alert }) };
    if (type === recordTypes.handshake && level === CLIENT_KEY_EXCHANGE)
      return { outcome: 'went on', says: 'it sends its ClientKeyExchange' };
  }
  return undefined;
}

/** Plays the first flight to who comes, and ends the connection. @param ended told once what came of it */
export function serveFlight(socket: Socket, face: Face, slip: HelloSlip, ended: (end: HandshakeEnd) => void): void {
  let bytes: Uint8Array = new Uint8Array(0);
  let answered = false;
  let over = false;
  const end = (how: HandshakeEnd) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    socket.destroy();
    ended(how);
  };
  const timer = setTimeout(() => end({ outcome: 'stalled', says: 'it says nothing to it' }), ANSWER_MS);
  socket.on('error', () => {});
  socket.on('close', () => end({ outcome: 'broken off', says: 'it ends the connection' }));
  socket.on('data', (chunk: Buffer) => {
    bytes = joined(bytes, chunk);
    if (bytes.length > MOST_BYTES) {
      end({ outcome: 'stalled', says: 'it says more than a handshake has' });
      return;
    }
    if (answered) {
      const answer = answerIn(bytes);
      if (answer !== undefined) end(answer);
      return;
    }
    const offered = offeredIn(bytes);
    if (offered === undefined) return;
    const flight = typeof offered === 'number' ? 'it begins with no ClientHello' : flightFor(offered, face, slip);
    if (typeof flight === 'string') {
      end({ outcome: 'stalled', says: flight });
      return;
    }
    answered = true;
    bytes = new Uint8Array(0);
    socket.write(flight);
  });
}
