/** Charger: a CSMS that is not the right one, or speaks TLS that is unfit, is left alone and told of (profiles 2 and 3). */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, duplicate, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Level } from '../../src/report.ts';
import type { Face, TlsVersion } from '../../src/wire/transport.ts';
import { certificateWords } from './certificates.flows.ts';
import { knocks } from './knocks.ts';
import { countOf } from './states.ts';
import { BROKEN, back, backCheck, CONNECTED, control, knocksAt, neverBack, refs } from './tls.door.ts';
import { usualFace, WEAK, wildcardFace, wrongFaces } from './tls.flows.ts';
import { hurried } from './tls.hurry.ts';

const both = ['1.6', '2.0.1'] as const;
const secure = [2, 3] as const;

/** The security event of a handshake that was broken off, told of when the right CSMS is back. */
interface EventSpec {
  readonly ref: string | { readonly '1.6': string; readonly '2.0.1': string };
  readonly level: Level;
}

const eventChecks = ({ ref, level }: EventSpec) =>
  ({
    told: { ref, level, says: 'the security event is told of, with the time at which it happened' },
    // One of these is enough (2.x A00.FR.316, note): more is no harm, and of no use.
    once: { ref, level: 'SHOULD', says: 'it is told of once, however often the handshake failed' },
  }) as const;

const eventFaults = {
  told: [
    behaviour('silent-on-distrust', 'what was wrong with the TLS of the CSMS is told to nobody'),
    drop('SecurityEventNotification'),
    alter('SecurityEventNotification', { type: 'InvalidMessages' }),
    alter('SecurityEventNotification', { timestamp: '2020-01-01T00:00:00Z' }),
  ] as Fault[],
  once: duplicate('SecurityEventNotification'),
};

/** Judges by `told` and `once` that the event came since a `mark`. @param from epoch milliseconds of the first failure */
async function judgeEvent(context: Context<'told' | 'once'>, type: string, since: number, from: number): Promise<void> {
  const { check, csms, clock, sut } = context;
  const where = (payload: Readonly<Record<string, unknown>>) => payload['type'] === type;
  const event = await csms.awaitCall('SecurityEventNotification', { since, where });
  check('told', () => {
    expect(event, `SecurityEventNotification with type ${type}`).to.not.equal(undefined);
    const when = Date.parse(String(event?.payload['timestamp']));
    const tolerance = sut.clockToleranceS * 1000;
    expect(when, 'time of the event').to.be.within(from - tolerance, clock.now() + tolerance);
  });
  const count = event === undefined ? 0 : await countOf(context, 'SecurityEventNotification', since, where);
  check('once', () => expect(count, `notifications with type ${type}`).to.be.at.most(1));
}

/** Times that a wrong face is knocked at: enough to see that an event is not told of each time. */
const ROUNDS = 2;

interface WrongSpec {
  readonly id: string;
  readonly title: string;
  readonly versions: readonly ('1.6' | '2.0.1')[];
  readonly octt?: CaseSpec['octt'];
  readonly ref: string | { readonly '1.6': string; readonly '2.0.1': string };
  readonly level?: Level;
  readonly says: string;
  readonly faults: readonly Fault[];
  readonly event: EventSpec & { readonly type: (context: Context) => string };
  faces(context: Context): Promise<readonly (readonly [string, Face])[]>;
}

/** The station meets wrong faces, breaks off, comes back to the right one, and tells of it. */
const wrongCase = (spec: WrongSpec): CaseSpec =>
  testCase({
    id: spec.id,
    title: spec.title,
    sut: 'station',
    versions: spec.versions,
    profiles: secure,
    exclusive: true,
    ...(spec.octt && { octt: spec.octt }),
    checks: {
      broken: { ref: spec.ref, level: spec.level ?? 'SHALL', says: spec.says },
      plain: {
        ref: refs('A00.FR.005', 'A00.FR.001'),
        level: 'SHALL',
        says: 'it never comes without TLS, or with another security profile',
      },
      back: backCheck,
      ...eventChecks(spec.event),
    },
    catches: {
      broken: spec.faults,
      plain: behaviour('falls-back-to-plain', 'after a TLS handshake that failed, it comes without TLS'),
      back: neverBack,
      ...eventFaults,
    },
    async run(context) {
      const { check, csms, clock } = context;
      const faces = await spec.faces(context);
      await control(context);
      await hurried(context);
      for (const [i, [what, face]] of faces.entries()) {
        const since = csms.mark;
        const from = clock.now();
        csms.show(face);
        // Once is enough to see it break off, and costs the least of its patience; twice for the count of events.
        for (let round = i === 0 ? ROUNDS : 1; round > 0; round--) {
          const came = csms.connected ? await knocks(context) : await csms.attempt();
          if (came === undefined) break;
          check('plain', () => expect(came.outcome, what).to.not.equal('refused'));
          if (came.outcome === 'refused') continue;
          check('broken', () => expect(came.outcome, what).to.equal(BROKEN));
          if (came.outcome === CONNECTED) break;
        }
        await back(context);
        await judgeEvent(context, spec.event.type(context), since, from);
      }
    },
  });

const named =
  (names: readonly (keyof typeof wrongFaces)[]) =>
  async (context: Context): Promise<readonly (readonly [string, Face])[]> =>
    Promise.all(names.map(async (name) => [name, await wrongFaces[name](context)] as const));

