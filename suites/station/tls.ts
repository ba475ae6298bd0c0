/** Charger: the TLS that it speaks with the right CSMS, and the certificate that it shows (security profiles 2 and 3). */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { chainOf, subjectField } from '../../src/pki/notary.ts';
import { strengthOf } from '../../src/pki/strength.ts';
import { judgeWaits, leastWaits } from './back-off.ts';
import { knocks, told } from './knocks.ts';
import { operatorName } from './renewal.flows.ts';
import { quiet, ready, reset } from './states.ts';
import { back, backCheck, CONNECTED, control, knocksAt, neverBack, refs, restored } from './tls.door.ts';
import { bothKinds, chainedFace, PAIRS, usualFace, wrongFaces } from './tls.flows.ts';
import { hurried } from './tls.hurry.ts';

const both = ['1.6', '2.0.1'] as const;
const secure = [2, 3] as const;
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
      const { csms } = context;
      await control(context);
      const least = await leastWaits(context, ATTEMPTS);
      csms.show(await wrongFaces['signed by itself'](context));
      await judgeWaits(context, least, await knocks(context));
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

function judgeLeaf({ check }: Context<'key' | 'name'>, leaf: X509Certificate): void {
  const { bits, enough } = strengthOf(leaf.publicKey);
  check('key', () => expect(bits, 'bits of the key').to.be.at.least(enough));
  const [commonName = ''] = subjectField(leaf, 'CN');
  check('name', () => {
    expect(commonName, 'common name').to.not.equal('');
    expect(isIP(commonName) !== 0 || /:\/\//.test(commonName), 'an address for a name').to.equal(false);
  });
}
