/** OCPP-J, both roles: message ids come back as they were, whatever they look like. */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { UNREADABLE_ID } from './codes.ts';
import { aliveCheck, bracket } from './control.ts';
import { probeIds, probeRefusal, probeSilence, swallowsErrors } from './faults.ts';
import { codesFit, freshId, idsFit, notSilent, notWedged, provoke, unserved } from './provoke.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const idRef = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;
const errorRef = { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.2.3', '2.1': 'P4 4.2.3' } as const;

const hex = (random: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

export default suite('ocppj/ids', 'OCPP-J message ids', [
  testCase({
    id: 'ocppj/ids/longest',
    title: 'A message id of 36 characters is served and comes back whole',
    sut: 'both',
    versions: all,
    checks: {
      served: { ref: idRef, level: 'SHALL', says: 'CALLs with a UUID and with 36 other characters as id are served' },
    },
    catches: {
      served: [
        probeIds('cut-at-32', 'message ids are cut after 32 characters', (id) => id.slice(0, 32)),
        probeIds('without-dashes', 'message ids lose their dashes', (id) => id.replaceAll('-', '')),
        probeRefusal('of-36', 'an id of 36 characters is taken for too long', (id) => id.length === 36),
      ],
    },
    async run(context) {
      const { check, peer, random } = context;
      const session = await peer.open();
      const uuid = [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-');
      for (const id of [uuid, freshId(context, 36)]) {
        const reply = await session.call(peer.probe.action, peer.probe.payload, { id });
        check('served', () => expect(reply).to.be.callResult());
      }
    },
  }),

  testCase({
    id: 'ocppj/ids/look-alikes',
    title: 'A message id that looks like a number, or differs in letters only, stays the text that it is',
    sut: 'both',
    versions: all,
    checks: {
      served: { ref: idRef, level: 'SHALL', says: 'each CALL is answered under its own id, character by character' },
    },
    catches: {
      served: [
        probeIds('as-number', 'message ids are read as numbers', (id) =>
          Number.isNaN(Number(id)) ? id : String(Number(id)),
        ),
        probeIds('lower-case', 'message ids are put into small letters', (id) => id.toLowerCase()),
        probeIds('trimmed', 'message ids lose white space at the end', (id) => id.trim()),
      ],
    },
    async run(context) {
      const { check, clock, peer, random } = context;
      const session = await peer.open();
      const digits = `${clock.now()}${Math.floor(random() * 1e6)}`;
      const word = freshId(context, 16);
      const ids = [`00${digits}`, `9007199254740993${digits}`.slice(0, 34), `${digits}.50`, `0x${digits}`];
      for (const id of [...ids, `${word}aB`, `${word}Ab`, `${word} `, `${word}\\"/<&`]) {
        const reply = await session.call(peer.probe.action, peer.probe.payload, { id });
        check('served', () => expect(reply).to.be.callResult());
      }
    },
  }),

  testCase({
    id: 'ocppj/ids/beyond-ascii',
    title: 'A message id beyond ASCII comes back as it was',
    sut: 'both',
    versions: all,
    checks: {
      // Such ids SHOULD not be sent (J 4.1.2, P4 4.1.2), so that a SUT may refuse them.
      own: { ref: idRef, level: 'SHALL', says: 'an answer has the very id of the CALL' },
      alive: aliveCheck,
    },
    catches: {
      own: probeIds('ascii', 'characters beyond ASCII become question marks', (id) => id.replace(/[^ -~]/gu, '?')),
      alive: behaviour('dies-on-strange-ids', 'a message id beyond ASCII ends the CSMS'),
    },
    async run(context) {
      const { check, peer } = context;
      await bracket(context, async (session) => {
        const { action, payload } = peer.probe;
        const id = `Ä☃é😀-${freshId(context, 14)}`;
        const got = await provoke(context, session, [encodeCall(id, action, payload)], true);
        check('own', () => {
          for (const answer of got.answers) expect(answer).to.have.property('id', id);
        });
        check('alive', () => notWedged(got));
      });
    },
  }),

  testCase({
    id: 'ocppj/ids/oversized',
    title: 'A message id that is too long is refused, and never cut',
    sut: 'both',
    versions: all,
    checks: {
      refused: { ref: errorRef, level: 'SHOULD', says: 'a CALL with an id of 37 characters is not served' },
      told: { ref: errorRef, level: 'SHOULD', says: 'it is not met with silence' },
      uncut: { ref: idRef, level: 'SHALL', says: 'what comes back has the whole id, or the one for an unreadable id' },
      alive: aliveCheck,
    },
    catches: {
      refused: behaviour('cuts-message-ids', 'message ids that are too long are taken'),
      told: swallowsErrors,
      uncut: probeIds('cut-at-36', 'message ids are cut after 36 characters', (id) => id.slice(0, 36)),
      alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
    },
    async run(context) {
      const { check, dialect, peer } = context;
      await bracket(context, async (session) => {
        const { action, payload } = peer.probe;
        const id = freshId(context, dialect.maxMessageId + 1);
        const got = await provoke(context, session, [encodeCall(id, action, payload)], true);
        check('refused', () => unserved(got));
        check('told', () => notSilent(got));
        check('uncut', () => {
          for (const answer of got.answers) expect([id, UNREADABLE_ID]).to.include('id' in answer && answer.id);
        });
        check('alive', () => notWedged(got));
      });
    },
  }),

  testCase({
    id: 'ocppj/ids/huge',
    title: 'A message id of 100,000 characters does no harm',
    sut: 'both',
    versions: all,
    checks: { alive: aliveCheck },
    catches: {
      alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
    },
    async run(context) {
      const { check, peer } = context;
      await bracket(context, async (session) => {
        const { action, payload } = peer.probe;
        const id = freshId(context, 100_000);
        // No version limits the size of a message: a close and silence are right as well, and refusal is judged at 37.
        const got = await provoke(context, session, [encodeCall(id, action, payload)], false);
        check('alive', () => notWedged(got));
      });
    },
  }),

  testCase({
    id: 'ocppj/ids/empty',
    title: 'An empty message id is answered under itself, if it is, and does no harm',
    sut: 'both',
    versions: all,
    checks: {
      // No text says that an id has a character at all.
      own: { ref: idRef, level: 'SHALL', says: 'an answer has the empty id, or the one for an unreadable id' },
      alive: aliveCheck,
    },
    catches: {
      own: probeIds('numbered-empty', 'an empty id comes back as 0', (id) => (id === '' ? '0' : id)),
      alive: behaviour('dies-on-strange-ids', 'a message id beyond ASCII, or an empty one, ends the CSMS'),
    },
    async run(context) {
      const { check, peer } = context;
      await bracket(context, async (session) => {
        const { action, payload } = peer.probe;
        const got = await provoke(context, session, [encodeCall('', action, payload)], true);
        check('own', () => {
          for (const answer of got.answers) expect(['', UNREADABLE_ID]).to.include('id' in answer && answer.id);
        });
        check('alive', () => notWedged(got));
      });
    },
  }),

  testCase({
    id: 'ocppj/ids/no-text',
    title: 'A message id that is no text is not sent back',
    sut: 'both',
    versions: all,
    checks: {
      text: { ref: idRef, level: 'SHALL', says: 'a message id is a text in whatever comes back' },
      // Generous receivers turn the number into its text and serve the CALL.
      refused: { ref: errorRef, level: 'SHOULD', says: 'the CALL is not served' },
      fits: { ref: errorRef, level: 'SHALL', says: 'a CALLERROR has a code that fits' },
      alive: aliveCheck,
    },
    catches: {
      text: behaviour('echoes-numeric-ids', 'a CALL with a number as id is answered with that number'),
      refused: behaviour('serves-unreadable', 'a message that can not be read is answered with a CALLRESULT'),
      fits: behaviour('invents-codes', 'what can not be read is answered with an error code of no version'),
      alive: behaviour('dies-on-malformed', 'a message that can not be read ends the CSMS'),
    },
    async run(context) {
      const { check, clock, dialect, peer } = context;
      await bracket(context, async (first) => {
        const { action, payload } = peer.probe;
        let session = first;
        for (const id of [clock.now(), null, { id: 1 }, [], true]) {
          if (!session.open) session = await peer.open();
          const got = await provoke(context, session, [JSON.stringify([2, id, action, payload])], false);
          check('text', () => {
            for (const frame of got.answers) expect(frame).to.not.have.property('reason', 'message-id');
          });
          check('refused', () => unserved(got));
          check('fits', () => codesFit(got, dialect.codes.unreadable));
          check('alive', () => notWedged(got));
        }
      });
    },
  }),

  testCase({
    id: 'ocppj/ids/unreadable',
    title: 'A CALL whose id is no text is answered under id -1',
    sut: 'both',
    versions: ['2.0.1', '2.1'],
    checks: {
      told: { ref: 'FR.03', level: 'SHOULD', says: 'it is not met with silence' },
      id: { ref: 'P4 4.2.3', level: 'SHALL', says: 'a CALLERROR has the message id -1, or the number as text' },
    },
    catches: {
      told: behaviour('drops-unreadable', 'messages that can not be read are dropped'),
      id: behaviour('invents-ids', 'a message that can not be read is answered under an id of its own making'),
    },
    async run(context) {
      const { check, clock, peer } = context;
      const { action, payload } = peer.probe;
      const number = clock.now();
      const got = await provoke(context, await peer.open(), [JSON.stringify([2, number, action, payload])], true);
      check('told', () => notSilent(got));
      check('id', () => idsFit(got, [UNREADABLE_ID, String(number)]));
    },
  }),

  testCase({
    id: 'ocppj/ids/twice-at-once',
    title: 'Of two CALLs with one id at once, the first is served',
    sut: 'both',
    versions: all,
    checks: {
      // The second may be refused, since the first is still handled (J 4.2.3), dropped, or served like any other.
      first: { ref: idRef, level: 'SHALL', says: 'a CALLRESULT comes back under the id' },
      own: { ref: idRef, level: 'SHALL', says: 'nothing comes back under another id' },
    },
    catches: {
      first: probeSilence('of-twins', 'CALLs whose id ends in -twin are never answered', (id) => id.endsWith('-twin')),
      own: probeIds('renamed-twins', 'answers to ids that end in -twin have another one', (id) =>
        id.replace(/-twin$/, '-2'),
      ),
    },
    async run(context) {
      const { check, peer } = context;
      const { action, payload } = peer.probe;
      const id = `${freshId(context)}-twin`;
      const twins = [encodeCall(id, action, payload), encodeCall(id, action, payload)];
      const { answers } = await provoke(context, await peer.open(), twins, true);
      check('first', () => expect(answers.filter(({ kind }) => kind === 'callresult')).to.not.have.lengthOf(0));
      check('own', () => {
        for (const answer of answers) expect(answer).to.have.property('id', id);
      });
    },
  }),

  testCase({
    id: 'ocppj/ids/again',
    title: 'A CALL that comes again after its answer is answered again',
    sut: 'both',
    versions: all,
    checks: {
      // A message that is sent again may keep its id (JE 3.1, P4 4.1.4): anew, as before, and CALLERROR are all right.
      answered: { ref: idRef, level: 'SHOULD', says: 'the second CALL is answered under its id' },
      served: { ref: idRef, level: 'SHALL', says: 'the first one is served, and another CALL after both' },
    },
    catches: {
      answered: behaviour('answers-an-id-once', 'a CALL with an id that was there before is dropped'),
      served: probeRefusal('each', 'every probe is refused', () => true),
    },
    async run(context) {
      const { check, peer } = context;
      const session = await peer.open();
      const id = freshId(context);
      const { action, payload } = peer.probe;
      const first = await session.call(action, payload, { id });
      check('served', () => expect(first).to.be.callResult());
      const got = await provoke(context, session, [encodeCall(id, action, payload)], true);
      check('answered', () => expect(got.answers.map((frame) => 'id' in frame && frame.id)).to.deep.equal([id]));
      check('served', () => expect(got.served).to.equal(true));
    },
  }),
]);
