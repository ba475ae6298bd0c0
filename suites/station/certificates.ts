/** Charger: certificates of authorities are installed, told of by their hashes, and deleted (2.x M03 to M05; whitepaper). */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, duplicate, refuses } from '../../src/judge/fault.ts';
import { type ByVersion, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { hashData } from '../../src/pki/hash-data.ts';
import type { Payload } from '../../src/session.ts';
import {
  certificateWords,
  installed,
  installs,
  isHashOf,
  keysOf,
  listed,
  newAuthority,
  type RootKind,
  rehashed,
  relisted,
  takesAnyRoot,
  timesIn,
  wellFormed,
} from './certificates.flows.ts';
import { countOf, ready } from './states.ts';

const both = ['1.6', '2.0.1'] as const;
/** The whitepaper as a whole, for a SUT to declare absent; in 2.x certificates belong to every station. */
const feature = { '1.6': 'Security' } as const;
const refs = (v16: string, v2: string) => ({ '1.6': `W ${v16}`, '2.0.1': v2 }) as const;

const listCheck = {
  ref: refs('M03.FR.04', 'M03.FR.04'),
  level: 'SHALL',
  says: 'the list has the new certificate once, by its hashes, beside those that were there before',
} as const;
const acceptedCheck = {
  ref: refs('M05.FR.02', 'M05.FR.02'),
  level: 'SHALL',
  says: 'a root that is in order is installed',
} as const;
const formCheck = {
  ref: refs('M03.FR.03', 'M03.FR.03'),
  level: 'SHALL',
  says: 'a list is Accepted with certificates in it, or NotFound without',
} as const;
const typesCheck = {
  ref: 'M03.FR.04',
  level: 'SHALL',
  says: 'the list has certificates of the types that were asked for, and no others',
} as const;

const NO_HASH = 'deadbeef'.repeat(8);
/** A list with nothing in it, and still Accepted. */
const emptyList = alter(
  'GetInstalledCertificateIds',
  { status: 'NotFound' },
  { name: 'NotFound with a list', when: (payload) => JSON.stringify(payload).includes('Accepted') },
);
const listFaults = [
  relisted('without the last', (entries) => entries.slice(0, -1)),
  relisted('the last twice', (entries) => [...entries, ...entries.slice(-1)]),
  rehashed('issuerNameHash', NO_HASH),
  rehashed('issuerKeyHash', NO_HASH),
  rehashed('serialNumber', 'deadbeef'),
  rehashed('hashAlgorithm', 'SHA512'),
];
const refusesAll = [
  alter('InstallCertificate', { status: 'Rejected' }),
  alter('InstallCertificate', { status: 'Failed' }),
];
const otherType = relisted('of another type', (entries) =>
  entries.map((entry) => ({ ...entry, certificateType: 'V2GCertificateChain' })),
);

/** Judges by `listed` that the list is what it was before, with `pem` in it once. */
function grewBy(
  context: Context<'listed'>,
  before: readonly string[],
  told: Parameters<typeof keysOf>[0],
  pem: string,
) {
  context.check('listed', () => {
    expect(timesIn(told, pem), 'times that the new certificate is told of').to.equal(1);
    const others = told.filter(({ hash }) => !isHashOf(hash, pem));
    expect(keysOf(others), 'certificates that were there before').to.deep.equal(before);
  });
}

interface Install {
  readonly kind: RootKind;
  readonly what: string;
  readonly versions: readonly ('1.6' | '2.0.1')[];
  readonly octt: Partial<Readonly<Record<'1.6' | '2.0.1', string | readonly string[]>>>;
  readonly feature: ByVersion<string>;
}

const ISO15118 = { '2.0.1': 'iso15118' } as const;
const installations: readonly Install[] = [
  {
    kind: 'csms',
    what: 'the CSMS',
    versions: both,
    octt: { '1.6': 'TC_075_2_CS', '2.0.1': ['TC_M_01_CS', 'TC_M_12_CS'] },
    feature,
  },
  {
    kind: 'manufacturer',
    what: 'the manufacturer',
    versions: both,
    octt: { '1.6': 'TC_075_1_CS', '2.0.1': ['TC_M_02_CS', 'TC_M_13_CS'] },
    feature,
  },
  {
    kind: 'v2g',
    what: 'V2G',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_M_03_CS', 'TC_M_14_CS'] },
    feature: ISO15118,
  },
  {
    kind: 'mo',
    what: 'the mobility operator',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_M_04_CS', 'TC_M_16_CS'] },
    feature: ISO15118,
  },
];

/** A certificate that was once, and is no more. */
const expired = async (context: Context): Promise<string> => (await newAuthority(context, 20 * YEAR_MS)).cert;
const YEAR_MS = 365 * 86_400_000;

export default suite('station/certificates', 'Certificates of authorities', [
  ...installations.map(({ kind, what, versions, octt, feature: needed }) =>
    testCase({
      id: `station/certificates/install-${kind}-root`,
      title: `The station installs a root of ${what}, and tells of it by its hashes`,
      sut: 'station',
      versions,
      octt,
      feature: needed,
      checks: { accepted: acceptedCheck, listed: listCheck, form: formCheck },
      catches: { accepted: refusesAll, listed: listFaults, form: emptyList },
      async run(context) {
        const { check } = context;
        await ready(context);
        if (kind === 'csms') await takesAnyRoot(context);
        const before = await listed(context, kind);
        check('form', () => wellFormed(before));
        const { cert } = await newAuthority(context);
        const reply = await installs(context, kind, cert);
        check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
        const now = await listed(context, kind);
        check('form', () => wellFormed(now));
        grewBy(context, keysOf(before.told), now.told, cert);
      },
    }),
  ),

  testCase({
    id: 'station/certificates/install-again',
    title: 'A root that the station has already is installed once more, and told of once',
    sut: 'station',
    versions: ['2.0.1'],
    checks: {
      accepted: { ref: 'M05.FR.17', level: 'SHALL', says: 'it is Accepted a second time' },
      listed: listCheck,
    },
    catches: {
      accepted: alter('InstallCertificate', { status: 'Rejected' }, { name: 'the second', when: secondInstall() }),
      listed: listFaults,
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const before = await listed(context, 'manufacturer');
      const { cert } = await newAuthority(context);
      for (let times = 0; times < 2; times++) {
        const reply = await installs(context, 'manufacturer', cert);
        check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      }
      const now = await listed(context, 'manufacturer');
      grewBy(context, keysOf(before.told), now.told, cert);
    },
  }),

  testCase({
    id: 'station/certificates/list-by-type',
    title: 'The station tells of the types that are asked for: of two, of all, and of none',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_M_17_CS', 'TC_M_18_CS', 'TC_M_19_CS'] },
    checks: {
      two: typesCheck,
      all: { ...typesCheck, says: 'asked for no type, it tells of all, with the type of each' },
      none: { ref: 'M03.FR.02', level: 'SHALL', says: 'where there is none of a type, the list is NotFound' },
      form: formCheck,
    },
    catches: {
      two: [
        otherType,
        relisted('without roots of the CSMS', (all) =>
          all.filter((one) => one['certificateType'] !== 'CSMSRootCertificate'),
        ),
        relisted('with one more', (entries) => [...entries, { ...entries[0], certificateType: 'MORootCertificate' }]),
      ],
      all: [otherType, relisted('the first alone', (entries) => entries.slice(0, 1))],
      none: [
        alter(
          'GetInstalledCertificateIds',
          { status: 'Accepted' },
          { name: 'Accepted without a list', when: isNotFound },
        ),
      ],
      form: emptyList,
    },
    async run(context) {
      const { check, dialect } = context;
      const { types } = certificateWords[dialect.version];
      await ready(context);
      await takesAnyRoot(context);
      const csms = (await newAuthority(context)).cert;
      const maker = (await newAuthority(context)).cert;
      await installs(context, 'csms', csms);
      await installs(context, 'manufacturer', maker);
      const two = await listed(context, 'csms', 'manufacturer');
      const typeOf = (told: typeof two.told, pem: string) => told.find(({ hash }) => isHashOf(hash, pem))?.type;
      check('form', () => wellFormed(two));
      check('two', () => {
        expect(typeOf(two.told, csms), 'type of the root of the CSMS').to.equal(types.csms);
        expect(typeOf(two.told, maker), 'type of the root of the manufacturer').to.equal(types.manufacturer);
        const others = two.told.filter(({ type }) => type !== types.csms && type !== types.manufacturer);
        expect(others, 'certificates of other types').to.deep.equal([]);
      });
      const all = await listed(context);
      check('form', () => wellFormed(all));
      check('all', () => {
        expect(typeOf(all.told, csms), 'type of the root of the CSMS').to.equal(types.csms);
        expect(typeOf(all.told, maker), 'type of the root of the manufacturer').to.equal(types.manufacturer);
        const keys = keysOf(all.told);
        expect(
          keysOf(two.told).filter((key) => !keys.includes(key)),
          'certificates that it told of before',
        ).to.deep.equal([]);
      });
      for (const kind of ['mo', 'v2g'] as const) {
        if (all.told.some(({ type }) => type === types[kind])) continue;
        const none = await listed(context, kind);
        check('none', () => {
          expect(none.reply).to.be.callResult({ status: 'NotFound' });
          expect(none.told, 'certificates').to.deep.equal([]);
        });
        return;
      }
      throw new Unmet('the station has roots of every type: none is left that it has none of');
    },
  }),

  testCase({
    id: 'station/certificates/delete',
    title: 'The station deletes the certificate that is named, and no other',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_076_CS', '2.0.1': 'TC_M_20_CS' },
    feature,
    checks: {
      accepted: { ref: refs('M04.FR.02', 'M04.FR.02'), level: 'SHALL', says: 'a certificate that it has is deleted' },
      gone: {
        ref: refs('M04.FR.02', 'M04.FR.02'),
        level: 'SHALL',
        says: 'the list has it no more, and has all others',
      },
      twice: { ref: refs('M04.FR.04', 'M04.FR.04'), level: 'SHALL', says: 'deleted once more, it is NotFound' },
    },
    catches: {
      accepted: [alter('DeleteCertificate', { status: 'Failed' }), refuses('DeleteCertificate', 'InternalError')],
      gone: [
        behaviour('deletes-nothing', 'DeleteCertificate is Accepted, and nothing deleted'),
        behaviour('deletes-all', 'all certificates of the type are deleted'),
      ],
      twice: alter('DeleteCertificate', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const kept = await installed(context, 'manufacturer');
      const before = keysOf((await listed(context, 'manufacturer')).told);
      const { authority, told } = await installed(context, 'manufacturer');
      const certificateHashData = told.hash;
      const reply = await csms.call('DeleteCertificate', { certificateHashData });
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const now = await listed(context, 'manufacturer');
      check('gone', () => {
        expect(timesIn(now.told, authority.cert), 'times that it is told of').to.equal(0);
        expect(timesIn(now.told, kept.authority.cert), 'times that the other is told of').to.equal(1);
        expect(keysOf(now.told), 'the list').to.deep.equal(before);
      });
      const twice = await csms.call('DeleteCertificate', { certificateHashData });
      check('twice', () => expect(twice).to.be.callResult({ status: 'NotFound' }));
    },
  }),

  testCase({
    id: 'station/certificates/delete-unknown',
    title: 'The station tells that it has no certificate of that number, and deletes none',
    sut: 'station',
    versions: both,
    octt: { '2.0.1': 'TC_M_22_CS' },
    feature,
    checks: {
      notFound: { ref: refs('M04.FR.04', 'M04.FR.04'), level: 'SHALL', says: 'one that it never had is NotFound' },
      kept: {
        ref: refs('M04.FR.04', 'M04.FR.04'),
        level: 'SHALL',
        says: 'one that differs from it in a single member stays',
      },
    },
    catches: {
      notFound: alter('DeleteCertificate', { status: 'Accepted' }),
      kept: behaviour('deletes-all', 'all certificates of the type are deleted'),
    },
    async run(context) {
      const { check, csms, sut } = context;
      await ready(context);
      const { authority, told } = await installed(context, 'manufacturer');
      const stranger = hashData((await newAuthority(context)).cert, told.hash.hashAlgorithm);
      const twins = [
        stranger,
        { ...told.hash, serialNumber: stranger.serialNumber },
        { ...told.hash, issuerKeyHash: stranger.issuerKeyHash },
        { ...told.hash, issuerNameHash: stranger.issuerNameHash },
      ];
      for (const certificateHashData of twins) {
        const reply = await csms.call('DeleteCertificate', { certificateHashData }, { timeoutMs: sut.timeoutMs });
        check('notFound', () => expect(reply).to.be.callResult({ status: 'NotFound' }));
      }
      const now = await listed(context, 'manufacturer');
      check('kept', () => expect(timesIn(now.told, authority.cert), 'times that it is told of').to.equal(1));
    },
  }),

  testCase({
    id: 'station/certificates/install-invalid',
    title: 'The station installs no root that is not in order',
    sut: 'station',
    versions: both,
    octt: { '2.0.1': 'TC_M_07_CS' },
    feature,
    checks: {
      expired: { ref: refs('M05.FR.06', 'M05.FR.07'), level: 'SHALL', says: 'one that has expired is Rejected' },
      garbage: {
        ref: refs('M05.FR.06', 'M05.FR.07'),
        level: 'SHALL',
        says: 'what is no certificate is Rejected or Failed',
      },
      untouched: { ref: refs('M05.FR.06', 'M05.FR.07'), level: 'SHALL', says: 'the list is what it was' },
    },
    catches: {
      expired: [alter('InstallCertificate', { status: 'Accepted' }), refuses('InstallCertificate', 'InternalError')],
      garbage: alter('InstallCertificate', { status: 'Accepted' }),
      untouched: behaviour('takes-any-dates', 'certificates are good whatever their dates'),
    },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      const before = await listed(context, 'csms');
      const { types } = certificateWords[dialect.version];
      const old = await installs(context, 'csms', await expired(context));
      check('expired', () => expect(old).to.be.callResult({ status: 'Rejected' }));
      const bad = await csms.call('InstallCertificate', {
        certificateType: types.csms,
        certificate: '-----BEGIN CERTIFICATE-----\nTm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----',
      });
      check('garbage', () => {
        if (bad.kind === 'callerror') return;
        expect(bad.payload['status']).to.be.oneOf(['Rejected', 'Failed']);
      });
      const now = await listed(context, 'csms');
      check('untouched', () => expect(keysOf(now.told)).to.deep.equal(keysOf(before.told)));
    },
  }),

  testCase({
    id: 'station/certificates/install-invalid-event-v16',
    title: 'The station tells the CSMS that a root was not in order',
    sut: 'station',
    versions: ['1.6'],
    octt: { '1.6': 'TC_078_CS' },
    feature,
    checks: {
      refused: { ref: 'W M05.FR.06', level: 'SHALL', says: 'a root that has expired is Rejected' },
      // Not critical, and so for the station to push or only to log (whitepaper A04).
      told: { ref: 'W A04.FR.01', level: 'SHOULD', says: 'the security event is told of, with the time of now' },
      once: { ref: 'W A04.FR.01', level: 'SHALL', says: 'it is told of once' },
    },
    catches: {
      refused: alter('InstallCertificate', { status: 'Accepted' }),
      told: [
        drop('SecurityEventNotification'),
        alter('SecurityEventNotification', { type: 'InvalidMessages' }),
        alter('SecurityEventNotification', { timestamp: '2020-01-01T00:00:00Z' }),
      ],
      once: duplicate('SecurityEventNotification'),
    },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      // Whether it has certificates at all is asked first.
      await listed(context, 'csms');
      const since = csms.mark;
      const reply = await installs(context, 'csms', await expired(context));
      check('refused', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      const { csms: type } = certificateWords[dialect.version].events;
      const where = (payload: Payload) => payload['type'] === type;
      const event = await csms.awaitCall('SecurityEventNotification', { since, where });
      check('told', () => {
        expect(event, `SecurityEventNotification with type ${type}`).to.not.equal(undefined);
        expect(event?.payload['timestamp']).to.be.recentInstant();
      });
      if (event === undefined) return;
      const count = await countOf(context, 'SecurityEventNotification', since, where);
      check('once', () => expect(count, 'notifications of that type').to.equal(1));
    },
  }),
]);

function isNotFound(payload: unknown): boolean {
  return (payload as { status?: unknown }).status === 'NotFound';
}

/** True of the second answer to the same CALL. */
function secondInstall(): (payload: unknown, request: unknown) => boolean {
  let last = '';
  return (_payload, request) => {
    const now = JSON.stringify(request);
    const again = now === last;
    last = now;
    return again;
  };
}
