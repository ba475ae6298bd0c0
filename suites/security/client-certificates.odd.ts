/** Security profile 3: certificates that the right authority signed and that are odd all the same, and chains of them. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { type CaseSpec, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Authority, CertificateRequest, Issued } from '../../src/pki/authority.ts';
import { randomWord } from '../../src/random.ts';
import type { TlsOffer } from '../../src/wire/transport.ts';
import { byVersion, issuerFault, NOT_SERVED, ownSubject, trusted } from './certified.ts';
import { dies, versions } from './hellos.ts';
import { letIn, registers, stillThere, stillThereCheck } from './knocking.ts';

const profiles = [3] as const;

/** Authorities one below the other: more than anybody has. */
const DEEP = 10;
/** Bytes of two certificates that make a chain of more than 100 KiB. */
const HEAVY = 52_000;

/** What a station comes to that shows it, told in the trace. */
async function shows(
  context: Context,
  what: string,
  client: Issued,
  more: Omit<TlsOffer, 'client'> = {},
): Promise<string> {
  const outcome = await registers(context, { tls: { client, ...more } });
  context.note(`${what}: ${outcome}`);
  return outcome;
}

/** A leaf with certificates behind it, in the order that they are sent in. */
const behind = ({ cert, key }: Issued, ...others: readonly Authority[]): Issued => ({
  cert: [cert, ...others.map((one) => one.cert)].map((pem) => pem.trimEnd()).join('\n'),
  key,
});

/** Authorities, each under the one before it. */
async function ladder(root: Authority, count: number, ballast?: number): Promise<Authority[]> {
  const steps: Authority[] = [];
  for (let i = 0; i < count; i++) {
    const above = steps.at(-1) ?? root;
    steps.push(await above.subordinate(`plugproof step ${i + 1}`, undefined, ballast === undefined ? {} : { ballast }));
  }
  return steps;
}

