/** Charger: it asks for a new certificate of its own, takes a right one and no other, and shows it (2.x A02; whitepaper). */

import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, duplicate, type Fault, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { makeCsr } from '../../src/pki/authority.ts';
import { expired, notYetValid } from '../../src/pki/set.ts';
import type { Payload } from '../../src/session.ts';
import { certificateWords, installed, newAuthority, stationAuthority, timesIn } from './certificates.flows.ts';
import { told } from './knocks.ts';
import {
  certified,
  judged,
  keyText,
  nextRequest,
  OWN,
  type Request,
  shownKey,
  signedFor,
  signs,
  triggers,
} from './renewal.flows.ts';
import { countOf, quiet, ready } from './states.ts';
import { configured } from './states.v2.ts';

const both = ['1.6', '2.0.1'] as const;
const profiles = [3] as const;
const feature = { '1.6': 'Security' } as const;
const refs = (id: string, v2 = id) => ({ '1.6': `W ${id}`, '2.0.1': v2 }) as const;

export const requestChecks = {
  request: {
    ref: refs('A02.FR.03'),
    level: 'SHALL',
    says: 'asked to renew its certificate, it sends a request that is signed with the key in it',
  },
  strong: {
    ref: refs('A00.FR.501'),
    level: 'SHALL',
    says: 'the key has 2048 bits (RSA) or 224 bits (elliptic curve) at least',
  },
  name: {
    ref: refs('A00.FR.511'),
    level: 'SHALL',
    says: 'the common name is its own: that of the certificate that it has, and no address',
  },
  owner: {
    ref: refs('A02.FR.13', 'A00.FR.509'),
    level: 'SHALL',
    says: 'the organization is the operator that the station is configured for',
  },
} as const;

const garbled = alter(
  'SignCertificate',
  (payload) => ({ ...(payload as Payload), csr: 'this is no certificate signing request' }),
  { name: 'no request', kind: 'call' },
);
const otherType = alter(
  'SignCertificate',
  (payload) => ({
    ...(payload as Payload),
    certificateType: (payload as Payload)['certificateType'] === 'V2GCertificate' ? OWN : 'V2GCertificate',
  }),
  { name: 'of another type', kind: 'call' },
);
export const requestFaults = {
  request: [garbled, drop('SignCertificate'), otherType],
  strong: behaviour('asks-for-weak-keys', 'requests for certificates are for RSA keys of 1024 bits'),
  name: behaviour('asks-for-nobody', 'requests for certificates have no common name'),
  owner: behaviour('asks-for-another-organization', 'requests for certificates are made for another organization'),
} as const;

const takenCheck = {
  ref: refs('A02.FR.06', 'A02.FR.08'),
  level: 'SHALL',
  says: 'a certificate that is in order is accepted',
} as const;
const takenFaults = [
  alter('CertificateSigned', { status: 'Rejected' }),
  refuses('CertificateSigned', 'InternalError'),
] as const;

/** How a certificate can be wrong, each in one way. */
const flaws: Readonly<
  Record<'dates' | 'issuer' | 'key' | 'name', (context: Context, request: Request) => Promise<readonly string[]>>
> = {
  dates: async (context, { csr }) => {
    const authority = stationAuthority(context);
    return [await authority.sign(csr, expired), await authority.sign(csr, notYetValid)];
  },
  issuer: async (context, { csr }) => [await (await newAuthority(context)).sign(csr)],
  key: async (context, { commonName, organization }) => [
    await stationAuthority(context).sign((await makeCsr(commonName, organization)).csr),
  ],
  name: async (context, { csr }) => {
    const authority = stationAuthority(context);
    return [
      await authority.sign(csr, { commonName: 'PLUGPROOF-ANOTHER-STATION' }),
      await authority.sign(csr, { organization: 'plugproof: not yours' }),
    ];
  },
};

const refusedCheck = (says: string) =>
  ({ ref: refs('A02.FR.07'), level: 'SHALL', says: `a certificate ${says} is Rejected` }) as const;

/** Refused in words, and used. */
const usesRefused: Fault = {
  ...alter('CertificateSigned', { status: 'Rejected' }),
  ...behaviour('takes-any-dates', 'a certificate that was Rejected is used'),
  name: 'uses-refused-certificates',
};

/** Seconds between requests that the case orders, and how late one may be. */
const WAIT_S = 20;
const SLACK_S = 5;

