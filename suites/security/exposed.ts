/** The quick look from outside: what lay behind the advisories on back offices of 2026, a minute long, with a grade. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import type { Knock } from '../../src/judge/station-player.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Session } from '../../src/session.ts';
import { booted, CONNECTOR, charging, now, OTHER_EVSE } from '../csms/states.ts';
import { slip } from '../ocppj/raw.ts';
import basicAuth from './basic-auth.ts';
import clientCertificates from './client-certificates.ts';
import duplicateIdentity from './duplicate-identity.ts';
import {
  basic,
  boots,
  bytesOf,
  knockOnce,
  letIn,
  opened,
  secondStation,
  stillThere,
  stillThereCheck,
  tell,
} from './knocking.ts';
import tls from './tls.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;

const authRef = { '1.6': 'W A00.FR.203', '2.0.1': 'A00.FR.203', '2.1': 'A00.FR.203' } as const;
const validates = { '1.6': 'W 2.3', '2.0.1': 'A00.FR.207', '2.1': 'A00.FR.207' } as const;
const oneRef = { '1.6': 'J 3.1', '2.0.1': 'P4 3.1', '2.1': 'P4 3.1' } as const;

const nobodyAsked = behaviour('ignores-credentials', 'nobody is asked for credentials, whatever the security profile');
const anyPassword = behaviour('ignores-passwords', 'the password is not looked at');

/** HTTP statuses with which a CSMS asks for other credentials. */
const ASKS: ReadonlySet<number> = new Set([401, 403]);
/** Statuses that hold off who tries too often. */
const HOLDS_OFF: ReadonlySet<number> = new Set([403, 423, 429, 503]);

const NOTHING = {};
/** Profiles in which passwords are looked at. In profile 3 the certificate is what is shown. */
const withPasswords = [0, 1, 2] as const;
const guess = ({ random, station }: Context) => basic(station.identity, bytesOf(randomWord(random, 20)));

/** A refusal that speaks of credentials: by its status, or since the charger's own ones are let in. */
async function speaksOfCredentials(context: Context, status: number): Promise<boolean> {
  return ASKS.has(status) || status === 0 || opened(await knockOnce(context, {}));
}

/** Shows those headers; and in profile 3, where the certificate is what is shown, none. */
const bare = ({ sut }: Context, headers: Readonly<Record<string, string>>) => ({
  headers,
  ...(sut.securityProfile === 3 && { tls: { client: null } }),
});

/**
 * What who knocks comes to: `refused`, or the status with which its boot is answered.
 * @throws Unmet where the refusal says nothing about credentials
 */
async function comesTo(context: Context, headers: Readonly<Record<string, string>>): Promise<string> {
  const { station } = context;
  const knock = await station.knock(bare(context, headers));
  if (!opened(knock)) {
    if (await speaksOfCredentials(context, knock.status)) return 'refused';
    throw new Unmet(
      `the CSMS answers ${station.identity} with ${knock.says}, which says nothing of passwords: give an identity that it knows with --id`,
    );
  }
  const boot = await boots(context, knock.session);
  await knock.session.close();
  if (boot.kind === 'closed') return 'refused';
  const status = boot.kind === 'callresult' ? String(boot.payload['status']) : boot.kind;
  if (status === 'Pending' || status === 'Rejected')
    throw new Unmet(
      `the CSMS lets ${station.identity} in and holds it ${status}: give an identity that it knows with --id`,
    );
  return status;
}

/** @throws Unmet where nobody is asked for credentials, so that there is nothing to guess */
async function asksForPasswords(context: Context): Promise<void> {
  const knock = await knockOnce(context, { headers: NOTHING });
  if (opened(knock)) throw new Unmet('the CSMS asks for no password: see security/exposed/no-password');
  if (!(await speaksOfCredentials(context, knock.status)))
    throw new Unmet(`the CSMS answers ${tell(knock)}, which says nothing of passwords`);
}

