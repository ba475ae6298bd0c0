/** Names that are code to whoever builds a query, a header or a log line of them: they are names, and nothing more. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { randomWord } from '../../src/random.ts';
import { type Header, headerOf, type RequestHead } from '../../src/wire/raw/http.ts';
import { freshId, slip } from '../ocppj/raw.ts';
import { accepted, basic, bytesOf, letIn, ownPassword, stillThere, stillThereCheck } from './knocking.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;

/** A header that nobody sends; who is told to is told by us. */
const HEADER = 'X-Plugproof';

/** What each is to whom. None does harm where it works, and none is longer than an idTag of 1.6. */
const CODE: Readonly<Record<string, string>> = {
  'SQL that is always true': "' OR '1'='1",
  'SQL that is no SQL': "'",
  'a filter of LDAP': '*)(uid=*))(|(uid=*',
  'a query of MongoDB': '{"$gt":""}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: so it is written
  'a look-up of a logger': '${jndi:dns://x.y}',
  'a template': '{{7*7}}',
  'a line break and a header': `a\r\n${HEADER}: 1`,
  markup: '"><b>x</b>',
};

const runsQuotes = behaviour(
  'runs-quotes',
  'a quote in a name ends the text that it stands in, and what is behind it is run',
);
const failsAtQuotes = behaviour('fails-at-quotes', 'a name with a quote in it is answered with an error of its own');

const diesOnQuotes = behaviour('dies-on-quotes', 'a name with a quote in it ends the service for everybody');

const answeredCheck = (says: string) =>
  ({ ref: { '1.6': 'J 3.2', '2.0.1': 'P4 3.2', '2.1': 'P4 3.3' }, level: 'SHOULD', says }) as const;

/** The handshake of a station of that name, with those credentials or without. */
function as(head: RequestHead, identity: string, credentials: Readonly<Record<string, string>>): RequestHead {
  const others = head.headers.filter(([name]) => name.toLowerCase() !== 'authorization');
  return {
    ...head,
    target: head.target.replace(/[^/]*$/, encodeURIComponent(identity)),
    headers: [...others, ...Object.entries(credentials).map(([name, value]): Header => [name, value])],
  };
}

/** In place of a status, where none came and the connection stays. */
const UNANSWERED = 599;

interface Told {
  /** 0 where the connection ended without an answer, which is one: somebody in front of the CSMS may do so. */
  readonly status: number;
  /** What the header that is ours says, where it came back as one. */
  readonly echoed: string;
}

async function told({ station, sut }: Context, head: RequestHead): Promise<Told> {
  const line = await station.line();
  const response = await line.request(head, sut.timeoutMs);
  const status = response?.status ?? (line.ended === undefined ? UNANSWERED : 0);
  await line.leave();
  return { status, echoed: headerOf(response?.headers ?? [], HEADER) };
}

export default suite('security/injection', 'Names that are code', [
  testCase({
    id: 'security/injection/identity',
    title: 'CSMS takes what is code in an identity for its letters',
    sut: 'csms',
    versions,
    provenIn: 1,
    offensive: true,
    bytes: true,
    checks: {
      inert: {
        ref: { '1.6': 'J 3.1.1', '2.0.1': 'P4 3.1.1', '2.1': 'P4 3.1.1' },
        level: 'SHALL',
        says: 'a line break in an identity makes no header of the answer',
      },
      answered: answeredCheck('it is let in or refused, and no failure of the CSMS'),
      there: stillThereCheck,
    },
    catches: {
      inert: slip('echoes-identities'),
      answered: failsAtQuotes,
      there: diesOnQuotes,
    },
    async run(context) {
      const { check, station } = context;
      await (await letIn(context)).session.close();
      for (const [what, name] of Object.entries(CODE)) {
        const { status, echoed } = await told(context, as(station.handshake(), name, {}));
        check('inert', () => expect(echoed, what).to.equal(''));
        check('answered', () => expect(status, `HTTP status for ${what}`).to.be.below(500));
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/injection/user-name',
    title: 'CSMS takes what is code in a username or a password for its letters',
    sut: 'csms',
    versions,
    profiles: [1, 2],
    offensive: true,
    bytes: true,
    checks: {
      refused: {
        ref: { '1.6': 'W 2.3', '2.0.1': 'A00.FR.207', '2.1': 'A00.FR.207' },
        level: 'SHALL',
        says: 'who shows code in place of its name or its password is refused',
      },
      answered: answeredCheck('it is refused, and no failure of the CSMS'),
      there: stillThereCheck,
    },
    catches: {
      refused: runsQuotes,
      answered: failsAtQuotes,
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { check, station } = context;
      ownPassword(context);
      await (await letIn(context)).session.close();
      for (const [what, code] of Object.entries(CODE).slice(0, 4)) {
        for (const [where, user, password] of [
          ['username', code, 'Password-1234567890'],
          ['password', station.identity, code],
        ] as const) {
          const head = as(station.handshake(), station.identity, {
            Authorization: basic(user, bytesOf(password))['authorization'] ?? '',
          });
          const { status } = await told(context, head);
          check('refused', () => expect(status, `HTTP status for ${what} in the ${where}`).to.not.equal(101));
          check('answered', () => expect(status, `HTTP status for ${what} in the ${where}`).to.be.below(500));
        }
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/injection/token',
    title: 'CSMS takes what is code in an id token for its letters',
    sut: 'csms',
    versions,
    offensive: true,
    checks: {
      inert: {
        ref: { '1.6': '4.1', '2.0.1': 'C01.FR.07', '2.1': 'C01.FR.07' },
        level: 'SHALL',
        says: 'a token that nobody knows is not accepted, whatever it is made of',
      },
      answered: answeredCheck('the CALL is answered, and with no failure of the CSMS'),
      there: stillThereCheck,
    },
    catches: {
      inert: runsQuotes,
      answered: failsAtQuotes,
      there: diesOnQuotes,
    },
    async run(context) {
      const { check, random, words } = context;
      const { session } = await letIn(context);
      await accepted(context, session);
      // No identifierString of 2.x has such letters: it is wrong on purpose there. What the CSMS itself gives out
      // (Central) may be taken as it comes; what somebody types in may not.
      const ask = (idToken: string) => {
        const id = freshId(context);
        const text = encodeCall(id, 'Authorize', words.authorize({ idToken, type: 'KeyCode' }));
        return session.callRaw(id, 'Authorize', text);
      };
      // The control: an open CSMS accepts anybody, and then there is nothing to see.
      const stranger = at((await ask(randomWord(random, 14))).payload, words.places.tokenStatus);
      for (const [what, code] of Object.entries(CODE)) {
        const reply = await ask(code);
        check('answered', () => {
          expect(reply.kind, what).to.be.oneOf(['callresult', 'callerror']);
          if (reply.kind === 'callerror') expect(reply.code, what).to.not.equal('InternalError');
        });
        if (stranger !== 'Accepted')
          check('inert', () => expect(at(reply.payload, words.places.tokenStatus), what).to.not.equal('Accepted'));
      }
      await session.close();
      await stillThere(context);
      if (stranger === 'Accepted')
        throw new Unmet('the CSMS accepts any token: whether code in one is run can not be seen');
    },
  }),
]);