export const oddCertificateCases: readonly CaseSpec[] = [
  testCase({
    id: 'security/client-certificates/weak',
    title: 'CSMS turns down a certificate whose key is too short, or whose signature is over a broken hash',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'authority',
    checks: {
      // What certificates have to be is told; what a CSMS makes of one that is not, is not.
      key: {
        ref: byVersion('A00.FR.501'),
        level: 'SHOULD',
        says: `who shows a key of less than 112 bits of security is ${NOT_SERVED}`,
      },
      hash: {
        ref: byVersion('A00.FR.506'),
        level: 'SHOULD',
        says: `who shows a certificate that was signed over SHA-1 or MD5 is ${NOT_SERVED}`,
      },
      there: stillThereCheck,
    },
    catches: {
      key: behaviour('takes-weak-keys', 'certificates of stations are good however short their keys are'),
      hash: behaviour('takes-weak-hashes', 'certificates of stations are good whatever hash was signed'),
      there: dies,
    },
    async run(context) {
      const { check } = context;
      const authority = trusted(context);
      const request: CertificateRequest = { ...ownSubject(context), use: 'client' };
      await (await letIn(context)).session.close();
      // TLS 1.3 has no signatures on such a curve.
      const offer: Omit<TlsOffer, 'client'> = { weak: true, version: 'TLSv1.2' };
      for (const key of ['rsa1024', 'ec192'] as const) {
        const what = { rsa1024: 'an RSA key of 1024 bits', ec192: 'an EC key of 192 bits' }[key];
        const outcome = await shows(context, what, await authority.issue({ ...request, key }), offer);
        check('key', () => expect(outcome, what).to.not.equal('Accepted'));
      }
      for (const hash of (['sha1', 'md5'] as const).filter((one) => authority.signs(one))) {
        const what = `a signature over ${hash}`;
        const outcome = await shows(context, what, await authority.issue({ ...request, hash }), offer);
        check('hash', () => expect(outcome, what).to.not.equal('Accepted'));
      }
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/other-use',
    title: 'CSMS turns down a certificate that says that it is for servers only',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'authority',
    checks: {
      refused: {
        ref: 'RFC5280 4.2.1.12',
        level: 'SHOULD',
        says: `who shows a certificate for servers only is ${NOT_SERVED}`,
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('ignores-use', 'certificates of stations are good whatever they are for'),
      there: dies,
    },
    async run(context) {
      const authority = trusted(context);
      const subject = ownSubject(context);
      await (await letIn(context)).session.close();
      const onlyFor = await authority.issue({ ...subject, use: 'client', onlyFor: 'server' });
      const outcome = await shows(context, 'a certificate for servers only', onlyFor);
      context.check('refused', () => expect(outcome, 'a certificate for servers only').to.not.equal('Accepted'));
      // Either is right: what a certificate is for SHOULD stand in it (A00.FR.512), and nobody says what follows where it does not.
      await shows(
        context,
        'a certificate that does not say what it is for',
        await authority.issue({ ...subject, use: 'client', anyUse: true }),
      );
      await shows(context, 'the certificate of an authority', await authority.issue({ ...subject, use: 'authority' }));
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/other-name',
    title: 'CSMS turns down a certificate in which another name stands than that of the station',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'authority',
    checks: {
      refused: {
        ref: byVersion('A00.FR.405'),
        level: 'SHALL',
        says: `who shows a certificate of somebody else, or of a name that is cut short, is ${NOT_SERVED}`,
      },
      // It contains the name of the station, by the letter.
      whole: {
        ref: byVersion('A00.FR.511'),
        level: 'SHOULD',
        says: `so is who shows one in which more follows behind the name, and a character of zero`,
      },
      there: stillThereCheck,
    },
    catches: {
      refused: behaviour('ignores-common-name', 'a certificate of any station is good for every station'),
      whole: behaviour('cuts-names', 'the name in a certificate is read as far as its first character of zero'),
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { check, random } = context;
      const authority = trusted(context);
      const own = ownSubject(context);
      const named = (commonName: string): Promise<Issued> => authority.issue({ ...own, commonName, use: 'client' });
      await (await letIn(context)).session.close();
      const others = {
        'of somebody else': `PP${randomWord(random, 14)}`,
        'of a name cut short': own.commonName.slice(0, -1),
      };
      for (const [what, name] of Object.entries(others)) {
        const outcome = await shows(context, what, await named(name));
        check('refused', () => expect(outcome, `a certificate ${what}`).to.not.equal('Accepted'));
      }
      const more = await shows(context, 'of a name with more behind it', await named(`${own.commonName}\0.plugproof`));
      check('whole', () => expect(more, 'a certificate of a name with more behind it').to.not.equal('Accepted'));
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/client-certificates/chains',
    title: 'CSMS follows the chain of a certificate to an authority that it trusts, or hangs up',
    sut: 'csms',
    versions,
    profiles,
    certificates: 'authority',
    checks: {
      refused: {
        ref: byVersion('A00.FR.403'),
        level: 'SHALL',
        says: `who leaves out the authority between its own certificate and the root is ${NOT_SERVED}`,
      },
      there: stillThereCheck,
    },
    catches: { refused: issuerFault, there: dies },
    async run(context) {
      const root = trusted(context);
      const request: CertificateRequest = { ...ownSubject(context), use: 'client' };
      await (await letIn(context)).session.close();
      const [unshown] = await ladder(root, 1);
      if (unshown === undefined) throw new Error('no authority between');
      const outcome = await shows(context, 'without the authority between', await unshown.issue(request));
      context.check('refused', () => expect(outcome, 'without the authority between').to.not.equal('Accepted'));
      // How long a chain may be, and in what order, is a CSMS's own choice: it has to live on.
      const steps = await ladder(root, DEEP);
      const [first, second] = steps;
      if (first === undefined || second === undefined) throw new Error('no authorities below');
      await shows(context, 'with one authority between', behind(await first.issue(request), first));
      await shows(context, 'in the wrong order', behind(await second.issue(request), first, second));
      const last = steps.at(-1) ?? second;
      await shows(
        context,
        `with ${DEEP} authorities between`,
        behind(await last.issue(request), ...[...steps].reverse()),
      );
      const heavy = await ladder(root, 2, HEAVY);
      const [top = first, bottom = first] = heavy;
      await shows(context, 'of more than 100 KiB', behind(await bottom.issue(request), bottom, top));
      await stillThere(context);
    },
  }),
];
