/** Security profile 3: the CSMS lets a station in by its certificate, and nobody else. */
import { X509Certificate } from 'node:crypto';
import type { OcppVersion } from '../../src/dialects/index.ts';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { Authority, type CertificateRequest, type Issued, selfSigned } from '../../src/pki/authority.ts';
import { chainOf, subjectField } from '../../src/pki/notary.ts';
import { expired, notYetValid } from '../../src/pki/set.ts';
import type { Payload } from '../../src/session.ts';
import type { SystemUnderTest } from '../../src/sut/system-under-test.ts';
import { getsSigned, signedChecks, signedFaults } from '../csms/certificates.flows.ts';
import { byVersion, issuerFault, NOT_SERVED, ownSubject, rightlySigned } from './certified.ts';
import { oddCertificateCases } from './client-certificates.odd.ts';
import { boots, letIn, opened, registers, stillThere, stillThereCheck, tell, turnsDown } from './knocking.ts';
import { resumedCertificate } from './resumed.ts';
import { revokedOnline } from './revoked-online.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const profiles = [3] as const;

const refusedCheck = {
  ref: byVersion('A00.FR.407'),
  level: 'SHALL',
  says: 'the connection is ended before there is a 101',
} as const;
const dies = behaviour('dies-on-tls', 'a TLS handshake that fails ends the service for everybody');
const datesFault = behaviour('ignores-expiry', 'certificates of stations are good whatever their dates');
const noneFault = behaviour('asks-no-certificate', 'who shows no certificate is let in');

/** Signed by an authority that nobody knows. */
async function strangelySigned({ clock }: Context, request: Omit<CertificateRequest, 'use'>): Promise<Issued> {
  const stranger = await Authority.create({ name: 'plugproof stranger root', now: clock.now() });
  return stranger.issue({ ...request, use: 'client' });
}

/** The station that a certificate names, with a good one. @throws Unmet where there is none */
function ownerOf({ identities }: SystemUnderTest, name: string): { id: string; cert: string; key: string } {
  for (const { id, cert, key } of identities)
    if (cert !== undefined && key !== undefined && subjectField(new X509Certificate(cert), 'CN').includes(name))
      return { id, cert, key };
  throw new Unmet(`security.revoked has a certificate of '${name}', and no station in ids has a good one of that name`);
}

const validAt = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now <= Date.parse(validTo);

/** 2.1 as 2.0.1 has them. */
const certificateChecks = {
  taken: { ...signedChecks.taken, ref: { ...signedChecks.taken.ref, '2.1': 'A02.FR.11' } },
  key: { ...signedChecks.key, ref: 'CertificateSignedRequest.certificateChain' },
  name: { ...signedChecks.name, ref: 'CertificateSignedRequest.certificateChain' },
  dates: { ...signedChecks.dates, ref: 'CertificateSignedRequest.certificateChain' },
} as const;

/** What a request says of itself: nothing in 1.6; 2.1 numbers it. */
const CERTIFICATE_TYPE: Readonly<Record<OcppVersion, Payload>> = {
  '1.6': {},
  '2.0.1': { certificateType: 'ChargingStationCertificate' },
  '2.1': { certificateType: 'ChargingStationCertificate', requestId: 4_711 },
};

