/** Security profiles 1 and 2: keys that are no text, headers that stand twice, and what who is refused gets to know. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { PUBLISHED, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { basicToken } from '../../src/sut/system-under-test.ts';
import type { Header, RequestHead } from '../../src/wire/raw/http.ts';
import { slip } from '../ocppj/raw.ts';
import {
  almostFaults,
  almostPublished,
  basic,
  boots,
  bytesOf,
  bytesOfHex,
  hexOf,
  knockOnce,
  knocks,
  letIn,
  opened,
  ownPassword,
  stillThere,
  stillThereCheck,
  tell,
} from './knocking.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const profiles = [1, 2] as const;
const validates = { '1.6': 'W 2.3', '2.0.1': 'A00.FR.207', '2.1': 'A00.FR.207' } as const;
const dies = behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody');

/** The right handshake with these in place of its credentials. */
const withCredentials = (head: RequestHead, tokens: readonly string[]): RequestHead => ({
  ...head,
  headers: [
    ...head.headers.filter(([name]) => name.toLowerCase() !== 'authorization'),
    ...tokens.map((token): Header => ['Authorization', `Basic ${token}`]),
  ],
});

/** The HTTP status with which a handshake in bytes is answered; 0 where the connection ends without. @throws Unreachable */
async function statusOf({ station, sut }: Context, head: RequestHead): Promise<number> {
  const line = await station.line();
  const response = await line.request(head, sut.timeoutMs);
  await line.leave();
  return response?.status ?? 0;
}

