/** Charger: answers to its opening handshake that are no welcome: it does not take them for one, waits, and comes back. */
import type { Attempt } from '../../src/judge/attempts.ts';
import type { Context } from '../../src/judge/context.ts';
import type { DoorAnswer } from '../../src/judge/door.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { acceptOf } from '../../src/wire/raw/handshake.ts';
import type { HandshakeRequest } from '../../src/wire/transport.ts';
import { slip } from '../ocppj/raw.ts';
import { judgeWaits, leastWaits } from './back-off.ts';
import { hearing } from './hearing.ts';
import { knocks, told } from './knocks.ts';
import { ready } from './states.ts';
import { CONNECTED, control } from './tls.door.ts';
import { hurried } from './tls.hurry.ts';

const both = ['1.6', '2.0.1'] as const;

const backCheck = {
  ref: { '1.6': 'JE 3.4', '2.0.1': 'P4 5.3' },
  level: 'SHALL',
  says: 'let in again, it is connected, and serves',
} as const;
const neverBack = behaviour('gives-up', 'after some attempts in vain a station dials no more');

/** The door is open again, and the station comes in. @param longestMs that it has waited between two attempts: the next may take longer */
async function backIn(context: Context<'back'>, longestMs = 0): Promise<void> {
  const { check, csms } = context;
  csms.answerDoor(undefined);
  const came = csms.connected ? CONNECTED : told(await csms.attempt(csms.patienceMs + LONGER * longestMs));
  check('back', () => expect(came).to.equal(CONNECTED));
  if (came !== CONNECTED) throw new Unmet('the station did not come back');
  await ready(context);
  const { action, payload } = hearing[context.dialect.version].read;
  const reply = await csms.call(action, payload);
  check('back', () => {
    expect(reply).to.be.callResult();
    expect(JSON.stringify(reply.payload), 'what it was asked for').to.match(/HeartbeatInterval/i);
  });
}

/** The longest time that a station took to come again, in milliseconds. */
interface Seen {
  longestMs: number;
}

/** The next attempt; one that is connected is sent away first. Undefined where none comes. */
async function comesAgain(context: Context, seen: Seen): Promise<Attempt | undefined> {
  const { clock, csms } = context;
  const since = clock.monotonic();
  const came = csms.connected ? await knocks(context) : await csms.attempt(csms.patienceMs + LONGER * seen.longestMs);
  seen.longestMs = Math.max(seen.longestMs, clock.monotonic() - since);
  return came;
}

/** Attempts that are turned away, the first one not counted. */
const ATTEMPTS = 2;
/** Times that a wait may be longer than the one before. */
const LONGER = 3;

