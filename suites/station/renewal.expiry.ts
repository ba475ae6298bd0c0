/** Charger: a certificate of its own that is about to expire, and one that has (2.x A03, A00.FR.430). */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { stationAuthority } from './certificates.flows.ts';
import { knocks, told } from './knocks.ts';
import { certified, judged, keyText, nextRequest, shownKey, shownSubject, signs, triggers } from './renewal.flows.ts';
import { requestChecks, requestFaults } from './renewal.ts';
import { quiet, ready, reset } from './states.ts';
import { CONNECTED } from './tls.door.ts';

const both = ['1.6', '2.0.1'] as const;
const profiles = [3] as const;
const DAY_MS = 86_400_000;
/** Within the month in which a charger is to ask for a new one. */
const SOON_MS = 20 * DAY_MS;
/** Long enough to be taken, and short enough to be waited out. */
const SHORT_MS = 90_000;
/** A clock at the other end may be behind, and a date has no parts of a second. */
const SLACK_MS = 10_000;

export default suite('station/renewal', 'Certificates that expire', [
  testCase({
    id: 'station/renewal/expiring',
    title: 'A station whose certificate expires within a month asks for a new one by itself',
    sut: 'station',
    versions: both,
    profiles,
    certificates: 'authority',
    feature: { '1.6': 'Security' },
    checks: {
      // No text says how often it looks: one that asks later than a restart is warned of, and no more.
      asks: {
        ref: { '1.6': 'W A03.FR.02', '2.0.1': 'A03.FR.02' },
        level: 'SHOULD',
        says: 'at the latest behind a restart it asks for a new certificate, and nobody told it to',
      },
      fresh: {
        ref: { '1.6': 'W A03.FR.02', '2.0.1': 'A03.FR.02' },
        level: 'SHALL',
        says: 'the key is a new one',
      },
      strong: requestChecks.strong,
      name: requestChecks.name,
      owner: requestChecks.owner,
      request: requestChecks.request,
    },
    catches: {
      asks: behaviour('asks-to-be-signed-once', 'only the first request for a certificate leaves'),
      fresh: behaviour('reuses-keys', 'every request for a certificate is for the same key'),
      strong: requestFaults.strong,
      name: requestFaults.name,
      owner: requestFaults.owner,
      request: behaviour('garbles-later-requests', 'all requests for certificates but the first are none'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const { asked: first } = await triggers(context, 'Accepted');
      if (first?.request === undefined) throw new Unmet('the station asked for no certificate that could be signed');
      const since = csms.mark;
      // Whatever it asked for, this one is its own: what it asks for next is judged.
      const chain = await stationAuthority(context).sign(first.request.csr, {
        ...shownSubject(context),
        until: SOON_MS,
      });
      const { reply, came } = await signs(context, chain);
      if (came?.outcome !== CONNECTED)
        throw new Unmet('the station does not come with a certificate that is good for twenty days');
      const before = shownKey(context);
      let asked = await nextRequest(context, since);
      if (asked === undefined) {
        await reset(context, 'now');
        asked = await nextRequest(context, since, csms.patienceMs);
      }
      check('asks', () => expect(asked, 'a SignCertificate').to.not.equal(undefined));
      if (asked === undefined) throw new Unmet('the station did not ask for a new certificate');
      const request = await judged(context, { reply, asked });
      const key = keyText(request.key);
      check('fresh', () => expect([before, keyText(first.request?.key ?? request.key)]).to.not.include(key));
      // It is left with one that is good for long.
      await signs(context, await certified(context, request));
      await quiet(context);
    },
  }),

  testCase({
    id: 'station/renewal/expired',
    title: 'A station whose certificate has expired comes all the same, for its CSMS to decide',
    sut: 'station',
    versions: ['2.0.1'],
    profiles,
    certificates: 'authority',
    // One that stays away has no way back: it has to be given another certificate by hand.
    onRequest: true,
    checks: {
      tries: {
        ref: 'A00.FR.430',
        level: 'SHOULD',
        says: 'with a certificate that has expired it tries to connect, more than once',
      },
      comes: { ref: 'A00.FR.430', level: 'SHOULD', says: 'let in with it, it is connected' },
    },
    catches: {
      tries: behaviour('hides-when-expired', 'with a certificate of its own that has expired it stays away'),
      comes: behaviour('gives-up', 'after some attempts in vain a station dials no more'),
    },
    async run(context) {
      const { check, clock, csms, after } = context;
      await ready(context);
      const { asked } = await triggers(context, 'Accepted');
      if (asked?.request === undefined) throw new Unmet('the station asked for no certificate that could be signed');
      const chain = await stationAuthority(context).sign(asked.request.csr, { until: SHORT_MS });
      // Of the renewals that it asks for now nothing comes.
      csms.answer('SignCertificate', { status: 'Rejected' });
      const { came } = await signs(context, chain);
      if (came?.outcome !== CONNECTED || shownKey(context) !== keyText(asked.request.key))
        throw new Unmet('the station does not come with a certificate that is good for a minute');
      await clock.sleep(SHORT_MS + SLACK_MS);
      const first = await knocks(context).catch((cause: unknown) => {
        if (cause instanceof Unmet) return undefined;
        throw cause;
      });
      if (first?.outcome === CONNECTED) throw new Unmet('it came with another certificate, which has not expired');
      check('tries', () => expect(told(first)).to.match(/CERT_HAS_EXPIRED/));
      const second = await csms.attempt();
      check('tries', () => expect(told(second)).to.match(/CERT_HAS_EXPIRED/));
      csms.door.forgiving = true;
      after(() => {
        csms.door.forgiving = false;
      });
      const again = await csms.attempt();
      check('comes', () => expect(told(again)).to.equal(CONNECTED));
      if (again?.outcome !== CONNECTED) throw new Unmet('the station did not come back');
      await ready(context);
      const { asked: next } = await triggers(context, 'Accepted');
      if (next?.request === undefined)
        throw new Unmet('the station asked for no certificate in place of the expired one');
      await signs(context, await certified(context, next.request));
    },
  }),
]);
