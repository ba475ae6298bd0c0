/** OCPP-J, both roles: a hundred CALLs that do not wait for each other. Each answer is the one of its CALL, and the SUT lives on. */
import type { OcppVersion, Role } from '../../src/dialects/dialect.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { aliveCheck, bracket } from './control.ts';
import { probeAnswers, probeSilence, servesWhatIsWrong } from './faults.ts';
import { freshId, provoke } from './provoke.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const idRef = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;
const turnsRef = { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' } as const;

const CALLS = 100;

/** A CALL whose CALLRESULT, if there is one, can be told from those of the others. */
interface Question {
  readonly action: string;
  readonly payload: object;
  readonly isItsOwn: (answer: object) => void;
}

const heartbeat: Question = {
  action: 'Heartbeat',
  payload: {},
  isItsOwn: (answer) => {
    expect(answer).to.have.property('currentTime');
    expect(answer).to.not.have.any.keys('status', 'interval');
  },
};

const nothing: Question = {
  action: 'PlugproofNoSuchAction',
  payload: {},
  isItsOwn: () => expect.fail('an action that no version has was served'),
};

/** Names are compared without their case. */
const lower = (value: unknown): string => String(value).toLowerCase();

const key = (name: string): Question => ({
  action: 'GetConfiguration',
  payload: { key: [name] },
  isItsOwn: (answer) => {
    const known = ([at(answer, 'configurationKey')].flat() as unknown[]).map((one) => at(one, 'key'));
    const told = [...known, ...([at(answer, 'unknownKey')].flat() as unknown[])].filter((one) => one !== undefined);
    for (const one of told) expect(lower(one), 'a key in the answer').to.equal(lower(name));
  },
});

const variable = (name: string): Question => ({
  action: 'GetVariables',
  payload: { getVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name } }] },
  isItsOwn: (answer) => {
    const [first] = [at(answer, 'getVariableResult')].flat();
    expect(lower(at(first, 'variable.name')), 'the variable in the answer').to.equal(lower(name));
  },
});

/** The i-th of the hundred: readings of one thing and of others that there are not, and an action that there is not. */
const ofStation =
  (read: (name: string) => Question) =>
  (i: number): Question =>
    i % 3 === 2 ? nothing : read(i % 3 === 0 ? 'HeartbeatInterval' : `PlugproofNone${i}`);
const ofCsms = (i: number): Question => (i % 3 === 2 ? nothing : heartbeat);

const questions: Readonly<Record<OcppVersion, Readonly<Record<Role, (i: number) => Question>>>> = {
  '1.6': { csms: ofCsms, station: ofStation(key) },
  '2.0.1': { csms: ofCsms, station: ofStation(variable) },
  '2.1': { csms: ofCsms, station: ofStation(variable) },
};

export default suite('ocppj/correlation', 'OCPP-J CALLs that do not wait', [
  testCase({
    id: 'ocppj/correlation/hundred-at-once',
    title: 'A hundred CALLs that come at once are not given answers of each other, and do no harm',
    sut: 'both',
    versions: all,
    offensive: true,
    checks: {
      own: { ref: idRef, level: 'SHALL', says: 'each CALL is answered once at most, and with its own answer' },
      // Nobody has to take a second CALL before the first is answered: it may be refused, or dropped.
      answered: { ref: turnsRef, level: 'SHOULD', says: 'each of them is answered, with a CALLRESULT or a CALLERROR' },
      alive: aliveCheck,
    },
    catches: {
      own: [
        servesWhatIsWrong,
        probeAnswers('of-another', 'a reading is answered with what was asked in another CALL', ({ id }) => [
          JSON.stringify([3, id, { unknownKey: ['plugproof'], status: 'Accepted' }]),
        ]),
        probeAnswers('twice', 'each answer leaves twice', ({ text }) => [text, text]),
      ],
      answered: probeSilence('one-in-many', 'a CALL whose id ends in -42 is never answered', (id) => /-42$/.test(id)),
      alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
    },
    async run(context) {
      const { check, dialect, sut } = context;
      const ask = questions[dialect.version][sut.role];
      const word = freshId(context);
      const asked = new Map(Array.from({ length: CALLS }, (_, i) => [`${word}-${i}`, ask(i)]));
      await bracket(context, async (session) => {
        const texts = [...asked].map(([id, { action, payload }]) => encodeCall(id, action, payload));
        const { answers, closed } = await provoke(context, session, texts, true);
        const seen = new Set<string>();
        for (const answer of answers)
          check('own', () => {
            if (answer.kind !== 'callresult' && answer.kind !== 'callerror') return;
            const question = asked.get(answer.id);
            if (question === undefined) expect.fail(`an answer to no CALL: ${answer.raw.slice(0, 200)}`);
            expect(seen.has(answer.id), `a second answer to ${answer.id}`).to.equal(false);
            seen.add(answer.id);
            if (answer.kind === 'callresult') question.isItsOwn(answer.payload as object);
          });
        // Who has nothing of it at all has mixed up nothing either.
        check('own', () => {});
        const left = [...asked.keys()].filter((id) => !seen.has(id)).length;
        check('answered', () =>
          expect(left, closed ? 'not answered; the connection was closed' : 'not answered').to.equal(0),
        );
      });
    },
  }),
]);
