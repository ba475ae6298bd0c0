/** OCPP-J, both roles: messages whose wrapper is wrong. What can't be read is never served, and the SUT lives on. */

import type { CodeChoice, OcppVersion, Offence } from '../../src/dialects/index.ts';
import { dialects } from '../../src/dialects/index.ts';
import type { Probe } from '../../src/dialects/probes.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { fixesUnreadableId, UNREADABLE_ID, unknownTypeCodes } from './codes.ts';
import { aliveCheck, bracket } from './control.ts';
import { codesFit, freshId, idsFit, notSilent, notWedged, provoke, unserved } from './provoke.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;

/** What goes out, from a fresh message id and the probe. */
type Messages = (id: string, probe: Probe) => readonly (string | Uint8Array)[];

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly messages: Messages;
  readonly versions?: readonly OcppVersion[];
  /** Codes of a CALLERROR, where one comes; default: those for what is unreadable. */
  readonly codes?: Readonly<Record<OcppVersion, CodeChoice>>;
  /** What one and the same receiver may fairly serve, since nothing forbids it to be generous. */
  readonly lenient?: true;
  readonly fault?: string;
}

const json = (...parts: readonly unknown[]): string => JSON.stringify(parts);
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The codes for what is unreadable, and those for what it may be taken for instead. */
const codesWith = (...also: readonly Offence[]): Readonly<Record<OcppVersion, CodeChoice>> => {
  const of = (version: OcppVersion): CodeChoice => {
    const { codes } = dialects[version];
    const others = also.flatMap((offence) => [codes[offence].preferred, ...codes[offence].accepted]);
    return { preferred: codes.unreadable.preferred, accepted: [...new Set([...codes.unreadable.accepted, ...others])] };
  };
  return { '1.6': of('1.6'), '2.0.1': of('2.0.1'), '2.1': of('2.1') };
};

const unreadableCodes = codesWith('unreadable');

const kinds: readonly Kind[] = [
  {
    id: 'invalid-json',
    title: 'A message that is no JSON is not served',
    messages: (id, { action }) => [`{2:'${id}',${action}}`, 'PlugProof', '', ' \n\t'],
  },
  {
    id: 'truncated',
    title: 'A CALL that ends in the middle is not served',
    messages: (id, { action, payload }) => [json(2, id, action, payload).slice(0, -2), `[2,"${id}`],
  },
  {
    id: 'trailing-text',
    title: 'A CALL with something behind it is no JSON and is not served',
    messages: (id, { action, payload }) => [`${json(2, id, action, payload)}]`],
    lenient: true,
  },
  {
    id: 'no-array',
    title: 'A message whose outermost value is no array is not served',
    messages: (id, { action, payload }) => [JSON.stringify({ type: 2, id, action, payload }), '42', 'null', '"CALL"'],
  },
  { id: 'empty-array', title: 'An empty array is not served', messages: () => ['[]'] },
  {
    id: 'too-few-elements',
    title: 'A CALL with fewer than four elements is not served',
    messages: (id, { action }) => [json(2, id, action), json(2, id), json(2)],
    // What is cut short may have lost its action; 2.x has a code for a frame that can't be read.
    codes: { ...codesWith('payloadNoObject'), '1.6': codesWith('payloadNoObject', 'unknownAction')['1.6'] },
  },
  {
    id: 'too-many-elements',
    title: 'A CALL with five elements is not served',
    messages: (id, { action, payload }) => [json(2, id, action, payload, {})],
    lenient: true,
  },
  {
    id: 'action-type',
    title: 'A CALL whose action is no text is not served',
    messages: (id, { payload }) => [json(2, id, 5, payload), json(2, id, null, payload), json(2, id, {}, payload)],
    codes: codesWith('unknownAction'),
  },
  {
    id: 'unknown-type',
    title: 'A message of a type that no version has is not served',
    messages: (id, { action, payload }) =>
      [0, 1, 7, 99, -1].map((type, i) => json(type, `${id}-${i}`, action, payload)),
    codes: unknownTypeCodes,
    fault: 'serves-unknown-message-types',
  },
  {
    id: 'type-as-text',
    title: 'A message whose type is a number as text is not served',
    messages: (id, { action, payload }) => [json('2', id, action, payload)],
    codes: unknownTypeCodes,
    lenient: true,
    fault: 'serves-unknown-message-types',
  },
  {
    id: 'type-no-integer',
    title: 'A message whose type is no integer is not served',
    messages: (id, { action, payload }) =>
      [2.5, null, true].map((type, i) => json(type, `${id}-${i}`, action, payload)),
    codes: unknownTypeCodes,
    fault: 'serves-unknown-message-types',
  },
];

