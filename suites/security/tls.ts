/** Security profiles 2 and 3: the TLS that a CSMS speaks, and the certificate that it shows. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { subjectField } from '../../src/pki/notary.ts';
import { strengthOf } from '../../src/pki/strength.ts';
import type { TlsFacts, TlsOffer } from '../../src/wire/transport.ts';
import { byVersion } from './certified.ts';
import { dies, profiles, refs, versions } from './hellos.ts';
import { boots, letIn, offers, opened, stillThere, stillThereCheck, tell, turnsDown } from './knocking.ts';
import { resumedPassword } from './resumed.ts';
import { helloCases } from './tls.hellos.ts';
import { recordCases } from './tls.records.ts';

const speaksOld = behaviour('speaks-old-tls', 'TLS 1.0 and 1.1 are spoken');
const newestOnly = behaviour('speaks-newest-tls-only', 'TLS 1.3 only is spoken');

/** By OpenSSL's names (A00.FR.318, A00.FR.421). */
const ECDSA = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'];
const RSA = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384'];
/** Without encryption, or without anybody who vouches for the server: unfit for any use. */
const WEAK = ['NULL-SHA256', 'NULL-SHA', 'AECDH-AES128-SHA', 'ADH-AES128-SHA256'];

interface OldVersions {
  readonly id: string;
  readonly versions: readonly ('1.6' | '2.0.1' | '2.1')[];
  readonly level: 'SHALL' | 'SHOULD';
  readonly edition?: CaseSpec['edition'];
}

const oldVersions = (spec: OldVersions) =>
  testCase({
    id: spec.id,
    title: 'CSMS speaks TLS 1.2, and nothing older',
    sut: 'csms',
    versions: spec.versions,
    profiles,
    ...(spec.edition && { edition: spec.edition }),
    ...(spec.edition === undefined && { octt: { '2.0.1': 'TC_A_06_CSMS', '2.1': 'TC_A_06_CSMS' } }),
    checks: {
      refused: {
        ref: refs('A00.FR.314', 'A00.FR.315'),
        level: spec.level,
        says: 'who speaks TLS 1.0 or 1.1 only is turned down',
      },
      newer: {
        ref: refs('A00.FR.312', 'A00.FR.313'),
        level: 'SHALL',
        says: 'who speaks TLS 1.2 only is let in',
      },
      there: stillThereCheck,
    },
    catches: { refused: speaksOld, newer: newestOnly, there: dies },
    async run(context) {
      const { check, station } = context;
      await (await letIn(context)).session.close();
      const newer = await station.knock({ tls: { version: 'TLSv1.2' } });
      check('newer', () => expect(tell(newer)).to.equal('let in (101)'));
      if (opened(newer)) await newer.session.close();
      for (const version of ['TLSv1', 'TLSv1.1'] as const) await turnsDown(context, version, { version });
      await stillThere(context);
    },
  });

/** The TLS side of a connection. @throws Unmet where there is none */
async function facts(context: Context): Promise<TlsFacts> {
  const { session, tls } = await letIn(context);
  await session.close();
  if (tls === undefined || tls.certificate === '') throw new Unmet('the connection shows no certificate');
  return tls;
}

/** `*.example.org` stands for one label (RFC 6125). */
const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2));

const HOUR_MS = 3_600_000;

const suiteChecks = (names: readonly string[]) => names.map((name): TlsOffer => ({ suites: [name] }));

