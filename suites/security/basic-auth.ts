/** Security profiles 1 and 2: the CSMS lets a station in by its password, and nobody else. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import type { Knock } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { basicToken } from '../../src/sut/system-under-test.ts';
import { EVSE, now } from '../csms/states.ts';
import {
  basic,
  boots,
  bytesOf,
  knockOnce,
  letIn,
  opened,
  otherStation,
  ownPassword,
  stillThere,
  stillThereCheck,
  tell,
} from './knocking.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const profiles = [1, 2] as const;

/** 1.6 has it between the lines: the server looks at the header before it upgrades (whitepaper, 2.3). */
const validates = { '1.6': 'W 2.3', '2.0.1': 'A00.FR.207', '2.1': 'A00.FR.207' } as const;

const refusedCheck = {
  ref: validates,
  level: 'SHALL',
  says: 'the handshake is refused: there is no 101 without the right credentials',
} as const;
/** RFC 7235, 3.1: what there is to say to who has not authenticated himself. */
const toldCheck = { ref: validates, level: 'SHOULD', says: 'it is refused with HTTP 401' } as const;

const nobodyAsked = behaviour('ignores-credentials', 'nobody is asked for credentials, whatever the security profile');
const dies = behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody');
const fails = behaviour('fails-on-bad-credentials', 'credentials that can not be read are answered with 500');
const anyPath = behaviour('ignores-path', 'credentials are those of whom they name, whatever identity is in the path');

type Door = Context<'refused' | 'told' | 'there'>;