export default suite('station/renewal', 'Certificates of the station', [
  testCase({
    id: 'station/renewal/renewed',
    title: 'The station asks for a new certificate with a new key, and comes back with it',
    sut: 'station',
    versions: both,
    profiles,
    certificates: 'authority',
    octt: { '1.6': 'TC_074_CS', '2.0.1': 'TC_A_11_CS' },
    feature,
    checks: {
      ...requestChecks,
      fresh: { ref: refs('A02.FR.02'), level: 'SHALL', says: 'the key is a new one, each time' },
      taken: takenCheck,
      shown: {
        ref: refs('A02.FR.08'),
        level: 'SHALL',
        says: 'when it connects next, it shows the new certificate',
      },
    },
    catches: {
      ...requestFaults,
      fresh: behaviour('reuses-keys', 'every request for a certificate is for the same key'),
      taken: takenFaults,
      shown: behaviour('keeps-certificate', 'a new certificate is accepted, and the old one shown'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const seen = [shownKey(context)];
      // Twice, for a key that is new may be so the first time only.
      for (let round = 0; round < 2; round++) {
        const request = await judged(context, await triggers(context, 'Accepted'));
        const key = keyText(request.key);
        check('fresh', () => expect(seen.includes(key), 'a key that was used before').to.equal(false));
        seen.push(key);
        const chain = await certified(context, request);
        const { reply, came } = await signs(context, chain);
        check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
        check('shown', () => expect(came?.outcome, 'the connection after it').to.equal('connected'));
        await ready(context);
        const shown = shownKey(context);
        check('shown', () => expect(shown, 'key of the certificate that it shows').to.equal(key));
      }
    },
  }),

  testCase({
    id: 'station/renewal/refused',
    title: 'The station refuses a new certificate that is none for it, tells of it, and keeps the old one',
    sut: 'station',
    versions: both,
    profiles,
    certificates: 'authority',
    octt: { '1.6': 'TC_077_CS', '2.0.1': 'TC_A_14_CS' },
    feature,
    checks: {
      ...requestChecks,
      dates: refusedCheck('that has expired, or is not valid yet,'),
      issuer: refusedCheck('that nobody it trusts has signed'),
      key: refusedCheck('for another key'),
      name: refusedCheck('for another station or another operator'),
      told: {
        ref: refs('A02.FR.07'),
        level: 'SHALL',
        says: 'the security event of an invalid certificate is told of, once for each',
      },
      kept: {
        ref: refs('A02.FR.07'),
        level: 'SHALL',
        says: 'when it connects next, it shows the certificate that it had',
      },
    },
    catches: {
      ...requestFaults,
      dates: behaviour('takes-any-dates', 'certificates are good whatever their dates'),
      issuer: behaviour('takes-any-signer', 'certificates are good whoever signed them'),
      key: behaviour('takes-any-key', 'any certificate is good, whatever its key'),
      name: behaviour('takes-any-names', 'certificates are good whatever their names'),
      told: [
        drop('SecurityEventNotification'),
        duplicate('SecurityEventNotification'),
        alter('SecurityEventNotification', { type: 'InvalidMessages' }),
        alter('SecurityEventNotification', { timestamp: '2020-01-01T00:00:00Z' }),
      ],
      kept: usesRefused,
    },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      const before = shownKey(context);
      if (before === undefined) throw new Unmet('the station shows no certificate');
      const type = certificateWords[dialect.version].events.station;
      const where = (payload: Payload) => payload['type'] === type;
      const rounds = async () => {
        for (const id of ['dates', 'issuer', 'key', 'name'] as const) {
          for (let i = 0, many = 1; i < many; i++) {
            // A certificate that was refused ends the matter: each needs a request of its own.
            await ready(context);
            const request = await judged(context, await triggers(context, 'Accepted'));
            const chains = await flaws[id](context, request);
            many = chains.length;
            const since = csms.mark;
            const reply = await csms.call('CertificateSigned', signedFor(context, chains[i] ?? ''));
            check(id, () => expect(reply).to.be.callResult({ status: 'Rejected' }));
            if (reply.payload['status'] !== 'Rejected')
              throw new Unmet('the station took a certificate that is not in order');
            const event = await csms.awaitCall('SecurityEventNotification', { since, where });
            const count = await countOf(context, 'SecurityEventNotification', since, where);
            check('told', () => {
              expect(count, `SecurityEventNotifications with type ${type}`).to.equal(1);
              expect(event?.payload['timestamp']).to.be.recentInstant();
            });
          }
        }
      };
      await rounds().catch(async (cause: unknown) => {
        // One that came with what it had refused, and was not let in, is what this is about.
        const says = csms.connected ? '' : told(await csms.attempt());
        check('kept', () => expect(says).to.not.match(/certificate is not good/));
        throw cause;
      });
      const back = csms.attempt();
      await csms.disconnect();
      const came = await back;
      check('kept', () => expect(came?.outcome, 'the connection after it').to.equal('connected'));
      await ready(context);
      const shown = shownKey(context);
      check('kept', () => expect(shown, 'key of the certificate that it shows').to.equal(before));
    },
  }),

  testCase({
    id: 'station/renewal/not-signed',
    title: 'A station whose request is turned down goes on, and asks again only when it is asked to',
    sut: 'station',
    versions: both,
    profiles,
    octt: { '2.0.1': 'TC_A_15_CS' },
    feature,
    checks: {
      ...requestChecks,
      silent: {
        ref: refs('A02.FR.12'),
        level: 'SHOULD',
        says: 'a request that was Rejected is not sent again',
      },
      again: { ref: refs('A02.FR.03'), level: 'SHALL', says: 'asked once more, it sends another request' },
    },
    catches: {
      ...requestFaults,
      silent: duplicate('SignCertificate'),
      again: behaviour('asks-to-be-signed-once', 'only the first request for a certificate leaves'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const since = csms.mark;
      await judged(context, await triggers(context, 'Rejected'));
      await csms.awaitCall('SignCertificate', { timeoutMs: SLACK_S * 1000 });
      const count = await countOf(context, 'SignCertificate', since);
      check('silent', () => expect(count, 'requests, the one that was Rejected among them').to.equal(1));
      const { reply, asked } = await triggers(context, 'Rejected');
      check('again', () => {
        expect(reply).to.be.callResult({ status: 'Accepted' });
        expect(asked, 'a SignCertificate').to.not.equal(undefined);
      });
      await quiet(context);
    },
  }),

  testCase({
    id: 'station/renewal/asks-again',
    title: 'A station that hears nothing of its request asks again, each time after twice the time',
    sut: 'station',
    versions: ['2.0.1'],
    profiles,
    certificates: 'authority',
    octt: { '2.0.1': 'TC_A_23_CS' },
    checks: {
      ...requestChecks,
      second: { ref: 'A02.FR.17', level: 'SHALL', says: 'after the time that is configured it asks a second time' },
      third: { ref: 'A02.FR.18', level: 'SHALL', says: 'after twice that time it asks a third time' },
      taken: { ...takenCheck, ref: 'A02.FR.08' },
    },
    catches: {
      ...requestFaults,
      second: behaviour('asks-to-be-signed-once', 'only the first request for a certificate leaves'),
      third: behaviour('asks-to-be-signed-twice', 'only two requests for a certificate leave'),
      taken: takenFaults,
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'SecurityCtrlr', 'CertSigningWaitMinimum', String(WAIT_S));
      await configured(context, 'SecurityCtrlr', 'CertSigningRepeatTimes', '2');
      const first = await triggers(context, 'Accepted');
      await judged(context, first);
      let last = first.asked;
      for (const [id, wait] of [
        ['second', WAIT_S],
        ['third', 2 * WAIT_S],
      ] as const) {
        const next = await nextRequest(context, csms.mark, (wait + 2 * SLACK_S) * 1000);
        check(id, () => {
          if (next === undefined || last === undefined) expect.fail('it did not ask again');
          const seconds = (next.call.at - last.call.at) / 1000;
          expect(seconds, 'seconds since it asked before').to.be.within(wait - SLACK_S, wait + SLACK_S);
        });
        last = next ?? last;
      }
      const request = last?.request;
      if (request === undefined) throw new Unmet('the last request can not be signed');
      const { reply } = await signs(context, await certified(context, request));
      check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
    },
  }),

  testCase({
    id: 'station/renewal/v2g',
    title: 'The station asks for a new V2G certificate, takes it, and tells of it with what is above it',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_A_12_CS', 'TC_M_15_CS'] },
    feature: { '2.0.1': 'iso15118' },
    checks: {
      ...requestChecks,
      type: { ref: 'A02.FR.13', level: 'SHALL', says: 'the request says that it is for a V2G certificate' },
      taken: { ...takenCheck, ref: 'A02.FR.06' },
      listed: { ref: 'M03.FR.05', level: 'SHALL', says: 'the list of V2G certificates has the new one' },
    },
    catches: {
      ...requestFaults,
      type: [
        alter('SignCertificate', { certificateType: OWN }, { kind: 'call' }),
        alter('SignCertificate', { certificateType: null }, { kind: 'call' }),
      ],
      taken: takenFaults,
      listed: alter(
        'GetInstalledCertificateIds',
        { status: 'NotFound', certificateHashDataChain: null },
        { name: 'no chains', when: (_payload, request) => JSON.stringify(request).includes('V2GCertificateChain') },
      ),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const { authority } = await installed(context, 'v2g');
      const triggered = await triggers(context, 'Accepted', { requestedMessage: 'SignV2GCertificate' });
      const request = await judged(context, triggered, 'V2GCertificate');
      check('type', () => expect(triggered.asked?.call.payload['certificateType']).to.equal('V2GCertificate'));
      const chain = await authority.sign(request.csr);
      const reply = await csms.call('CertificateSigned', signedFor(context, chain, 'V2GCertificate'));
      check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const all = await csms.call('GetInstalledCertificateIds', { certificateType: ['V2GCertificateChain'] });
      const told = certificateWords[context.dialect.version].told(all.payload);
      check('listed', () => {
        expect(all).to.be.callResult({ status: 'Accepted' });
        expect(timesIn(told, chain, authority.cert), 'times that the new certificate is told of').to.equal(1);
      });
    },
  }),
]);
