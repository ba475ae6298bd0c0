/** OCPP-J, both roles: corners of JSON in which parsers differ. None of them ends a SUT, and what is no JSON is not served. */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { aliveCheck, bracket } from './control.ts';
import { servesWhatIsWrong } from './faults.ts';
import { offenders } from './offenders.ts';
import { freshId, notWedged, provoke } from './provoke.ts';
import { rawBracket, slip } from './raw.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const jsonRef = { '1.6': 'J 4.1', '2.0.1': 'P4 4.1', '2.1': 'P4 4.1' } as const;

/** Texts that one parser takes and another does not, by what is odd in them. */
type Odd = (id: string, action: string, payload: string) => readonly (readonly [what: string, text: string])[];

interface Corner {
  readonly id: string;
  readonly title: string;
  readonly texts: Odd;
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const corners: readonly Corner[] = [
  {
    id: 'byte-order-mark',
    title: 'A byte order mark before a CALL does no harm',
    texts: (id, action, payload) => [['a byte order mark', `\ufeff[2,"${id}","${action}",${payload}]`]],
  },
  {
    id: 'numbers',
    title: 'Numbers that no computer holds do no harm',
    texts: (id, action) =>
      ['1e400', '-1e400', '9007199254740993', '1.0', '-0', `1${'0'.repeat(400)}`].map((number, i) => [
        number.slice(0, 20),
        `[2,"${id}-${i}","${action}",{"plugproof":${number}}]`,
      ]),
  },
  {
    id: 'lone-surrogates',
    title: 'Half a character and a zero in a text do no harm',
    texts: (id, action) =>
      ['\\ud800', '\\udc00\\ud800', '\\u0000', '\\uffff'].map((half, i) => [
        half,
        `[2,"${id}-${i}","${action}",{"plugproof":"${half}"}]`,
      ]),
  },
  {
    id: 'nesting',
    title: 'Lists in lists, 1,000, 20,000 and 200,000 deep, do no harm',
    texts: (id, action) =>
      [1_000, 20_000, 200_000].map((depth, i) => [
        `${depth} lists in each other`,
        `[2,"${id}-${i}","${action}",{"plugproof":${nested(depth)}}]`,
      ]),
  },
  {
    id: 'large',
    title: 'Messages of 1 KB to 4 MB do no harm',
    texts: (id, action) =>
      [1, 64, 1_024, 4_096].map((size, i) => [
        `${size} KB`,
        `[2,"${id}-${i}","${action}",{"plugproof":"${'x'.repeat(size * 1_024)}"}]`,
      ]),
  },
];

const cornerCase = ({ id, title, texts }: Corner) =>
  testCase({
    id: `ocppj/json/${id}`,
    title,
    sut: 'both',
    versions: all,
    bytes: true,
    // Served, refused, dropped and closed are all right: no text of OCPP says where a parser ends.
    checks: { alive: aliveCheck },
    catches: { alive: slip('dies-on-odd-json') },
    async run(context) {
      const { peer, sut } = context;
      await rawBracket(context, async (first) => {
        let raw = first;
        const id = freshId(context);
        const { action, payload } = peer.probe;
        for (const [, text] of texts(id, action, JSON.stringify(payload))) {
          if (raw.gone) raw = await peer.raw();
          raw.text(text);
          // A good CALL behind it: its answer, or the end, tells that the odd one was worked on.
          await raw.ask(freshId(context), action, payload, sut.timeoutMs);
        }
        await raw.leave();
      });
    },
  });

export default suite('ocppj/json', 'Corners of JSON', [
  ...corners.map(cornerCase),

  testCase({
    id: 'ocppj/json/leading-zeros',
    title: 'A number with leading zeros, or written in another way than JSON has, is no JSON and is not served',
    sut: 'both',
    versions: all,
    checks: {
      unserved: { ref: jsonRef, level: 'SHOULD', says: 'no CALLRESULT comes back' },
      alive: aliveCheck,
    },
    catches: {
      unserved: behaviour('serves-unreadable', 'a message that can not be read is answered with a CALLRESULT'),
      alive: behaviour('dies-on-malformed', 'a message that can not be read ends the CSMS'),
    },
    async run(context) {
      const { check, peer } = context;
      await bracket(context, async (first) => {
        let session = first;
        for (const number of ['007', '0x10', '+1', '.5', '1.', 'NaN', 'Infinity']) {
          if (!session.open) session = await peer.open();
          const text = `[2,"${freshId(context)}","${peer.probe.action}",{"plugproof":${number}}]`;
          const got = await provoke(context, session, [text], false);
          check('unserved', () => {
            for (const { kind, raw } of got.answers) expect(kind, `${number}: ${raw}`).to.not.equal('callresult');
          });
          check('alive', () => notWedged(got));
        }
      });
    },
  }),

  testCase({
    id: 'ocppj/json/duplicate-keys',
    title: 'A field that stands twice in a CALL is not one value to who checks it and another to who uses it',
    sut: 'both',
    versions: all,
    checks: {
      // RFC 8259 leaves open what a name that comes twice means; that a wrong value counts for neither is what is judged.
      once: {
        ref: jsonRef,
        level: 'SHOULD',
        says: 'a good value before a wrong one, and behind it, is not served both times',
      },
      alive: aliveCheck,
    },
    catches: {
      once: servesWhatIsWrong,
      alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
    },
    async run(context) {
      const { check, dialect, peer, sut } = context;
      const { action, payload } = offenders[dialect.version][sut.role].wrongType;
      await bracket(context, async (first) => {
        let session = first;
        const served: boolean[] = [];
        for (const wrongFirst of [true, false]) {
          if (!session.open) session = await peer.open();
          const members = doubled(action, payload, wrongFirst);
          const got = await provoke(context, session, [`[2,"${freshId(context)}","${action}",{${members}}]`], true);
          served.push(got.answers.some(({ kind }) => kind === 'callresult'));
          check('alive', () => notWedged(got));
        }
        check('once', () =>
          expect(served, 'served with the wrong value first, and last').to.not.deep.equal([true, true]),
        );
      });
    },
  }),
]);

/** Good values of the fields that are wrong in the offenders. */
const GOOD: Readonly<Record<string, string>> = {
  connectorId: '1',
  evseId: '1',
  key: '["HeartbeatInterval"]',
  getVariableData: '[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}}]',
};

/** Members of the payload, with the wrong one twice: good and wrong. */
function doubled(action: string, payload: Readonly<Record<string, unknown>>, wrongFirst: boolean): string {
  const found = Object.entries(payload).filter(([, value]) => value !== undefined);
  const wrong = found.find(([name]) => name in GOOD);
  if (wrong === undefined) throw new Error(`${action} has no field to double`);
  const [name, value] = wrong;
  const two = [`"${name}":${JSON.stringify(value)}`, `"${name}":${GOOD[name]}`];
  const others = found.filter(([other]) => other !== name).map(([other, its]) => `"${other}":${JSON.stringify(its)}`);
  return [...(wrongFirst ? two : two.reverse()), ...others].join(',');
}