/** True for PEM of certificates. */
function isReadable(pem: string): boolean {
  try {
    return chainOf(pem).length > 0 && new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}

export default suite('security/client-certificates', 'Certificates of stations', [
  testCase({
    id: 'security/client-certificates/right-certificate',
    title: 'CSMS serves a station that shows its own certificate, and not one that shows none',
    sut: 'csms',
    versions,
    profiles,
    octt: { '1.6': 'TC_087_CSMS', '2.0.1': 'TC_A_07_CSMS', '2.1': 'TC_A_07_CSMS' },
    checks: {
      accepted: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02', '2.1': 'B01.FR.02' },
        level: 'SHALL',
        says: 'the station is let in, and accepted at its boot',
      },
      refused: { ...refusedCheck, says: 'who shows no certificate is turned down' },
      there: stillThereCheck,
    },
    catches: {
      accepted: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
      refused: noneFault,
      there: dies,
    },
    async run(context) {
      const { session } = await letIn(context);
      const boot = await boots(context, session);
      context.check('accepted', () => expect(boot).to.be.callResult({ status: 'Accepted' }));
      await session.close();
      await turnsDown(context, 'no certificate', { client: null });
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/renewed',
    title: 'CSMS signs a new certificate for a station, and lets it in with that one',
    sut: 'csms',
    versions,
    profiles,
    feature: 'advanced-security',
    checks: {
      ...certificateChecks,
      usable: {
        ref: byVersion('A00.FR.403'),
        level: 'SHALL',
        says: 'the station is let in with its new certificate, and accepted at its boot',
      },
    },
    catches: { ...signedFaults, usable: [signedFaults.name, signedFaults.dates] },
    async run(context) {
      const { check, station } = context;
      const { session } = await letIn(context);
      await boots(context, session);
      const { call, key } = await getsSigned(context, CERTIFICATE_TYPE[context.dialect.version]);
      call.respond({ status: 'Accepted' });
      await station.disconnect();
      const cert = String(call.payload['certificateChain']);
      if (!isReadable(cert)) throw new Unmet('the certificate that was signed can not be read');
      const back = await station.knock({ tls: { client: { cert, key } } });
      const boot = opened(back) ? await boots(context, back.session) : undefined;
      check('usable', () => {
        expect(tell(back)).to.equal('let in (101)');
        expect(boot).to.be.callResult({ status: 'Accepted' });
      });
      if (opened(back)) await back.session.close();
    },
  }),

  testCase({
    id: 'security/client-certificates/unknown-issuer',
    title: 'CSMS turns down a certificate that nobody it trusts has signed',
    sut: 'csms',
    versions,
    profiles,
    octt: { '2.0.1': 'TC_A_08_CSMS', '2.1': 'TC_A_08_CSMS' },
    checks: { refused: { ...refusedCheck, ref: byVersion('A00.FR.403') }, there: stillThereCheck },
    catches: { refused: issuerFault, there: dies },
    async run(context) {
      const request = ownSubject(context);
      await (await letIn(context)).session.close();
      const own = await selfSigned({ ...request, use: 'client' }, context.clock.now());
      await turnsDown(context, 'a certificate signed by itself', { client: own });
      const strange = await strangelySigned(context, request);
      await turnsDown(context, 'a certificate signed by a stranger', { client: strange });
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/out-of-date',
    title: 'CSMS turns down a certificate that has expired, or is not valid yet',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'authority',
    octt: { '2.0.1': 'TC_A_08_CSMS', '2.1': 'TC_A_08_CSMS' },
    checks: {
      // A station whose certificate has expired may be let in to be Pending, where its owner set that up (A00.FR.429).
      refused: { ...refusedCheck, says: `who shows a certificate out of date is ${NOT_SERVED}` },
      there: stillThereCheck,
    },
    catches: { refused: datesFault, there: dies },
    async run(context) {
      const request = ownSubject(context);
      await (await letIn(context)).session.close();
      for (const [what, dates] of Object.entries({ expired, 'not yet valid': notYetValid })) {
        const client = await rightlySigned(context, { ...request, ...dates });
        const outcome = await registers(context, { tls: { client } });
        context.check('refused', () => expect(outcome, what).to.not.equal('Accepted'));
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/other-organization',
    title: 'CSMS turns down a certificate of another organization',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'authority',
    checks: {
      refused: {
        ref: byVersion('A00.FR.404'),
        level: 'SHALL',
        says: `who shows a certificate of another organization, or of none, is ${NOT_SERVED}`,
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('ignores-organization', 'certificates of any organization are good'),
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { commonName } = ownSubject(context);
      await (await letIn(context)).session.close();
      const requests = {
        'another organization': { commonName, organization: 'plugproof: not yours' },
        'no organization': { commonName },
      };
      for (const [what, request] of Object.entries(requests)) {
        const outcome = await registers(context, { tls: { client: await rightlySigned(context, request) } });
        context.check('refused', () => expect(outcome, what).to.not.equal('Accepted'));
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/other-station',
    exclusive: true,
    title: 'CSMS turns down the certificate of another station',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'second station',
    checks: {
      refused: {
        ref: byVersion('A00.FR.405'),
        level: 'SHALL',
        says: `who shows the certificate of another station is ${NOT_SERVED}`,
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('ignores-common-name', 'a certificate of any station is good for every station'),
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { sut, station } = context;
      const other = sut.identities.find(({ id, cert }) => id !== station.identity && cert !== undefined);
      if (other?.cert === undefined || other.key === undefined) throw new Unmet('no second station has a certificate');
      const client = { cert: other.cert, key: other.key };
      await (await letIn(context)).session.close();
      // It is good where it belongs, or the refusal says nothing.
      await (await letIn(context, { identity: other.id, tls: { client } })).session.close();
      const outcome = await registers(context, { tls: { client } });
      context.check('refused', () => expect(outcome, `the certificate of ${other.id}`).to.not.equal('Accepted'));
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/revoked',
    title: 'CSMS turns down a certificate that was revoked',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'revoked',
    exclusive: true,
    checks: {
      refused: {
        ref: { '1.6': 'W A00.FR.704', '2.0.1': 'A00.FR.705', '2.1': 'A00.FR.705' },
        level: 'SHALL',
        says: `who shows a certificate that was revoked is ${NOT_SERVED}`,
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('ignores-revocation', 'certificates of stations are good although they were revoked'),
      there: dies,
    },
    async run(context) {
      const { clock, sut } = context;
      await (await letIn(context)).session.close();
      const { revoked = [] } = sut;
      if (revoked.length === 0) throw new Unmet('no certificate is named that was revoked: see security.revoked');
      const tries = revoked.map((client) => {
        const shown = new X509Certificate(client.cert);
        const [name = ''] = subjectField(shown, 'CN');
        if (!validAt(shown, clock.now())) throw new Unmet(`the certificate of ${name} that was revoked is out of date`);
        return { client, name, owner: ownerOf(sut, name) };
      });
      // With a good certificate each is let in, or a refusal says nothing.
      for (const { owner } of tries)
        await (await letIn(context, { identity: owner.id, tls: { client: owner } })).session.close();
      for (const { client, name, owner } of tries) {
        const outcome = await registers(context, { identity: owner.id, tls: { client } });
        const what = `the certificate of ${name} that was revoked`;
        context.check('refused', () => expect(outcome, what).to.not.equal('Accepted'));
      }
      await stillThere(context);
    },
  }),

  revokedOnline,
  resumedCertificate,
  ...oddCertificateCases,
]);
