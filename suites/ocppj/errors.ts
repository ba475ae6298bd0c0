/** OCPP-J, both roles: CALLs that can be read and must not be served, and what they are refused with. */
import type { OcppVersion, Offence } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Level } from '../../src/report.ts';
import { bracket } from './control.ts';
import { type Offender, offenders, otherVersions, wrongDirection } from './offenders.ts';
import { codesFit, freshId, idsFit, notSilent, notWedged, provoke, unserved } from './provoke.ts';
import { refusedChecks, refusedFaults } from './refused.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const v2 = ['2.0.1', '2.1'] as const;

interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly versions?: readonly OcppVersion[];
  readonly offence: Offence;
  /** Of the check that it is not served; default SHALL. */
  readonly level?: Level;
  readonly calls: (context: Context) => readonly { readonly action: string; readonly payload: unknown }[];
}

const named =
  (...actions: readonly string[]) =>
  (): readonly Offender[] =>
    actions.map((action) => ({ action, payload: {} }));

const offending =
  (kind: 'missingField' | 'extraField' | 'wrongType' | 'badValue' | 'tooLong') =>
  ({ dialect, sut }: Context) => [offenders[dialect.version][sut.role][kind]];

const refusals: readonly Refusal[] = [
  {
    id: 'wrong-direction',
    title: 'An action that only the other side receives is refused',
    offence: 'unsupportedAction',
    calls: ({ sut }) => [wrongDirection[sut.role]],
  },
  {
    id: 'other-version',
    title: 'An action of another version is refused',
    offence: 'unknownAction',
    calls: ({ dialect }) => named(...otherVersions[dialect.version])(),
  },
  {
    id: 'action-case',
    title: 'The name of an action in other letters is another name',
    offence: 'unknownAction',
    calls: ({ peer: { probe } }) =>
      [probe.action.toLowerCase(), probe.action.toUpperCase()].map((action) => ({ action, payload: probe.payload })),
  },
  {
    id: 'action-affix',
    title: 'The name of a message is no action',
    offence: 'unknownAction',
    calls: ({ peer: { probe } }) =>
      [`${probe.action}Request`, `${probe.action}.req`, `/${probe.action}`, ` ${probe.action}`].map((action) => ({
        action,
        payload: probe.payload,
      })),
  },
  {
    // Names that every object of some languages has: a look-up without care finds them.
    id: 'inherited-name',
    title: 'A name that objects inherit is no action',
    offence: 'unknownAction',
    calls: named('constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '__class__'),
  },
  {
    id: 'empty-action',
    title: 'An empty name is no action, and neither is a very long one',
    offence: 'unknownAction',
    calls: named('', 'A'.repeat(10_000)),
  },
  {
    id: 'missing-field',
    title: 'A CALL without a required field is refused',
    offence: 'missingField',
    calls: offending('missingField'),
  },
  {
    id: 'wrong-type',
    title: 'A CALL with a field of another type is refused',
    offence: 'wrongType',
    calls: offending('wrongType'),
  },
  {
    id: 'bad-value',
    title: 'A CALL with a value that the enumeration does not have is refused',
    offence: 'badValue',
    calls: offending('badValue'),
  },
  {
    id: 'extra-field',
    title: 'A CALL with a field that the message does not have is refused',
    versions: v2,
    offence: 'extraField',
    calls: offending('extraField'),
  },
  {
    // 1.6-J errata 3.2 forbids to send it, and leaves the receiver free to look over it.
    id: 'extra-field-v16',
    title: 'A CALL with a field that the message does not have is refused (1.6)',
    versions: ['1.6'],
    offence: 'extraField',
    level: 'SHOULD',
    calls: offending('extraField'),
  },
  {
    id: 'too-long',
    title: 'A CALL with a text that is too long is refused',
    versions: v2,
    offence: 'tooLong',
    calls: offending('tooLong'),
  },
  {
    // 1.6 gives a length to each text and no receiver a duty to count.
    id: 'too-long-v16',
    title: 'A CALL with a text that is too long is refused (1.6)',
    versions: ['1.6'],
    offence: 'tooLong',
    level: 'SHOULD',
    calls: offending('tooLong'),
  },
  {
    // null stands for an empty payload (J 4.2.1, P4 4.1.5), which this action does not take either.
    id: 'payload-no-object',
    title: 'A CALL whose payload is no object is refused',
    offence: 'payloadNoObject',
    calls: ({ dialect, sut }) => {
      const action = offenders[dialect.version][sut.role].demanding;
      return [[], 'text', 5, null].map((payload) => ({ action, payload }));
    },
  },
];

const caseOf = (refusal: Refusal) =>
  testCase({
    id: `ocppj/errors/${refusal.id}`,
    title: refusal.title,
    sut: 'both',
    versions: refusal.versions ?? all,
    checks: refusedChecks(refusal.level),
    catches: refusedFaults,
    async run(context) {
      const { check, dialect, peer } = context;
      const codes = dialect.codes[refusal.offence];
      await bracket(context, async (first) => {
        let session = first;
        for (const { action, payload } of refusal.calls(context)) {
          if (!session.open) session = await peer.open();
          const id = freshId(context);
          const got = await provoke(context, session, [encodeCall(id, action, payload)], true);
          check('unserved', () => unserved(got));
          check('code', () => codesFit(got, codes));
          check('id', () => idsFit(got, [id]));
          check('told', () => notSilent(got));
          check('alive', () => notWedged(got));
        }
      });
    },
  });

export default suite('ocppj/errors', 'OCPP-J errors', refusals.map(caseOf));