/** The charger itself, on its line. @throws Unmet */
async function own(context: Context): Promise<Session> {
  const { session } = await letIn(context);
  const boot = await boots(context, session);
  if (boot.payload['status'] !== 'Accepted')
    throw new Unmet(`the CSMS answered the boot with ${String(boot.payload['status'] ?? boot.kind)}`);
  return session;
}

const TRIES = 20;

/** Wrong passwords, one after the other, in some seconds. @returns what came of each */
async function guesses(context: Context, count: number): Promise<{ knock: Knock; ms: number }[]> {
  const seen: { knock: Knock; ms: number }[] = [];
  for (let i = 0; i < count; i++) {
    const began = context.clock.monotonic();
    const knock = await knockOnce(context, { headers: guess(context) });
    seen.push({ knock, ms: context.clock.monotonic() - began });
  }
  return seen;
}

/** Another case under an id of this suite: looked at from here, it is the same. */
function borrowed(cases: readonly CaseSpec[], id: string, as: string, title: string): CaseSpec {
  const spec = cases.find((one) => one.id === id);
  if (spec === undefined) throw new Error(`there is no case ${id}`);
  const { octt: _, ...rest } = spec;
  return { ...rest, id: `security/exposed/${as}`, title, offensive: true, onRequest: true };
}