/** In 1.6 the event is not critical, and so for the station to push or only to log. */
const certificateEvents = {
  '1.6': { suffix: '-v16', requirement: (id: string) => `W ${id}`, level: 'SHOULD', octt: {} },
  '2.0.1': { suffix: '', requirement: (id: string) => id, level: 'SHALL', octt: { octt: { '2.0.1': 'TC_A_05_CS' } } },
} as const;

function certificates(version: '1.6' | '2.0.1'): readonly CaseSpec[] {
  const { suffix, requirement, level, octt } = certificateEvents[version];
  const event = {
    ref: requirement('A00.FR.310'),
    level,
    type: ({ dialect }: Context) => certificateWords[dialect.version].events.csms,
  };
  return [
    wrongCase({
      id: `station/tls/stranger${suffix}`,
      title:
        'The station breaks off where the certificate of the CSMS was signed by nobody that it trusts, and tells of it',
      versions: [version],
      ref: requirement('A00.FR.308'),
      says: 'at a certificate that nobody it trusts has signed, it breaks off',
      faults: [behaviour('trusts-any-issuer', 'whoever signed the certificate of a CSMS, it is trusted')],
      event,
      faces: named(['signed by itself', 'signed by a stranger']),
    }),
    wrongCase({
      id: `station/tls/wrong-certificate${suffix}`,
      title:
        'The station breaks off where the certificate of the CSMS is out of date, or for another host, and tells of it',
      versions: [version],
      ...octt,
      ref: requirement('A00.FR.311'),
      says: 'at a certificate that is out of date, for another host, or without what vouches for it, it breaks off',
      faults: [
        behaviour('trusts-any-date', 'whatever its dates, the certificate of a CSMS is trusted'),
        behaviour('trusts-any-host', 'whatever its name, the certificate of a CSMS is trusted'),
        behaviour('trusts-any-issuer', 'whoever signed the certificate of a CSMS, it is trusted'),
      ],
      event,
      faces: named(['expired', 'not valid yet', 'for another host', 'without the authority between']),
    }),
  ];
}

/** Old versions of TLS, one case for each edition that has another word on them. */
const oldVersions = (
  spec: Pick<WrongSpec, 'id' | 'versions' | 'octt' | 'level'> & Pick<CaseSpec, 'edition'>,
): CaseSpec => ({
  ...wrongCase({
    ...spec,
    title: 'The station breaks off where the CSMS speaks TLS 1.0 or 1.1 alone, and tells of it',
    ref: refs('A00.FR.316'),
    says: 'at TLS 1.0 and 1.1 it breaks off',
    faults: [behaviour('takes-old-tls', 'TLS 1.0 and 1.1 are spoken')],
    event: { ref: refs('A00.FR.316'), level: spec.level ?? 'SHALL', type: () => 'InvalidTLSVersion' },
    faces: async (context) =>
      (['TLSv1', 'TLSv1.1'] as const).map((version: TlsVersion) => [
        version,
        usualFace(context, { least: version, most: version }),
      ]),
  }),
  ...(spec.edition && { edition: spec.edition }),
});

export default suite('station/tls', 'TLS of a wrong CSMS', [
  ...certificates('2.0.1'),
  ...certificates('1.6'),

  oldVersions({ id: 'station/tls/old-versions', versions: ['2.0.1'], octt: { '2.0.1': 'TC_A_06_CS' } }),
  // A charger that can do no better may speak TLS 1.0 (whitepaper, edition 3; edition 4 takes it back).
  oldVersions({ id: 'station/tls/old-versions-v16', versions: ['1.6'], level: 'SHOULD', edition: 'wp3' }),
  oldVersions({ id: 'station/tls/old-versions-wp4', versions: ['1.6'], edition: 'wp4' }),

  wrongCase({
    id: 'station/tls/weak-suites',
    title: 'The station breaks off where the CSMS speaks unfit cipher suites alone, and tells of it',
    versions: both,
    ref: refs('A00.FR.323'),
    says: 'at suites without encryption or without a certificate it breaks off',
    faults: [behaviour('takes-weak-suites', 'suites without encryption or certificate are spoken')],
    event: { ref: refs('A00.FR.323'), level: 'SHOULD', type: () => 'InvalidTLSCipherSuite' },
    faces: async (context) => WEAK.map((name) => [name, usualFace(context, { suites: [name] })] as const),
  }),

  testCase({
    id: 'station/tls/wildcard',
    title: 'The station takes no wildcard for the name of its CSMS, unless it is allowed to',
    sut: 'station',
    versions: ['2.0.1'],
    profiles: secure,
    exclusive: true,
    checks: {
      broken: { ref: 'A00.FR.309', level: 'SHALL', says: 'at a certificate for all hosts of the domain it breaks off' },
      back: backCheck,
    },
    catches: {
      broken: behaviour('takes-wildcards', 'a certificate for all hosts of a domain is good'),
      back: neverBack,
    },
    async run(context) {
      const { check, csms } = context;
      const face = await wildcardFace(context);
      await control(context);
      const variable = { component: { name: 'SecurityCtrlr' }, variable: { name: 'AllowCSMSTLSWildcards' } };
      const { payload } = await csms.call('GetVariables', { getVariableData: [variable] });
      if (String(at(payload, 'getVariableResult[0].attributeValue')).toLowerCase() === 'true')
        throw new Unmet('AllowCSMSTLSWildcards is true: a wildcard is good here');
      const came = await knocksAt(context, face);
      check('broken', () => expect(came.outcome).to.equal(BROKEN));
      await back(context);
    },
  }),
]);
