/** Charger: certificates that are in use: its own, the root of its CSMS, and that root replaced by a new one. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Authority } from '../../src/pki/authority.ts';
import { hashData } from '../../src/pki/hash-data.ts';
import { chainOf } from '../../src/pki/notary.ts';
import type { Payload } from '../../src/session.ts';
import type { Face } from '../../src/wire/transport.ts';
import {
  certificateWords,
  csmsAuthority,
  isHashOf,
  keysOf,
  listed,
  newAuthority,
  relisted,
  timesIn,
} from './certificates.flows.ts';
import { knocks, told } from './knocks.ts';
import { ready, reset } from './states.ts';
import { CONNECTED, refs } from './tls.door.ts';
import { usualRequest } from './tls.flows.ts';

const both = ['1.6', '2.0.1'] as const;
const feature = { '1.6': 'Security' } as const;
/** Declared by who has a charger that takes a new root only where the old one signed it. */
export const ROOT_CHECK = 'additional-root-check';

const another = relisted('with another', (entries) => [
  ...entries,
  ...entries.slice(-1).map((entry) => {
    const inner = entry['certificateHashData'] as Payload | undefined;
    const other = { serialNumber: 'deadbeef' };
    return inner === undefined ? { ...entry, ...other } : { ...entry, certificateHashData: { ...inner, ...other } };
  }),
]);

const replaceCheck = {
  ref: refs('M05.FR.11', 'M05.FR.12'),
  level: 'SHALL',
  says: 'a new root that the old one signed is installed',
} as const;

/** Puts a root of the CSMS on the charger, which stays there. @returns its status */
export async function replaces(
  { csms, dialect }: Pick<Context, 'csms' | 'dialect'>,
  certificate: string,
): Promise<unknown> {
  const certificateType = certificateWords[dialect.version].types.csms;
  const reply = await csms.call('InstallCertificate', { certificateType, certificate });
  return reply.payload['status'];
}

/** What a CSMS under that root shows: without the root itself, which would lead to the old one, that signed it. */
export const faceUnder = (context: Context, root: Authority): Promise<Face> => root.issue(usualRequest(context));

/** The old root comes back, as one that the new one signed. */
async function restores(context: Context, now: Authority, old: Authority): Promise<void> {
  const status = await replaces(context, await now.crossSign(old));
  context.note(`the root that was there before is installed again: ${String(status)}`);
  context.csms.show();
  await knocks(context);
  await ready(context);
}