export default suite('security/tls', 'TLS', [
  oldVersions({ id: 'security/tls/old-versions', versions: ['2.0.1', '2.1'], level: 'SHALL' }),
  // A 1.6 CSMS may keep TLS 1.0 for chargers that can do no better (whitepaper, edition 3; edition 4 takes it back).
  oldVersions({ id: 'security/tls/old-versions-v16', versions: ['1.6'], level: 'SHOULD', edition: 'wp3' }),
  oldVersions({ id: 'security/tls/old-versions-wp4', versions: ['1.6'], level: 'SHALL', edition: 'wp4' }),

  testCase({
    id: 'security/tls/suites',
    title: 'CSMS speaks each of the four cipher suites of which a station needs two',
    sut: 'csms',
    versions,
    profiles,
    checks: {
      ecdsa: { ref: refs('A00.FR.317', 'A00.FR.318'), level: 'SHALL', says: 'the two suites with ECDSA are spoken' },
      // Without forward secrecy, and so often switched off: the text wants it all the same.
      rsa: { ref: refs('A00.FR.317', 'A00.FR.318'), level: 'SHALL', says: 'the two suites with RSA are spoken' },
    },
    catches: {
      ecdsa: [
        behaviour('lacks-ecdsa-suites', 'there is no certificate with an EC key, and so no ECDSA suite'),
        behaviour('lacks-long-suites', 'suites with AES-256 are not spoken'),
      ],
      rsa: [
        behaviour('lacks-rsa-suites', 'there is no certificate with an RSA key, and so no RSA suite'),
        behaviour('lacks-long-suites', 'suites with AES-256 are not spoken'),
      ],
    },
    async run(context) {
      await (await letIn(context)).session.close();
      for (const [id, names] of [
        ['ecdsa', ECDSA],
        ['rsa', RSA],
      ] as const) {
        for (const tls of suiteChecks(names)) {
          const [name = ''] = tls.suites ?? [];
          const knock = await offers(context, tls);
          if (knock instanceof Unreachable) throw new Unmet(`${name} could not be tried: ${knock.message}`);
          context.check(id, () => {
            expect(tell(knock), name).to.equal('let in (101)');
            expect(opened(knock) && knock.tls?.suite).to.equal(name);
          });
        }
      }
    },
  }),

  testCase({
    id: 'security/tls/weak-suites',
    title: 'CSMS speaks no cipher suite without encryption or without a certificate',
    sut: 'csms',
    versions,
    profiles,
    checks: {
      refused: {
        ref: refs('A00.FR.321', 'A00.FR.322'),
        level: 'SHALL',
        says: 'who offers nothing but unfit suites is turned down',
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('speaks-weak-suites', 'suites without encryption or certificate are spoken'),
      there: dies,
    },
    async run(context) {
      await (await letIn(context)).session.close();
      for (const name of WEAK) await turnsDown(context, name, { suites: [name] });
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/tls/server-certificate',
    title: 'CSMS shows a certificate that tells what it is, with a key that is long enough',
    sut: 'csms',
    versions,
    profiles,
    octt: { '1.6': 'TC_086_CSMS', '2.0.1': 'TC_A_04_CSMS', '2.1': 'TC_A_04_CSMS' },
    checks: {
      key: {
        ref: refs('A00.FR.501', 'A00.FR.501'),
        level: 'SHALL',
        says: 'the key has 2048 bits (RSA) or 224 bits (elliptic curve) at least',
      },
      name: {
        ref: refs('A00.FR.510', 'A00.FR.510'),
        level: 'SHALL',
        says: 'the common name is the name of the server',
      },
      owner: { ref: refs('A00.FR.509', 'A00.FR.509'), level: 'SHALL', says: 'the organization is told' },
      accepted: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02', '2.1': 'B01.FR.02' },
        level: 'SHALL',
        says: 'a station that trusts it is accepted at its boot',
      },
    },
    catches: {
      key: behaviour('shows-weak-key', 'the certificate has an RSA key of 1024 bits'),
      name: behaviour('shows-other-name', 'the certificate is for another host'),
      owner: behaviour('shows-no-organization', 'the certificate does not say whose it is'),
      accepted: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
    },
    async run(context) {
      const { check, sut } = context;
      const shown = new X509Certificate((await facts(context)).certificate);
      const { bits, enough } = strengthOf(shown.publicKey);
      const host = new URL(sut.url ?? 'wss://localhost').hostname.replace(/^\[|\]$/g, '').toLowerCase();
      check('key', () => expect(bits, 'bits of the key').to.be.at.least(enough));
      check('name', () => {
        const names = subjectField(shown, 'CN').map((name) => name.toLowerCase());
        expect(names, 'common names').to.not.deep.equal([]);
        // By its address a server can't be told from another; in its certificate stands its name.
        if (isIP(host) === 0)
          expect(
            names.some((name) => covers(name, host)),
            `${names} covers ${host}`,
          ).to.equal(true);
      });
      check('owner', () => expect(subjectField(shown, 'O'), 'organizations').to.not.deep.equal([]));
      const { session } = await letIn(context);
      const boot = await boots(context, session);
      check('accepted', () => expect(boot).to.be.callResult({ status: 'Accepted' }));
      await session.close();
    },
  }),

  testCase({
    id: 'security/tls/short-lived',
    title: 'CSMS shows a certificate that expires within a day',
    sut: 'csms',
    versions,
    profiles,
    checks: {
      short: {
        ref: byVersion('A00.FR.701'),
        level: 'SHOULD',
        says: 'its certificate is valid for 24 hours at most, so that a lost key is not good for long',
      },
    },
    catches: { short: behaviour('shows-long-lived', 'the certificate is valid for a year') },
    async run(context) {
      const { validFrom, validTo } = new X509Certificate((await facts(context)).certificate);
      const hours = (Date.parse(validTo) - Date.parse(validFrom)) / HOUR_MS;
      context.check('short', () => expect(hours, 'hours from its first moment to its last').to.be.at.most(24));
    },
  }),

  resumedPassword,
  ...helloCases,
  ...recordCases,
]);