interface TurnedAway {
  readonly status: number;
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A charger that is turned away with a status comes again, and not in a hurry. */
const turnedAway = ({ status, why, headers }: TurnedAway): CaseSpec =>
  testCase({
    id: `station/door/answered-${status}`,
    title: `A station that is answered with ${status} (${why}) tries again, waits before it does, and comes back`,
    sut: 'station',
    versions: both,
    checks: {
      retries: { ...backCheck, says: `answered with ${status} it tries again, each time` },
      waits: {
        ref: { '1.6': 'JE 3.4', '2.0.1': 'P4 5.3' },
        level: 'SHALL',
        says: 'it backs off: it waits before it tries again, in 2.x as long as is configured',
      },
      back: backCheck,
    },
    catches: {
      retries: neverBack,
      waits: behaviour('hurries-back', 'it does not wait before it connects again'),
      back: neverBack,
    },
    async run(context) {
      const { check, csms } = context;
      await control(context);
      await hurried(context);
      const least = await leastWaits(context, ATTEMPTS);
      csms.answerDoor(() => ({ status, ...(headers && { headers }) }));
      const first = await knocks(context);
      const { came, longestMs } = await judgeWaits(context, least, first);
      check('retries', () => expect(came, 'attempts after the first').to.be.at.least(least.length));
      await backIn(context, longestMs);
    },
  });

/** Switching protocols, with something wrong in it. */
const switching =
  (headers: (request: HandshakeRequest) => Readonly<Record<string, string>>) => (request: HandshakeRequest) =>
    ({
      status: 101,
      headers: { upgrade: 'websocket', connection: 'Upgrade', ...headers(request) },
      keeps: true,
    }) as const;

const agreed = ({ subprotocols: [first = ''] }: HandshakeRequest) => ({ 'sec-websocket-protocol': first });
const accepted = ({ headers }: HandshakeRequest) => ({
  'sec-websocket-accept': acceptOf(headers['sec-websocket-key'] ?? ''),
});

/** Answers that are no opening handshake (RFC 6455, 4.1). */
const WRONG: Readonly<Record<string, (request: HandshakeRequest) => DoorAnswer>> = {
  'an accept for another key': switching((request) => ({
    ...agreed(request),
    'sec-websocket-accept': acceptOf('cGx1Z3Byb29mLWFub3RoZXI='),
  })),
  'no accept at all': switching(agreed),
  'a subprotocol that it did not offer': switching((request) => ({
    ...accepted(request),
    'sec-websocket-protocol': 'ocpp0.9',
  })),
  'an answer 200': () => ({ status: 200 }),
};

export default suite('station/door', 'A door that does not open', [
  turnedAway({ status: 404, why: 'the CSMS does not know it' }),
  turnedAway({
    status: 401,
    why: 'its credentials are refused',
    headers: { 'www-authenticate': 'Basic realm="OCPP"' },
  }),

  testCase({
    id: 'station/door/wrong-answers',
    title: 'The station uses no connection whose opening handshake was answered wrongly, and comes back',
    sut: 'station',
    versions: both,
    bytes: true,
    checks: {
      unused: {
        ref: 'RFC6455 4.1',
        level: 'SHALL',
        says: 'with a wrong Sec-WebSocket-Accept or a subprotocol that was not offered, it ends the connection, and says nothing on it',
      },
      back: backCheck,
    },
    catches: {
      unused: [slip('takes-any-accept'), behaviour('speaks-any-subprotocol', 'any subprotocol is spoken')],
      back: neverBack,
    },
    async run(context) {
      const { check, csms, sut } = context;
      await control(context);
      await hurried(context);
      const seen: Seen = { longestMs: 0 };
      for (const [what, answer] of Object.entries(WRONG)) {
        csms.answerDoor(answer);
        const came = await comesAgain(context, seen);
        if (came === undefined) break;
        if (came.outcome !== 'refused' || came.line === undefined) continue;
        const { line } = came;
        await line.goes(sut.timeoutMs);
        check('unused', () => {
          expect(line.messages.length, `messages behind ${what}`).to.equal(0);
          expect(line.gone, `the end of the connection behind ${what}`).to.equal(true);
        });
        line.finish();
      }
      await backIn(context, seen.longestMs);
    },
  }),

  testCase({
    id: 'station/door/redirect',
    title: 'A station that is sent elsewhere takes its password nowhere else, and comes back',
    sut: 'station',
    versions: both,
    profiles: [1, 2],
    checks: {
      secret: {
        ref: 'RFC9110 15.4',
        level: 'SHOULD',
        says: 'its password is not shown to another address, to which an answer 30x points',
      },
      back: backCheck,
    },
    catches: {
      secret: behaviour('follows-redirects', 'it goes wherever it is sent, with its password'),
      back: neverBack,
    },
    async run(context) {
      const { check, csms, note } = context;
      const { request } = await control(context);
      await hurried(context);
      const other = await csms.elsewhere();
      const shown: string[] = [];
      let followed = false;
      const seen: Seen = { longestMs: 0 };
      for (const status of REDIRECTS) {
        csms.answerDoor((knock) => {
          if (!isElsewhere(knock)) return { status, headers: { location: addressed(request, other) } };
          followed = true;
          if (knock.headers['authorization'] !== undefined) shown.push(`${status}`);
          return { status: 404 };
        });
        let came = await comesAgain(context, seen);
        while (came?.outcome === 'refused' && isElsewhere(came.request)) came = await comesAgain(context, seen);
        if (came === undefined) break;
      }
      // Whether it comes back to where it always dialled is seen before anything is said of where else it went.
      await backIn(context, seen.longestMs);
      note(followed ? 'it follows redirects' : 'it was seen nowhere else');
      check('secret', () =>
        expect(shown, 'redirects to another address that were followed with the password').to.deep.equal([]),
      );
    },
  }),
]);

/** Statuses that send a client elsewhere. */
const REDIRECTS = [301, 302, 307];
const ELSEWHERE = '/plugproof-elsewhere/';
const isElsewhere = ({ target }: HandshakeRequest): boolean => target.startsWith(ELSEWHERE);

/** The same charger, at another port. */
function addressed({ headers, secured, target }: HandshakeRequest, port: number): string {
  const host = `http://${headers['host'] ?? 'localhost'}`;
  const { hostname } = new URL(URL.canParse(host) ? host : 'http://localhost');
  return `${secured ? 'wss' : 'ws'}://${hostname}:${port}${ELSEWHERE}${target.slice(target.lastIndexOf('/') + 1)}`;
}