const answeredRef = { '1.6': 'J 4.2.1', '2.0.1': 'P4 4.2.1', '2.1': 'P4 4.2.1' } as const;
const typeRef = { '1.6': 'J 4.1.3', '2.0.1': 'P4 4.1.3', '2.1': 'P4 4.1.3' } as const;

/** 1.6 fixes nothing for what can't be read: silence, a CALLERROR and a close are all right there. */
const caseOf = (kind: Kind) =>
  testCase({
    id: `ocppj/envelope/${kind.id}`,
    title: kind.title,
    sut: 'both',
    versions: kind.versions ?? all,
    checks: {
      unserved: {
        ref: kind.codes === unknownTypeCodes ? typeRef : answeredRef,
        level: kind.lenient ? 'SHOULD' : 'SHALL',
        says: 'no CALLRESULT comes back',
      },
      fits: {
        ref: { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.2.3', '2.1': 'P4 4.2.3' },
        level: 'SHALL',
        says: 'a CALLERROR, if one comes back, has a code and a message id that fit',
      },
      alive: aliveCheck,
    },
    catches: {
      unserved: behaviour(kind.fault ?? 'serves-unreadable', 'what is no CALL is answered with a CALLRESULT'),
      fits: behaviour('invents-codes', 'what can not be read is answered with an error code of no version'),
      alive: behaviour('dies-on-malformed', 'a message that can not be read ends the CSMS'),
    },
    async run(context) {
      const { check, dialect, peer } = context;
      await bracket(context, async (first) => {
        const id = freshId(context);
        let session = first;
        for (const message of kind.messages(id, peer.probe)) {
          if (!session.open) session = await peer.open();
          const got = await provoke(context, session, [message], false);
          check('unserved', () => unserved(got));
          check('fits', () => {
            codesFit(got, (kind.codes ?? unreadableCodes)[dialect.version]);
            if (fixesUnreadableId[dialect.version]) idsFit(got, fitting(message, id));
          });
          check('alive', () => notWedged(got));
        }
      });
    },
  });

/** The id in the message where somebody could read one, and the one for what nobody can. */
function fitting(message: string | Uint8Array, id: string): string[] {
  const read = typeof message === 'string' ? new RegExp(`${id}(-\\d)?`).exec(message)?.[0] : undefined;
  return read === undefined ? [UNREADABLE_ID] : [read, UNREADABLE_ID];
}

export default suite('ocppj/envelope', 'OCPP-J message wrapper', [
  ...kinds.map(caseOf),

  testCase({
    id: 'ocppj/envelope/told',
    title: 'A message that can not be read is answered with CALLERROR, under id -1 where its own is lost',
    sut: 'both',
    versions: ['2.0.1', '2.1'],
    checks: {
      // Part 4, 4.1.7 and FR.03 want a CALLERROR; 4.2.3 lets a system drop what does not conform.
      told: { ref: 'FR.03', level: 'SHOULD', says: 'it is not met with silence' },
      id: {
        ref: 'P4 4.2.3',
        level: 'SHALL',
        says: 'a CALLERROR for a message whose id can not be read has the message id -1',
      },
      alive: aliveCheck,
    },
    catches: {
      told: behaviour('drops-unreadable', 'messages that can not be read are dropped'),
      id: behaviour('invents-ids', 'a message that can not be read is answered under an id of its own making'),
      alive: behaviour('dies-on-malformed', 'a message that can not be read ends the CSMS'),
    },
    async run(context) {
      const { check, peer } = context;
      await bracket(context, async (first) => {
        let session = first;
        for (const message of ['PlugProof', '42', '{}', '[]']) {
          if (!session.open) session = await peer.open();
          const got = await provoke(context, session, [message], true);
          check('told', () => notSilent(got));
          check('id', () => idsFit(got, [UNREADABLE_ID]));
          check('alive', () => notWedged(got));
        }
      });
    },
  }),

  testCase({
    id: 'ocppj/envelope/binary',
    title: 'A binary WebSocket message does no harm',
    sut: 'both',
    versions: all,
    checks: { alive: aliveCheck },
    catches: { alive: behaviour('dies-on-malformed', 'a message that can not be read ends the CSMS') },
    async run(context) {
      const { check, peer } = context;
      // OCPP-J speaks of UTF-8 text and says nothing of WebSocket opcodes: served, refused, dropped and closed are all right.
      await bracket(context, async (first) => {
        const id = freshId(context);
        let session = first;
        for (const text of [json(2, id, 'PlugproofNoSuchAction', {}), '\x00\xff\xfe\x80']) {
          if (!session.open) session = await peer.open();
          const got = await provoke(context, session, [bytes(text)], false);
          check('alive', () => notWedged(got));
        }
      });
    },
  }),
]);
