/** Charger: a ServerHello that no right server says. The flight is played by hand: what the charger says to it is seen. */
import { behaviour, type Fault } from '../../src/judge/fault.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { HelloSlip } from '../../src/wire/transport.ts';
import { told } from './knocks.ts';
import { BROKEN, back, backCheck, control, knocksAt, neverBack, refs } from './tls.door.ts';
import { bothKinds } from './tls.flows.ts';
import { hurried } from './tls.hurry.ts';

const both = ['1.6', '2.0.1'] as const;
const secure = [2, 3] as const;
/** What a charger does with a flight that is right. */
const WENT_ON = 'went on';

interface HelloSpec {
  readonly id: string;
  readonly title: string;
  readonly slip: HelloSlip;
  readonly ref: CaseSpec['checks'][string]['ref'];
  readonly says: string;
  readonly fault: Fault;
}

/** The right flight is gone on with; the same with one thing wrong in it is not. */
const helloCase = ({ id, title, slip, ref, says, fault }: HelloSpec): CaseSpec =>
  testCase({
    id,
    title,
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: {
      refused: { ref, level: 'SHALL', says },
      alert: { ref: 'RFC5246 7.2.2', level: 'SHOULD', says: 'it says so with an alert' },
      back: backCheck,
    },
    catches: {
      refused: fault,
      alert: behaviour('says-no-alerts', 'a handshake is broken off without an alert'),
      back: neverBack,
    },
    async run(context) {
      const { check, csms } = context;
      const right = await bothKinds(context, { flight: 'right' });
      await control(context);
      await hurried(context);
      const twin = await knocksAt(context, right);
      if (twin.outcome !== WENT_ON) throw new Unmet(`a right ServerHello of TLS 1.2 comes to nothing: ${told(twin)}`);
      csms.show({ ...right, flight: slip });
      const came = await csms.attempt();
      if (came === undefined || came.outcome === 'stalled') throw new Unmet(`no wrong ServerHello: ${told(came)}`);
      check('refused', () => expect(came.outcome).to.equal(BROKEN));
      if (came.outcome === BROKEN) check('alert', () => expect(came.alert, 'an alert').to.not.equal(undefined));
      await back(context);
    },
  });

export default suite('station/tls', 'TLS that is wrong from the first word', [
  helloCase({
    id: 'station/tls/compression',
    title: 'The station breaks off where the CSMS agrees to compression that nobody offered',
    slip: 'compressed',
    ref: { '1.6': 'RFC5246 7.4.1.3', '2.0.1': 'A00.FR.321', '2.1': 'A00.FR.321' },
    says: 'at a ServerHello with a compression method it breaks off',
    fault: behaviour('takes-compression', 'a ServerHello that agrees to compression is gone on with'),
  }),
  helloCase({
    id: 'station/tls/unoffered-suite',
    title: 'The station breaks off where the CSMS chooses a cipher suite that it did not offer',
    slip: 'unoffered suite',
    ref: 'RFC5246 7.4.1.3',
    says: 'at a ServerHello with a suite that it did not offer it breaks off',
    fault: behaviour('takes-unoffered-suites', 'a ServerHello with a suite that was not offered is gone on with'),
  }),
  helloCase({
    id: 'station/tls/downgrade',
    title: 'A station that speaks TLS 1.3 breaks off where somebody has talked its CSMS into TLS 1.2',
    slip: 'downgraded',
    ref: 'RFC8446 4.1.3',
    says: 'at a ServerHello of TLS 1.2 with the sign that TLS 1.3 was to be hidden it breaks off',
    fault: behaviour('takes-downgrades', 'a ServerHello of TLS 1.2 that bears the sign of a newer one is gone on with'),
  }),

  testCase({
    id: 'station/tls/hello-requests',
    title: 'The station lives with a thousand HelloRequests',
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: { back: { ...backCheck, ref: refs('A00.FR.306', 'A00.FR.307') } },
    catches: { back: behaviour('dies-on-odd-tls', 'something unusual in a TLS handshake is the end of it') },
    async run(context) {
      const { note } = context;
      const storm = await bothKinds(context, { flight: 'hello requests' });
      await control(context);
      await hurried(context);
      const came = await knocksAt(context, storm);
      note(`at a thousand HelloRequests: ${told(came)}`);
      await back(context);
    },
  }),
]);
