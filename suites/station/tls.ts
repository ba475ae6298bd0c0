/** Charger: the TLS that it speaks, and what it makes of a CSMS that is not the right one (security profiles 2 and 3). */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context } from '../../src/judge/context.ts';
import type { Attempt } from '../../src/judge/csms-player.ts';
import { alter, behaviour, drop, duplicate, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { chainOf, subjectField } from '../../src/pki/notary.ts';
import { strengthOf } from '../../src/pki/strength.ts';
import type { Level } from '../../src/report.ts';
import type { Face, TlsVersion } from '../../src/wire/transport.ts';
import { certificateWords } from './certificates.flows.ts';
import { knocks, told } from './knocks.ts';
import { operatorName } from './renewal.flows.ts';
import { countOf, quiet, ready, reset } from './states.ts';
import { bothKinds, chainedFace, PAIRS, usualFace, WEAK, wildcardFace, wrongFaces } from './tls.flows.ts';
import { hurried } from './tls.hurry.ts';

const both = ['1.6', '2.0.1'] as const;
const secure = [2, 3] as const;
const refs = (v16: string, v2 = v16) => ({ '1.6': `W ${v16}`, '2.0.1': v2 }) as const;

const CONNECTED = 'connected';
/** What a right charger does with a face that is wrong: no request, no header, no password. */
const BROKEN = 'broken off';

const backCheck = {
  ref: refs('A00.FR.306', 'A00.FR.307'),
  level: 'SHALL',
  says: 'when the right CSMS is there again, the station comes back, and serves',
} as const;
const neverBack = behaviour('gives-up-after-distrust', 'after a TLS handshake that failed it never comes again');

/** The station knocks at another face, and how that goes; it never has a connection there. */
async function knocksAt(context: Context, face: Face): Promise<Attempt> {
  const { csms } = context;
  csms.show(face);
  const attempt = await knocks(context);
  return attempt;
}

/** The usual face again, and the station on the other side of it. */
async function back(context: Context<'back'>): Promise<void> {
  const { check, csms } = context;
  csms.show();
  const came = await knocks(context).catch((cause: unknown) => {
    if (cause instanceof Unmet) return undefined;
    throw cause;
  });
  check('back', () => expect(told(came)).to.equal(CONNECTED));
  if (came?.outcome !== 'connected') throw new Unmet('the station did not come back');
  await ready(context);
}

/** The usual face again, and the station behind it. @throws Unmet */
async function restored(context: Context): Promise<void> {
  context.csms.show();
  await knocks(context);
  await ready(context);
}

/** Connected, and seen to come with a fresh connection: the control before. @throws Unmet */
async function control(context: Context): Promise<Attempt & { outcome: 'connected' }> {
  await ready(context);
  const came = await knocks(context);
  if (came.outcome !== 'connected') throw new Unmet(`the station was not let in: ${told(came)}`);
  await ready(context);
  return came;
}

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
  if (event === undefined) return;
  const count = await countOf(context, 'SecurityEventNotification', since, where);
  check('once', () => expect(count, `notifications with type ${type}`).to.equal(1));
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

/** 1.6: not critical, and so for the station to push or only to log. */
const certificateEvent = (version: '1.6' | '2.0.1') => ({
  ref: version === '1.6' ? 'W A00.FR.310' : 'A00.FR.310',
  level: version === '1.6' ? ('SHOULD' as const) : ('SHALL' as const),
  type: ({ dialect }: Context) => certificateWords[dialect.version].events.csms,
});

const certificates = (version: '1.6' | '2.0.1', suffix: string): readonly CaseSpec[] => [
  wrongCase({
    id: `station/tls/stranger${suffix}`,
    title:
      'The station breaks off where the certificate of the CSMS was signed by nobody that it trusts, and tells of it',
    versions: [version],
    ref: version === '1.6' ? 'W A00.FR.308' : 'A00.FR.308',
    says: 'at a certificate that nobody it trusts has signed, it breaks off',
    faults: [behaviour('trusts-any-issuer', 'whoever signed the certificate of a CSMS, it is trusted')],
    event: certificateEvent(version),
    faces: named(['signed by itself', 'signed by a stranger']),
  }),
  wrongCase({
    id: `station/tls/wrong-certificate${suffix}`,
    title:
      'The station breaks off where the certificate of the CSMS is out of date, or for another host, and tells of it',
    versions: [version],
    ...(version === '2.0.1' && { octt: { '2.0.1': 'TC_A_05_CS' } }),
    ref: version === '1.6' ? 'W A00.FR.311' : 'A00.FR.311',
    says: 'at a certificate that is out of date, for another host, or without what vouches for it, it breaks off',
    faults: [
      behaviour('trusts-any-date', 'whatever its dates, the certificate of a CSMS is trusted'),
      behaviour('trusts-any-host', 'whatever its name, the certificate of a CSMS is trusted'),
      behaviour('trusts-any-issuer', 'whoever signed the certificate of a CSMS, it is trusted'),
    ],
    event: certificateEvent(version),
    faces: named(['expired', 'not valid yet', 'for another host', 'without the authority between']),
  }),
];

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

/** Versions of TLS that may be spoken (2.x A00.FR.313). */
const NEW_TLS = ['TLSv1.2', 'TLSv1.3'];

export default suite('station/tls', 'TLS of the station', [
  testCase({
    id: 'station/tls/right-certificate',
    title: 'The station connects to a CSMS that it trusts, over TLS 1.2 or newer, and registers',
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    octt: { '1.6': 'TC_086_CS', '2.0.1': 'TC_A_04_CS' },
    checks: {
      connects: { ref: refs('A00.FR.308'), level: 'SHALL', says: 'to a CSMS whose certificate is right it connects' },
      version: { ref: refs('A00.FR.312', 'A00.FR.313'), level: 'SHALL', says: 'TLS 1.2 or newer is spoken' },
      boots: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.01' },
        level: 'SHALL',
        says: 'after a restart it connects again, and registers',
      },
    },
    catches: {
      connects: behaviour('trusts-nobody', 'no certificate of a CSMS is trusted'),
      version: behaviour('prefers-old-tls', 'TLS 1.1 is spoken although the CSMS can do better'),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
    },
    async run(context) {
      const { check, csms } = context;
      // One that speaks an old version wherever it can is to be seen doing so.
      csms.show(usualFace(context, { least: 'TLSv1' }));
      const came = await knocks(context);
      check('connects', () => expect(told(came)).to.equal(CONNECTED));
      if (came.outcome !== CONNECTED) throw new Unmet('the station does not connect');
      check('version', () => expect(came.request.secured?.version).to.be.oneOf(NEW_TLS));
      csms.show();
      await ready(context);
      const { boot } = await reset(context, 'now');
      check('boots', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/tls/chain',
    title:
      'The station connects to a CSMS whose certificate was signed by an authority between, which is shown with it',
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: {
      connects: {
        ref: refs('A00.FR.308'),
        level: 'SHALL',
        says: 'a chain that leads to a root that it trusts is good',
      },
    },
    catches: { connects: behaviour('trusts-no-chains', 'only what a root has signed itself is trusted') },
    async run(context) {
      const { check } = context;
      const face = await chainedFace(context);
      await control(context);
      const came = await knocksAt(context, face);
      check('connects', () => expect(told(came)).to.equal(CONNECTED));
      await restored(context);
    },
  }),

  testCase({
    id: 'station/tls/suites',
    title: 'The station speaks both cipher suites of one of the two pairs',
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: {
      pair: {
        ref: refs('A00.FR.318', 'A00.FR.319'),
        level: 'SHALL',
        says: 'both suites with ECDSA are spoken, or both with RSA',
      },
    },
    catches: {
      pair: behaviour('lacks-long-suites-as-client', 'of each pair of cipher suites only the first is spoken'),
    },
    async run(context) {
      const { check } = context;
      await control(context);
      await hurried(context);
      const spoken: string[] = [];
      for (const name of PAIRS.flat()) {
        const came = await knocksAt(context, await bothKinds(context, { suites: [name] }));
        if (came.outcome === CONNECTED) spoken.push(name);
      }
      check('pair', () =>
        expect(
          PAIRS.some((pair) => pair.every((name) => spoken.includes(name))),
          `a pair among ${spoken.join(', ') || 'none'}`,
        ).to.equal(true),
      );
      await restored(context);
    },
  }),

  ...certificates('2.0.1', ''),
  ...certificates('1.6', '-v16'),

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

  testCase({
    id: 'station/tls/patience',
    title: 'A station that can not connect waits between its attempts, longer each time',
    sut: 'station',
    versions: ['2.0.1'],
    profiles: secure,
    exclusive: true,
    checks: {
      waits: {
        ref: 'P4 5.3',
        level: 'SHALL',
        says: 'no attempt comes before the least wait is over, doubled each time',
      },
      back: backCheck,
    },
    catches: {
      waits: behaviour(
        'hurries-back',
        'a station that lost its connection dials again at once, whatever wait is configured',
      ),
      back: neverBack,
    },
    async run(context) {
      const { check, csms, clock } = context;
      await control(context);
      const item = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'RetryBackOffWaitMinimum' } };
      const { payload } = await csms.call('GetVariables', { getVariableData: [item] });
      const least = Number(at(payload, 'getVariableResult[0].attributeValue'));
      if (!(least > 0)) throw new Unmet('the station tells no RetryBackOffWaitMinimum');
      csms.show(await wrongFaces['signed by itself'](context));
      await knocks(context);
      for (let i = 1; i <= ATTEMPTS; i++) {
        const since = clock.monotonic();
        const next = await csms.attempt();
        if (next === undefined) break;
        const seconds = (clock.monotonic() - since) / 1000;
        check('waits', () =>
          expect(seconds, `seconds before attempt ${i + 1}`).to.be.at.least(least * 2 ** i - SLACK_S),
        );
      }
      await back(context);
    },
  }),

  testCase({
    id: 'station/tls/client-certificate',
    title: 'The station shows a certificate of its own: signed, strong, and with its name and its operator in it',
    sut: 'station',
    versions: both,
    profiles: [3],
    octt: { '1.6': 'TC_087_CS', '2.0.1': 'TC_A_07_CS' },
    checks: {
      shown: { ref: refs('A00.FR.402'), level: 'SHALL', says: 'it shows a certificate that leads to the authority' },
      key: {
        ref: refs('A00.FR.501'),
        level: 'SHALL',
        says: 'the key has 2048 bits (RSA) or 224 bits (elliptic curve) at least',
      },
      name: { ref: refs('A00.FR.511'), level: 'SHALL', says: 'the common name is a name, and no address' },
      owner: {
        ref: refs('A00.FR.404'),
        level: 'SHALL',
        says: 'the organization is the operator that it is configured for',
      },
      serves: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.01' },
        level: 'SHALL',
        says: 'after a restart it shows it again, and registers',
      },
    },
    catches: {
      shown: behaviour('shows-no-certificate', 'no certificate is shown'),
      key: behaviour('shows-weak-certificate', 'the certificate has an RSA key of 1024 bits'),
      name: behaviour('shows-certificate-of-address', 'the certificate is for an address'),
      owner: behaviour('shows-certificate-of-nobody', 'the certificate is of another organization'),
      serves: behaviour('boots-once', 'after a reset no BootNotification is sent'),
    },
    async run(context) {
      const { check } = context;
      const came = await knocks(context);
      check('shown', () => expect(told(came)).to.equal(CONNECTED));
      if (came.outcome !== CONNECTED) throw new Unmet('the station was not let in');
      const [leaf] = chainOf(came.request.certificate?.pem ?? '');
      if (leaf === undefined) throw new Unmet('the station shows no certificate');
      judgeLeaf(context, leaf);
      await ready(context);
      const owner = await operatorName(context);
      check('owner', () => {
        const names = subjectField(leaf, 'O');
        expect(names, 'organizations').to.not.deep.equal([]);
        if (owner !== undefined) expect(names, 'organizations').to.include(owner);
      });
      const { boot } = await reset(context, 'now');
      check('serves', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
      await quiet(context);
    },
  }),
]);

/** Waits that are looked at. */
const ATTEMPTS = 2;
const SLACK_S = 1;

function judgeLeaf({ check }: Context<'key' | 'name'>, leaf: X509Certificate): void {
  const { bits, enough } = strengthOf(leaf.publicKey);
  check('key', () => expect(bits, 'bits of the key').to.be.at.least(enough));
  const [commonName = ''] = subjectField(leaf, 'CN');
  check('name', () => {
    expect(commonName, 'common name').to.not.equal('');
    expect(isIP(commonName) !== 0 || /:\/\//.test(commonName), 'an address for a name').to.equal(false);
  });
}