/** Knocks with each header, judges each refusal, and sees that the right one is still good. */
async function holdsOut(
  context: Door,
  headers: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<void> {
  await (await letIn(context)).session.close();
  for (const [what, header] of Object.entries(headers)) {
    context.note(`shows ${what}`);
    const knock = await knockOnce(context, { headers: header });
    context.check('refused', () => expect(tell(knock), what).to.not.equal('let in (101)'));
    context.check('told', () => expect(statusOf(knock), what).to.equal(401));
  }
  await stillThere(context);
}

const statusOf = (knock: Knock): number => (opened(knock) ? 101 : knock.status);

/** A text in which the case of the first letter is the other one; undefined without a letter. */
function otherCase(password: Uint8Array): Uint8Array | undefined {
  const letter = password.findIndex((byte) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
  return letter < 0 ? undefined : password.map((byte, i) => (i === letter ? byte ^ 0x20 : byte));
}

export default suite('security/basic-auth', 'Basic authentication', [
  testCase({
    id: 'security/basic-auth/right-credentials',
    title: 'CSMS serves a station that shows its own password',
    sut: 'csms',
    versions,
    profiles,
    octt: { '1.6': 'TC_085_CSMS', '2.0.1': 'TC_A_01_CSMS', '2.1': 'TC_A_01_CSMS' },
    checks: {
      letIn: { ref: validates, level: 'SHALL', says: 'the handshake is answered with 101' },
      accepted: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02', '2.1': 'B01.FR.02' },
        level: 'SHALL',
        says: 'the station is accepted at its boot',
      },
      status: {
        ref: 'StatusNotificationRequest.connectorId',
        level: 'SHALL',
        says: 'the status of a connector is taken',
      },
      scheme: { ref: validates, level: 'SHOULD', says: 'the name of the scheme has no case (RFC 7617)' },
      // A password that the CSMS lets in, and a stranger as well, says nothing.
      asked: { ref: validates, level: 'SHALL', says: 'without a password there is no 101' },
    },
    catches: {
      letIn: behaviour('names-no-subprotocol', 'handshakes are answered without a subprotocol'),
      accepted: behaviour('accepts-one-boot', 'a station that boots again is put on hold'),
      status: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
      scheme: behaviour('minds-case-of-scheme', 'basic authentication has to be written with a capital'),
      asked: behaviour('asks-no-credentials', 'who shows no password is let in'),
    },
    async run(context) {
      const { check, dialect, station, words } = context;
      const own = ownPassword(context);
      const knock = await station.knock();
      check('letIn', () => {
        expect(tell(knock)).to.equal('let in (101)');
        expect(opened(knock) && knock.subprotocol).to.equal(dialect.subprotocol);
      });
      if (!opened(knock)) throw new Unmet(`the CSMS did not let ${station.identity} in: ${knock.says}`);
      const boot = await boots(context, knock.session);
      const status = await knock.session.call('StatusNotification', words.status(EVSE, 1, 'Available', now(context)));
      check('status', () => expect(status).to.be.callResult());
      const token = basicToken(station.identity, own);
      await knock.session.close();
      const lower = await knockOnce(context, { headers: { authorization: `basic ${token}` } });
      check('scheme', () => expect(tell(lower)).to.equal('let in (101)'));
      const again = await letIn(context);
      const second = await boots(context, again.session);
      check('accepted', () => {
        expect(boot).to.be.callResult({ status: 'Accepted' });
        expect(second).to.be.callResult({ status: 'Accepted' });
      });
      await again.session.close();
      const none = await knockOnce(context, { headers: {} });
      check('asked', () => expect(tell(none)).to.not.equal('let in (101)'));
    },
  }),

  testCase({
    id: 'security/basic-auth/no-credentials',
    title: 'CSMS refuses a station that shows no password',
    sut: 'csms',
    versions,
    profiles,
    checks: {
      refused: refusedCheck,
      told: toldCheck,
      // RFC 7235, 3.1 binds every 401; OCPP says nothing of it.
      challenge: { ref: validates, level: 'SHOULD', says: 'a 401 names basic authentication in WWW-Authenticate' },
      there: stillThereCheck,
    },
    catches: {
      refused: [nobodyAsked, behaviour('asks-no-credentials', 'who shows no password is let in')],
      told: behaviour('refuses-with-403', 'wrong credentials are answered with 403'),
      challenge: behaviour('names-no-challenge', 'a 401 does not say how to authenticate'),
      there: dies,
    },
    async run(context) {
      const { check, station } = context;
      await (await letIn(context)).session.close();
      const none = await knockOnce(context, { headers: {} });
      check('refused', () => expect(tell(none)).to.not.equal('let in (101)'));
      check('told', () => expect(statusOf(none)).to.equal(401));
      check('challenge', () => {
        if (!opened(none) && none.status === 401) expect(none.challenge ?? '').to.match(/^basic\b/i);
      });
      const other = await knockOnce(context, { headers: { authorization: `Bearer ${station.identity}` } });
      check('refused', () => expect(tell(other), 'another scheme').to.not.equal('let in (101)'));
      check('told', () => expect(statusOf(other), 'another scheme').to.equal(401));
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/basic-auth/wrong-password',
    title: 'CSMS refuses a station that shows a wrong password',
    sut: 'csms',
    versions,
    profiles,
    octt: { '2.0.1': 'TC_A_03_CSMS', '2.1': 'TC_A_03_CSMS' },
    checks: { refused: refusedCheck, told: toldCheck, there: stillThereCheck },
    catches: {
      refused: [
        nobodyAsked,
        behaviour('ignores-passwords', 'the password is not looked at'),
        behaviour('compares-password-starts', 'the first characters of a password are enough'),
        behaviour('compares-passwords-loosely', 'passwords are compared without their case'),
      ],
      told: behaviour('refuses-with-403', 'wrong credentials are answered with 403'),
      there: dies,
    },
    async run(context) {
      const { random, station } = context;
      const own = ownPassword(context);
      const flipped = otherCase(own);
      const wrong: readonly (readonly [string, Uint8Array | undefined])[] = [
        ['a password of nobody', bytesOf(randomWord(random, own.length))],
        ['the password without its last character', own.subarray(0, -1)],
        ['the password in other letters, upper and lower', flipped],
        ['an empty password', bytesOf('')],
      ];
      const headers = wrong.flatMap(([what, password]) =>
        password === undefined ? [] : [[what, basic(station.identity, password)] as const],
      );
      await holdsOut(context, Object.fromEntries(headers));
    },
  }),

  testCase({
    id: 'security/basic-auth/wrong-username',
    title: 'CSMS refuses a username that is not the identity in the path',
    sut: 'csms',
    versions,
    profiles,
    octt: { '2.0.1': 'TC_A_02_CSMS', '2.1': 'TC_A_02_CSMS' },
    checks: {
      refused: {
        ...refusedCheck,
        ref: { '1.6': 'W A00.FR.204', '2.0.1': 'A00.FR.204', '2.1': 'A00.FR.204' },
        says: 'the handshake is refused where the username is another than the identity',
      },
      told: toldCheck,
      there: stillThereCheck,
    },
    catches: {
      refused: [nobodyAsked, behaviour('ignores-user-name', 'the username is not looked at')],
      told: behaviour('refuses-with-403', 'wrong credentials are answered with 403'),
      there: dies,
    },
    async run(context) {
      const { random, sut, station } = context;
      const own = ownPassword(context);
      const other = sut.identities.find(({ id }) => id !== station.identity)?.id;
      await holdsOut(context, {
        'a username that nobody has': basic(`PP${randomWord(random, 8)}`, own),
        ...(other !== undefined && { 'the username of another station': basic(other, own) }),
        'an empty username': basic('', own),
      });
    },
  }),

  testCase({
    id: 'security/basic-auth/credentials-of-another',
    title: 'CSMS refuses the credentials of another station',
    sut: 'csms',
    versions,
    profiles,
    checks: { refused: refusedCheck, told: toldCheck, there: stillThereCheck },
    catches: {
      refused: [nobodyAsked, anyPath],
      told: behaviour('refuses-with-403', 'wrong credentials are answered with 403'),
      there: dies,
    },
    async run(context) {
      const own = ownPassword(context);
      const other = otherStation(context, own);
      if (other === undefined) throw new Unmet('no second station with another password: name one in ids');
      // They are good where they belong, or the refusal says nothing.
      await (await letIn(context, { identity: other.id, headers: basic(other.id, other.password) })).session.close();
      await holdsOut(context, { [`the credentials of ${other.id}`]: basic(other.id, other.password) });
    },
  }),

  testCase({
    id: 'security/basic-auth/malformed',
    title: 'CSMS refuses credentials that can not be read',
    sut: 'csms',
    versions,
    profiles,
    checks: { refused: refusedCheck, told: toldCheck, there: stillThereCheck },
    catches: {
      refused: nobodyAsked,
      told: [fails, behaviour('refuses-with-403', 'wrong credentials are answered with 403')],
      there: dies,
    },
    async run(context) {
      const { station } = context;
      ownPassword(context);
      await holdsOut(context, {
        'no credentials behind the scheme': { authorization: 'Basic' },
        'no base64': { authorization: 'Basic %%%not-base64%%%' },
        'no colon': { authorization: `Basic ${btoa(station.identity)}` },
        'a colon alone': { authorization: `Basic ${btoa(':')}` },
      });
    },
  }),
]);
