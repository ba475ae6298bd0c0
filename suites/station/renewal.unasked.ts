/** Charger: certificates that it never asked for, or that are longer than it takes, are refused (2.x A02; whitepaper). */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { makeCsr } from '../../src/pki/authority.ts';
import type { Payload } from '../../src/session.ts';
import { stationAuthority } from './certificates.flows.ts';
import { knocks, told } from './knocks.ts';
import { shownKey, shownSubject, triggers } from './renewal.flows.ts';
import { quiet, ready } from './states.ts';
import { CONNECTED, refs } from './tls.door.ts';

const both = ['1.6', '2.0.1'] as const;
const profiles = [3] as const;
const typed = {
  '1.6': {},
  '2.0.1': { certificateType: 'ChargingStationCertificate' },
  '2.1': { certificateType: 'ChargingStationCertificate' },
} as const;

const keptCheck = {
  ref: refs('A02.FR.07'),
  level: 'SHALL',
  says: 'when it connects next, it shows the certificate that it had',
} as const;
const keptFault = behaviour('shows-certificate-once', 'the certificate is shown with the first connection alone');

/** Characters of a chain that no charger has to take (CertificateSignedRequest.certificateChain). */
const MOST_CHARACTERS = 10_000;

export default suite('station/renewal', 'Certificates that nobody asked for', [
  testCase({
    id: 'station/renewal/unasked',
    title: 'The station takes no certificate that it never asked for',
    sut: 'station',
    versions: both,
    profiles,
    certificates: 'authority',
    feature: { '1.6': 'Security' },
    checks: {
      // It is for a key that the charger has not: of no use to it, whatever it says.
      refused: { ref: refs('A02.FR.06'), level: 'SHALL', says: 'a certificate for a key of a stranger is Rejected' },
      kept: keptCheck,
    },
    catches: { refused: alter('CertificateSigned', { status: 'Accepted' }), kept: keptFault },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      const before = shownKey(context);
      const subject = shownSubject(context);
      if (subject === undefined) throw new Unmet('the station shows no certificate');
      const { csr } = await makeCsr(subject.commonName, subject.organization);
      const certificateChain = await stationAuthority(context).sign(csr);
      const reply = await csms.call('CertificateSigned', { certificateChain, ...typed[dialect.version] });
      check('refused', () => {
        if (reply.kind === 'callerror') return;
        expect(reply).to.be.callResult({ status: 'Rejected' });
      });
      await quiet(context);
      const came = await knocks(context);
      check('kept', () => expect(told(came)).to.equal(CONNECTED));
      await ready(context);
      const now = shownKey(context);
      check('kept', () => expect(now, 'key of the certificate that it shows').to.equal(before));
    },
  }),

  testCase({
    id: 'station/renewal/too-long',
    title: 'The station refuses a chain of certificates that is longer than it says it takes',
    sut: 'station',
    versions: ['2.0.1'],
    // In 2.1 a station may refuse it (A02.FR.16), and may not.
    until: '2.0.1',
    profiles,
    certificates: 'authority',
    checks: {
      refused: { ref: 'A02.FR.16', level: 'SHALL', says: 'a chain longer than MaxCertificateChainSize is Rejected' },
      kept: keptCheck,
    },
    catches: { refused: alter('CertificateSigned', { status: 'Accepted' }), kept: keptFault },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      const before = shownKey(context);
      const variable = { component: { name: 'SecurityCtrlr' }, variable: { name: 'MaxCertificateChainSize' } };
      const { payload } = await csms.call('GetVariables', { getVariableData: [variable] });
      const most = Number(at(payload, 'getVariableResult[0].attributeValue'));
      if (!(most > 0 && most < MOST_CHARACTERS))
        throw new Unmet('the station tells no MaxCertificateChainSize below 10,000');
      const { asked } = await triggers(context, 'Accepted');
      if (asked?.request === undefined) throw new Unmet('the station asked for no certificate that could be signed');
      const authority = stationAuthority(context);
      let certificateChain = await authority.sign(asked.request.csr);
      while (certificateChain.length <= most) certificateChain += `\n${authority.cert}`;
      const wish: Payload = { certificateChain: certificateChain.slice(0, MOST_CHARACTERS), ...typed[dialect.version] };
      const reply = await csms.call('CertificateSigned', wish);
      check('refused', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      const came = await knocks(context);
      check('kept', () => expect(told(came)).to.equal(CONNECTED));
      await ready(context);
      const now = shownKey(context);
      check('kept', () => expect(now, 'key of the certificate that it shows').to.equal(before));
    },
  }),
]);