export default suite('station/certificates', 'Certificates in use', [
  testCase({
    id: 'station/certificates/delete-own',
    title: 'The station does not delete its own certificate',
    sut: 'station',
    versions: both,
    profiles: [3],
    octt: { '2.0.1': 'TC_M_23_CS' },
    feature,
    checks: {
      refused: {
        ref: refs('M04.FR.05', 'M04.FR.06'),
        level: 'SHALL',
        says: 'its own certificate is not deleted: Failed, or not known under that name',
      },
      kept: {
        ref: refs('M04.FR.05', 'M04.FR.06'),
        level: 'SHALL',
        says: 'it connects with the certificate that it had',
      },
    },
    catches: {
      refused: alter('DeleteCertificate', { status: 'Accepted' }),
      kept: behaviour('shows-certificate-once', 'the certificate is shown with the first connection alone'),
    },
    async run(context) {
      const { check, csms, sut } = context;
      await ready(context);
      const shown = csms.request.certificate?.pem ?? '';
      const [leaf, above] = chainOf(shown).map(String);
      if (leaf === undefined) throw new Unmet('the station shows no certificate');
      const { told: roots } = await listed(context, 'csms');
      const algorithm = roots[0]?.hash.hashAlgorithm ?? 'SHA256';
      const certificateHashData = hashData(leaf, algorithm, above ?? sut.clientCa ?? leaf);
      const reply = await csms.call('DeleteCertificate', { certificateHashData });
      check('refused', () => {
        expect(reply).to.be.callResult();
        expect(reply.payload['status']).to.be.oneOf(['Failed', 'NotFound']);
      });
      const came = await knocks(context);
      check('kept', () => {
        expect(told(came)).to.equal(CONNECTED);
        const [now] = chainOf(csms.request.certificate?.pem ?? '').map(String);
        expect(now, 'the certificate that it shows').to.equal(leaf);
      });
    },
  }),

  testCase({
    id: 'station/certificates/delete-root-in-use-v16',
    title: 'The station does not delete the root that its connection hangs on',
    sut: 'station',
    versions: ['1.6'],
    profiles: [2, 3],
    feature: 'Security',
    checks: {
      refused: { ref: 'W M04.FR.06', level: 'SHALL', says: 'the one root of its CSMS is not deleted: Failed' },
      kept: { ref: 'W M04.FR.06', level: 'SHALL', says: 'the list still has it' },
    },
    catches: {
      refused: alter('DeleteCertificate', { status: 'Accepted' }),
      kept: behaviour('deletes-all', 'DeleteCertificate deletes all certificates'),
    },
    async run(context) {
      const { check, csms, sut, after } = context;
      await ready(context);
      const root = sut.ca;
      if (root === undefined) throw new Unmet('the root that the station trusts is not given: see --ca');
      const { told: roots } = await listed(context, 'csms');
      const own = roots.find(({ hash }) => isHashOf(hash, root));
      if (own === undefined || roots.length !== 1)
        throw new Unmet('the station has another root, or more than that one');
      // One that deletes it all the same is not to be left without.
      after(async () => {
        const now = await listed(context, 'csms');
        if (timesIn(now.told, root) === 0) await replaces(context, root);
      });
      const reply = await csms.call('DeleteCertificate', { certificateHashData: own.hash });
      check('refused', () => expect(reply).to.be.callResult({ status: 'Failed' }));
      const now = await listed(context, 'csms');
      check('kept', () => expect(timesIn(now.told, root), 'times that it is told of').to.equal(1));
    },
  }),

  testCase({
    id: 'station/certificates/root-not-signed',
    title: 'A station that checks new roots takes none that the old one has not signed',
    sut: 'station',
    versions: both,
    profiles: [2, 3],
    octt: { '2.0.1': 'TC_M_09_CS' },
    onlyFor: ROOT_CHECK,
    checks: {
      refused: { ref: refs('M05.FR.10', 'M05.FR.11'), level: 'SHALL', says: 'it is Rejected' },
      untouched: { ref: refs('M05.FR.10', 'M05.FR.11'), level: 'SHALL', says: 'the list is what it was' },
    },
    catches: {
      refused: alter('InstallCertificate', { status: 'Accepted' }),
      untouched: behaviour('takes-any-signer', 'certificates are good whoever signed them'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const before = await listed(context, 'csms');
      const status = await replaces(context, (await newAuthority(context)).cert);
      check('refused', () => expect(status).to.equal('Rejected'));
      const now = await listed(context, 'csms');
      check('untouched', () => expect(keysOf(now.told)).to.deep.equal(keysOf(before.told)));
    },
  }),

  testCase({
    id: 'station/certificates/root-replaced',
    title: 'A station that checks new roots takes one that the old one signed, trusts it, and forgets the old one',
    sut: 'station',
    versions: both,
    profiles: [2, 3],
    exclusive: true,
    octt: { '2.0.1': 'TC_M_30_CS' },
    onlyFor: ROOT_CHECK,
    checks: {
      accepted: replaceCheck,
      connects: {
        ref: refs('M05.FR.12', 'M05.FR.13'),
        level: 'SHALL',
        says: 'after a restart it connects to a CSMS under the new root',
      },
      gone: { ref: refs('M05.FR.12', 'M05.FR.13'), level: 'SHALL', says: 'then the list has the new root alone' },
    },
    catches: {
      accepted: alter('InstallCertificate', { status: 'Rejected' }),
      connects: behaviour('keeps-roots', 'a new root of the CSMS is accepted, and the old one trusted'),
      gone: another,
    },
    async run(context) {
      const { check, csms } = context;
      const old = csmsAuthority(context);
      const next = await old.subordinate('plugproof new root', 'plugproof');
      await ready(context);
      const status = await replaces(context, next.cert);
      check('accepted', () => expect(status).to.equal('Accepted'));
      if (status !== 'Accepted') throw new Unmet('the station did not take the new root');
      csms.show(await faceUnder(context, next));
      const { boot } = await reset(context, 'now');
      check('connects', () => expect(boot, 'a BootNotification under the new root').to.not.equal(undefined));
      if (boot === undefined) throw new Unmet('the station did not come back');
      const { told: roots } = await listed(context, 'csms');
      check('gone', () => {
        expect(roots, 'roots of the CSMS').to.have.length(1);
        expect(timesIn(roots, next.cert, old.cert), 'times that the new root is told of').to.equal(1);
      });
      await restores(context, next, old);
    },
  }),

  testCase({
    id: 'station/certificates/root-fallback',
    title: 'A station whose CSMS is not yet under the new root goes back to the old one',
    sut: 'station',
    versions: both,
    profiles: [2, 3],
    octt: { '2.0.1': 'TC_M_31_CS' },
    onlyFor: ROOT_CHECK,
    checks: {
      accepted: replaceCheck,
      connects: {
        ref: refs('M05.FR.13', 'M05.FR.14'),
        level: 'SHALL',
        says: 'after a restart it connects to the CSMS under the old root',
      },
      kept: { ref: refs('M05.FR.13', 'M05.FR.14'), level: 'SHALL', says: 'the list still has the old root' },
    },
    catches: {
      accepted: alter('InstallCertificate', { status: 'Rejected' }),
      connects: behaviour('gives-up-after-distrust', 'after a TLS handshake that failed it never comes again'),
      kept: relisted('without the first', (entries) => entries.slice(1), undefined),
    },
    async run(context) {
      const { check } = context;
      const old = csmsAuthority(context);
      const next = await old.subordinate('plugproof new root', 'plugproof');
      await ready(context);
      const before = await listed(context, 'csms');
      const status = await replaces(context, next.cert);
      check('accepted', () => expect(status).to.equal('Accepted'));
      if (status !== 'Accepted') throw new Unmet('the station did not take the new root');
      const { boot } = await reset(context, 'now');
      check('connects', () => expect(boot, 'a BootNotification under the old root').to.not.equal(undefined));
      if (boot === undefined) throw new Unmet('the station did not come back');
      await ready(context);
      const { told: roots } = await listed(context, 'csms');
      check('kept', () => {
        const missing = keysOf(before.told).filter((key) => !keysOf(roots).includes(key));
        expect(missing, 'roots that are gone').to.deep.equal([]);
        expect(roots, 'roots of the CSMS').to.not.deep.equal([]);
      });
    },
  }),
]);