export default suite('security/basic-auth', 'Keys and headers of basic authentication', [
  testCase({
    id: 'security/basic-auth/two-headers',
    title: 'CSMS refuses a station that shows a right and a wrong password in two headers',
    sut: 'csms',
    versions,
    profiles,
    bytes: true,
    checks: {
      wrong: { ref: validates, level: 'SHALL', says: 'where neither of the two is right, the handshake is refused' },
      // RFC 9110, 5.3 lets no sender write it twice, and says nothing of who reads it: proxies and servers pick differently.
      refused: { ref: validates, level: 'SHOULD', says: 'where one is wrong, it is refused, whichever stands first' },
      told: { ref: validates, level: 'SHOULD', says: 'it is refused with HTTP 400 or 401' },
      there: stillThereCheck,
    },
    catches: {
      wrong: behaviour('ignores-credentials', 'nobody is asked for credentials, whatever the security profile'),
      refused: [slip('takes-first-authorization'), slip('takes-last-authorization')],
      told: [slip('fails-on-odd-heads'), behaviour('refuses-with-403', 'wrong credentials are answered with 403')],
      there: [slip('dies-on-odd-heads'), dies],
    },
    async run(context) {
      const { check, random, station } = context;
      const own = ownPassword(context);
      await (await letIn(context)).session.close();
      const right = basicToken(station.identity, own);
      const wrong = () => basicToken(station.identity, bytesOf(randomWord(random, 20)));
      const head = station.handshake();
      // The control: in bytes as well the station is let in with the right one alone.
      const alone = await statusOf(context, withCredentials(head, [right]));
      if (alone !== 101) throw new Unmet(`control: the right header alone was answered with HTTP ${alone}`);
      const neither = await statusOf(context, withCredentials(head, [wrong(), wrong()]));
      check('wrong', () => expect(neither, 'HTTP status for two wrong ones').to.not.equal(101));
      for (const [what, tokens] of [
        ['the right one first', [right, wrong()]],
        ['the wrong one first', [wrong(), right]],
      ] as const) {
        const status = await statusOf(context, withCredentials(head, tokens));
        check('refused', () => expect(status, `HTTP status, ${what}`).to.not.equal(101));
        check('told', () => {
          if (status !== 101) expect(status, `HTTP status, ${what}`).to.be.oneOf([400, 401]);
        });
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/basic-auth/published-key',
    title: 'CSMS reads the header that the standard prints as it is meant',
    sut: 'csms',
    versions: ['1.6'],
    profiles,
    setUp: 'published key',
    checks: {
      letIn: { ref: 'J 6.2.2', level: 'SHALL', says: 'the station of the example is let in, and accepted at its boot' },
      others: { ref: 'W 2.3', level: 'SHALL', says: 'keys that differ from it in bytes that are no text are refused' },
      there: stillThereCheck,
    },
    catches: {
      letIn: behaviour('refuses-zero-bytes', 'a key with a byte that is zero is never right'),
      others: almostFaults,
      there: dies,
    },
    async run(context) {
      const { check, station, sut } = context;
      const { id } = PUBLISHED;
      const key = bytesOfHex(PUBLISHED.key);
      const told = sut.identities.find((one) => one.id === id);
      await (await letIn(context)).session.close();
      // As it is printed, with a base64 that nobody of ours has made.
      const headers = { authorization: 'Basic QUwxMDAwOgABAgMEBQYH////////////////' };
      const knock = await station.knock({ identity: id, headers });
      if (!opened(knock) && String(told?.password) !== String(key))
        throw new Unmet(
          `the CSMS answers ${id} with ${knock.says}: give it the key ${PUBLISHED.key}, and name it in ids with the password hex:${PUBLISHED.key}`,
        );
      const boot = opened(knock) ? await boots(context, knock.session) : undefined;
      if (opened(knock)) await knock.session.close();
      check('letIn', () => {
        expect(tell(knock)).to.equal('let in (101)');
        expect(boot).to.be.callResult({ status: 'Accepted' });
      });
      for (const [what, other] of Object.entries(almostPublished)) {
        const wrong = await knockOnce(context, { identity: id, headers: basic(id, other) });
        check('others', () => expect(tell(wrong), what).to.not.equal('let in (101)'));
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/basic-auth/key-as-digits',
    title: 'CSMS takes the bytes of a key for the key, and not its digits',
    sut: 'csms',
    versions: ['1.6'],
    profiles,
    checks: {
      // Many a charger shows the digits, and many a CSMS lets it: the text is against it, and nobody comes to harm.
      refused: { ref: 'W A00.FR.205', level: 'MAY', says: 'who shows the digits of its key as text is refused' },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('takes-key-digits', 'the hexadecimal digits of a key are taken for the key'),
      there: dies,
    },
    async run(context) {
      const { check, station } = context;
      const own = ownPassword(context);
      await (await letIn(context)).session.close();
      for (const text of [hexOf(own), hexOf(own).toLowerCase()]) {
        const knock = await knockOnce(context, { headers: basic(station.identity, bytesOf(text)) });
        check('refused', () => expect(tell(knock), 'with digits for a key').to.not.equal('let in (101)'));
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/basic-auth/strangers',
    title: 'CSMS refuses a station that it does not know, whatever it tells about that',
    sut: 'csms',
    versions,
    profiles,
    checks: {
      // Who is unknown may be let in, and told at its boot to wait or to go (B02, B03).
      refused: {
        ref: validates,
        level: 'SHALL',
        says: 'a wrong password is refused; an unknown identity with one as well, or it is not accepted at its boot',
      },
      // OCPP-J has 404 for identities that are unknown, and so tells who is known: that is noted, and no fault.
      told: {
        ref: { '1.6': 'J 3.2', '2.0.1': 'P4 3.2', '2.1': 'P4 3.3' },
        level: 'SHOULD',
        says: 'it is refused with a status that speaks of it: 401, 403 or 404',
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('ignores-credentials', 'nobody is asked for credentials, whatever the security profile'),
      told: behaviour('fails-at-strangers', 'an identity that it does not know is answered with 500'),
      there: dies,
    },
    async run(context) {
      const { check, clock, note, random, station } = context;
      ownPassword(context);
      await (await letIn(context)).session.close();
      const stranger = `PP${randomWord(random, 10)}`;
      const seen: Record<string, { said: string; ms: number[] }> = {};
      for (let i = 0; i < TRIES; i++) {
        for (const id of [stranger, station.identity]) {
          const began = clock.monotonic();
          const knock = await knocks(context, { identity: id, headers: basic(id, bytesOf(randomWord(random, 20))) });
          const ms = [...(seen[id]?.ms ?? []), clock.monotonic() - began];
          seen[id] = { said: tell(knock), ms };
          const unknown = opened(knock) && id === stranger ? await boots(context, knock.session) : undefined;
          check('refused', () => {
            if (unknown !== undefined) expect(unknown.payload['status'], 'at its boot').to.not.equal('Accepted');
            else expect(tell(knock), id).to.not.equal('let in (101)');
          });
          check('told', () => {
            if (id === stranger && !opened(knock)) expect(knock.status, 'HTTP status').to.be.oneOf(SPEAKING);
          });
          if (opened(knock)) await knock.session.close();
        }
      }
      for (const [id, { said, ms }] of Object.entries(seen))
        note(
          `${id === stranger ? 'an identity that nobody has' : 'a known identity with a wrong password'}: ${said}, after ${Math.round(median(ms))} ms`,
        );
      await stillThere(context);
    },
  }),
]);

/** HTTP statuses that tell who knocks that it is about him; 429 has no patience with him. */
const SPEAKING = [401, 403, 404, 429];

/** Few, so that nobody is held off for them. */
const TRIES = 3;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