export default suite('security/exposed', 'Open to anybody?', [
  testCase({
    id: 'security/exposed/no-password',
    title: 'Nobody is taken for a charger who shows no password and no certificate',
    sut: 'csms',
    versions,
    provenIn: 1,
    offensive: true,
    onRequest: true,
    checks: {
      refused: {
        ref: authRef,
        level: 'SHALL',
        says: 'who only knows the name of a charger is not served as that charger',
      },
    },
    catches: {
      refused: [
        nobodyAsked,
        behaviour('asks-no-credentials', 'who shows no password is let in; who shows a wrong one is not'),
      ],
    },
    async run(context) {
      const status = await comesTo(context, NOTHING);
      context.check('refused', () => expect(status, 'without a password').to.equal('refused'));
    },
  }),

  testCase({
    id: 'security/exposed/wrong-password',
    title: 'Nobody is taken for a charger who shows a wrong password',
    sut: 'csms',
    versions,
    profiles: withPasswords,
    provenIn: 1,
    offensive: true,
    onRequest: true,
    checks: {
      refused: { ref: validates, level: 'SHALL', says: 'a made-up password does not open the door' },
    },
    catches: { refused: [anyPassword] },
    async run(context) {
      await asksForPasswords(context);
      const status = await comesTo(context, guess(context));
      context.check('refused', () => expect(status, 'with a made-up password').to.equal('refused'));
    },
  }),

  borrowed(
    basicAuth.cases,
    'security/basic-auth/wrong-username',
    'other-name',
    'Nobody is taken for a charger who logs in under another name',
  ),
  borrowed(
    basicAuth.cases,
    'security/basic-auth/credentials-of-another',
    'other-charger',
    'The password of one charger does not open the door for another',
  ),
  borrowed(
    clientCertificates.cases,
    'security/client-certificates/unknown-issuer',
    'wrong-certificate',
    'Nobody is taken for a charger who shows a certificate that he made himself',
  ),
  borrowed(
    clientCertificates.cases,
    'security/client-certificates/other-station',
    'other-certificate',
    'The certificate of one charger does not open the door for another',
  ),

  testCase({
    id: 'security/exposed/takeover',
    title: 'Nobody takes the place of a charger who knows no more than its name',
    sut: 'csms',
    versions,
    provenIn: 1,
    offensive: true,
    onRequest: true,
    checks: {
      refused: {
        ref: oneRef,
        level: 'SHALL',
        says: 'a second connection under its name, without its password, is not let in',
      },
      kept: { ref: oneRef, level: 'SHALL', says: 'the charger itself stays connected and served meanwhile' },
    },
    catches: {
      refused: nobodyAsked,
      kept: behaviour(
        'displaces-before-asking',
        'a second connection ends the first before its credentials were looked at',
      ),
    },
    async run(context) {
      const { check } = context;
      const session = await own(context);
      const impostor = await context.station.knock(bare(context, NOTHING));
      check('refused', () => expect(tell(impostor)).to.not.equal('let in (101)'));
      const heartbeat = await session.call('Heartbeat', {});
      check('kept', () => expect(heartbeat).to.be.callResult());
      if (opened(impostor)) await impostor.session.close();
    },
  }),

  borrowed(
    duplicateIdentity.cases,
    'security/duplicate-identity/one-connection',
    'two-at-once',
    'One charger is one connection, and not two',
  ),
  borrowed(
    duplicateIdentity.cases,
    'security/duplicate-identity/comes-back',
    'comes-back',
    'A charger that lost its network is let in again at once',
  ),

  testCase({
    id: 'security/exposed/foreign-transaction',
    title: 'A charger can not stop the transaction of another',
    sut: 'csms',
    versions,
    offensive: true,
    onRequest: true,
    checks: {
      untouched: {
        ref: { '1.6': '4.10', '2.0.1': 'E06.FR.01', '2.1': 'E06.FR.01' },
        level: 'SHALL',
        says: 'after another charger has sent its end, the transaction is still running',
      },
    },
    catches: { untouched: behaviour('stops-any-transaction', 'a transaction is found by its id alone, whoever asks') },
    async run(context) {
      const { check, random, words } = context;
      const other = await secondStation(context);
      await booted(context);
      const charge = await charging(context);
      const said = words.transaction;
      const facts = (transactionId: string) => ({
        evseId: OTHER_EVSE,
        connectorId: CONNECTOR,
        token: charge.token,
        transactionId,
      });
      const mayStart = async (): Promise<unknown> => {
        const mine = facts(randomWord(random, 24));
        const start = said.start(mine, { at: now(context), wh: 1_000 });
        const started = await other.call(start.action, start.payload);
        // Its own transaction, accepted or not, is over before anything else is asked.
        if (started.kind === 'callresult') {
          const end = said.end(mine, { at: now(context), wh: 1_001 }, started.payload, 1, 'local', undefined);
          await other.call(end.action, end.payload);
        }
        return at(started.payload, words.places.tokenStatus);
      };
      // The control: that a token is taken shows which transactions run.
      const before = await mayStart();
      if (before !== 'ConcurrentTx')
        throw new Unmet(
          `a token in two transactions at once is answered with ${String(before)}: nothing shows which of them run`,
        );
      const foreign = said.end(
        { ...facts(String(charge.transactionId)), evseId: charge.evseId },
        { at: now(context), wh: 99_999 },
        charge.started.payload,
        1,
        'local',
        undefined,
      );
      await other.call(foreign.action, foreign.payload);
      const status = await mayStart();
      check('untouched', () =>
        expect(status, 'what the token of the running transaction is told').to.equal('ConcurrentTx'),
      );
    },
  }),

  testCase({
    id: 'security/exposed/plain',
    title: 'The address speaks TLS, and nothing else',
    sut: 'csms',
    versions,
    bytes: true,
    profiles: [2, 3],
    offensive: true,
    onRequest: true,
    checks: {
      refused: {
        ref: { '1.6': 'W A00.FR.002', '2.0.1': 'A00.FR.002', '2.1': 'A00.FR.002' },
        level: 'SHALL',
        says: 'a charger that comes without encryption is not let in',
      },
      there: stillThereCheck,
    },
    catches: { refused: slip('speaks-plain-too'), there: slip('dies-on-plain') },
    async run(context) {
      const { check, station, sut } = context;
      await (await letIn(context)).session.close();
      const line = await station.line({ plain: true }).catch((cause: unknown) => {
        if (cause instanceof Unreachable) return undefined;
        throw cause;
      });
      const response = await line?.request(station.handshake(), Math.min(5_000, sut.timeoutMs));
      line?.finish();
      check('refused', () => expect(response?.status, 'HTTP status without TLS').to.not.equal(101));
      await stillThere(context);
    },
  }),

  borrowed(tls.cases, 'security/tls/old-versions', 'old-tls', 'Encryption of the past is not spoken'),
  borrowed(tls.cases, 'security/tls/old-versions-v16', 'old-tls-v16', 'Encryption of the past is not spoken'),
  borrowed(tls.cases, 'security/tls/old-versions-wp4', 'old-tls-wp4', 'Encryption of the past is not spoken'),

  testCase({
    id: 'security/exposed/flood',
    title: 'Chargers are served while somebody knocks at the door without end',
    sut: 'csms',
    versions,
    provenIn: 1,
    offensive: true,
    onRequest: true,
    checks: {
      served: {
        ref: oneRef,
        level: 'SHOULD',
        says: 'fifty wrong tries at once do not cost a charger its connection or its answers',
      },
    },
    catches: {
      served: behaviour(
        'displaces-before-asking',
        'a second connection ends the first before its credentials were looked at',
      ),
    },
    async run(context) {
      const { check, clock, station } = context;
      const session = await own(context);
      const beat = async () => {
        const began = clock.monotonic();
        const reply = await session.call('Heartbeat', {});
        return { reply, ms: clock.monotonic() - began };
      };
      const calm = await beat();
      const flood = Promise.all(
        Array.from({ length: 50 }, () => station.knock(bare(context, guess(context))).catch(() => undefined)),
      );
      const busy = await beat();
      const knocks = await flood;
      if (knocks.some((knock) => knock !== undefined && opened(knock)))
        throw new Unmet('the CSMS lets anybody in: see security/exposed/no-password');
      const after = await beat();
      const limit = 2_000 + 2 * calm.ms;
      check('served', () => {
        for (const { reply, ms } of [busy, after]) {
          expect(reply).to.be.callResult();
          expect(ms, 'milliseconds to the answer').to.be.below(limit);
        }
      });
    },
  }),

  // Wrong passwords in numbers come last: who is held off for them is not judged after them.
  testCase({
    id: 'security/exposed/guessing',
    title: 'Who guesses passwords is held off',
    sut: 'csms',
    versions,
    profiles: withPasswords,
    provenIn: 1,
    offensive: true,
    onRequest: true,
    checks: {
      held: {
        ref: validates,
        level: 'SHOULD',
        says: 'after twenty wrong passwords in a row, tries are refused otherwise, or slowed down',
      },
    },
    catches: { held: behaviour('counts-no-tries', 'wrong passwords may be tried without end') },
    async run(context) {
      await asksForPasswords(context);
      const seen = await guesses(context, TRIES);
      const half = seen.length / 2;
      const mean = (part: typeof seen) => part.reduce((sum, { ms }) => sum + ms, 0) / part.length;
      const [early, late] = [mean(seen.slice(0, half)), mean(seen.slice(half))];
      const slowed = late > 3 * early && late > early + 200;
      const first = seen[0]?.knock;
      const usual = first === undefined || opened(first) ? 0 : first.status;
      const otherwise = seen.some(
        ({ knock }) => !opened(knock) && knock.status !== usual && (HOLDS_OFF.has(knock.status) || knock.status === 0),
      );
      context.check('held', () =>
        expect(slowed || otherwise, `${TRIES} tries, all answered with ${tell(seen.at(-1)?.knock as Knock)}`).to.equal(
          true,
        ),
      );
    },
  }),

  testCase({
    id: 'security/exposed/locked-out',
    title: 'Who guesses passwords does not lock the charger itself out',
    sut: 'csms',
    versions,
    profiles: [1, 2],
    offensive: true,
    onRequest: true,
    checks: {
      letIn: {
        ref: validates,
        level: 'SHOULD',
        says: 'with its own password the charger is let in after all the wrong tries',
      },
    },
    catches: { letIn: behaviour('locks-stations-out', 'after many wrong passwords the right one is refused as well') },
    async run(context) {
      await (await letIn(context)).session.close();
      await guesses(context, TRIES);
      const knock = await knockOnce(context, {});
      context.check('letIn', () => expect(tell(knock)).to.equal('let in (101)'));
    },
  }),
]);
