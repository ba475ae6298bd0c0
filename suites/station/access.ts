/** Charger: it shows its password (security profiles 1 and 2), changes it when it is told to, and tells nobody of it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { comesBack, knocks, passwordWords, setsPassword, told } from './knocks.ts';
import { ready, reset } from './states.ts';

const both = ['1.6', '2.0.1'] as const;
const profiles = [1, 2] as const;
const refs = (v16: string, v2 = v16) => ({ '1.6': `W ${v16}`, '2.0.1': v2 }) as const;

const loses = {
  password: behaviour('sends-no-password', 'no password is shown'),
  user: behaviour('sends-another-user', 'the name in the header is not the identity'),
  digits: behaviour('sends-password-digits', 'the password goes into the header as hexadecimal digits'),
} as const;

/** A password of `bytes` bytes, as it is configured in the version: text that both can have. */
function newPassword({ dialect, random }: Pick<Context, 'dialect' | 'random'>, bytes = LENGTH): string {
  return passwordWords[dialect.version].configured(new TextEncoder().encode(randomWord(random, bytes)));
}

/** Bytes of a 1.6 key, and characters of a 2.x password, that every charger has to take. */
const LENGTH = 20;

/** The password that the charger has. @throws Unmet where nobody told */
function ownPassword({ csms }: Pick<Context, 'csms'>): Uint8Array {
  const { password } = csms.door;
  if (password === undefined) throw new Unmet('the password of the station is not given: see --password');
  return password;
}

const setting = { '1.6': 'ChangeConfiguration', '2.0.1': 'SetVariables' } as const;
const inResult = (attributeStatus: string) => (payload: unknown) => {
  const [first] = (payload as { setVariableResult: readonly object[] }).setVariableResult;
  return { setVariableResult: [{ ...first, attributeStatus }] };
};
/** The answer to a change of the password is another one. */
const answers = (status: string) =>
  ({
    '1.6': alter(setting['1.6'], { status }),
    '2.0.1': alter(setting['2.0.1'], inResult(status), { name: `status ${status}`, kind: 'callresult' }),
  }) as const;

/** Passwords that nobody may have: too short, too long, and in 1.6 half a byte. */
const unfit: Readonly<Record<'1.6' | '2.0.1' | '2.1', (word: (length: number) => string) => readonly string[]>> = {
  '1.6': () => ['0A'.repeat(15), '0A'.repeat(21), `${'0A'.repeat(16)}0`],
  '2.0.1': (word) => [word(15), word(65)],
  '2.1': (word) => [word(15), word(65)],
};

export default suite('station/access', 'Passwords of the station', [
  testCase({
    id: 'station/access/password',
    title: 'The station shows its identity and its password with every connection',
    sut: 'station',
    versions: both,
    profiles,
    octt: { '1.6': 'TC_085_CS', '2.0.1': 'TC_A_01_CS' },
    checks: {
      shown: {
        ref: refs('A00.FR.202'),
        level: 'SHALL',
        says: 'the header has the identity and the password, as bytes, and nothing else',
      },
      again: { ref: refs('A00.FR.202'), level: 'SHALL', says: 'so it is with the connection after a restart' },
      boots: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.01' },
        level: 'SHALL',
        says: 'the station registers after its restart',
      },
    },
    catches: {
      shown: { '1.6': Object.values(loses), '2.0.1': [...Object.values(loses)] },
      again: behaviour('shows-password-once', 'the password is shown with the first connection alone'),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
    },
    async run(context) {
      const { check, csms } = context;
      const first = await knocks(context);
      check('shown', () => expect(told(first)).to.equal('connected'));
      if (first.outcome !== 'connected') throw new Unmet('the station was not let in');
      ownPassword(context);
      await ready(context);
      const coming = csms.attempt();
      const { boot } = await reset(context, 'now');
      const second = await coming;
      check('again', () => expect(told(second)).to.equal('connected'));
      check('boots', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/access/password-changed',
    title: 'The station takes a new password, and comes back with it',
    sut: 'station',
    versions: both,
    profiles,
    octt: { '1.6': 'TC_073_CS', '2.0.1': 'TC_A_09_CS' },
    checks: {
      accepted: { ref: refs('A01.FR.01'), level: 'SHALL', says: 'a password that is long enough is accepted' },
      used: { ref: refs('A01.FR.01'), level: 'SHALL', says: 'it connects with the new password, and not with the old' },
      served: { ref: refs('A01.FR.01'), level: 'SHALL', says: 'the station serves on the new connection' },
    },
    catches: {
      accepted: answers('Rejected'),
      used: behaviour('keeps-password', 'a new password is accepted, and the old one used'),
      served: {
        '1.6': refuses('GetConfiguration', 'InternalError'),
        '2.0.1': refuses('GetVariables', 'InternalError'),
      },
    },
    async run(context) {
      const { check, csms, dialect, after } = context;
      await ready(context);
      const words = passwordWords[dialect.version];
      const own = ownPassword(context);
      const next = newPassword(context);
      const change = async (password: string) => {
        const { reply, status } = await setsPassword(context, password);
        if (status !== 'Accepted' && status !== 'RebootRequired') return { reply, status, came: undefined };
        csms.door.password = words.bytes(password);
        if (status === 'RebootRequired') await csms.call('Reset', context.orders.reset('now'));
        return { reply, status, came: await comesBack(context) };
      };
      const { status, came } = await change(next);
      check('accepted', () => expect(status).to.be.oneOf(['Accepted', 'RebootRequired']));
      if (came === undefined) throw new Unmet('the station did not take the password');
      // The next case, and the next run, come with the password that is configured.
      after(async () => {
        if (csms.connected) await change(words.configured(own));
        else csms.door.password = own;
      });
      check('used', () => expect(told(came)).to.equal('connected'));
      if (came.outcome !== 'connected') throw new Unmet('the station was not let in');
      await csms.connection();
      const read = await csms.call(words.read.action, words.read.payload);
      check('served', () => expect(read).to.be.callResult());
    },
  }),

  testCase({
    id: 'station/access/password-refused',
    title: 'The station refuses a password that is too short or too long, and keeps its own',
    sut: 'station',
    versions: both,
    profiles,
    octt: { '2.0.1': 'TC_A_10_CS' },
    checks: {
      refused: {
        ref: refs('A00.FR.205'),
        level: 'SHALL',
        says: 'a password of another length than allowed is refused',
      },
      kept: { ref: refs('A01.FR.01'), level: 'SHALL', says: 'it connects with the password that it had' },
    },
    catches: {
      refused: answers('Accepted'),
      kept: behaviour('shows-password-once', 'the password is shown with the first connection alone'),
    },
    async run(context) {
      const { check, random, dialect } = context;
      await ready(context);
      ownPassword(context);
      for (const password of unfit[dialect.version]((length) => randomWord(random, length))) {
        const { reply, status } = await setsPassword(context, password);
        check('refused', () => {
          expect(reply).to.be.callResult();
          expect(status, `status for a password of ${password.length}`).to.equal('Rejected');
        });
      }
      const came = await knocks(context);
      check('kept', () => expect(told(came)).to.equal('connected'));
    },
  }),

  testCase({
    id: 'station/access/password-hidden',
    title: 'The station tells nobody its password',
    sut: 'station',
    versions: both,
    profiles,
    checks: {
      unread: { ref: refs('A01.FR.12'), level: 'SHALL', says: 'read by its name, the password is not told' },
      nowhere: { ref: refs('A01.FR.12'), level: 'SHALL', says: 'it stands nowhere in what is configured' },
    },
    catches: {
      unread: {
        '1.6': alter('GetConfiguration', {
          configurationKey: [{ key: 'AuthorizationKey', readonly: false, value: '00112233445566778899AABBCCDDEEFF' }],
        }),
        '2.0.1': alter(
          'GetVariables',
          (payload) => {
            const [first] = (payload as { getVariableResult: readonly object[] }).getVariableResult;
            return {
              getVariableResult: [{ ...first, attributeStatus: 'Accepted', attributeValue: 'Password-1234567' }],
            };
          },
          { name: 'Accepted with a value', kind: 'callresult' },
        ),
      },
      nowhere: behaviour('tells-its-password', 'the password stands among what is configured'),
    },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      const words = passwordWords[dialect.version];
      const own = ownPassword(context);
      const read = await csms.call(words.read.action, words.read.payload);
      check('unread', () => {
        expect(read).to.be.callResult();
        expect(JSON.stringify(read.payload), 'a value').to.not.match(/"(attributeValue|value)":"[^"]/);
      });
      const since = csms.mark;
      const all = await everything[dialect.version](context);
      const report = csms.calls(since).map(({ payload }) => payload);
      const text = JSON.stringify([all, report]).toLowerCase();
      check('nowhere', () => {
        for (const form of [words.configured(own), new TextDecoder('latin1').decode(own)])
          expect(text.includes(JSON.stringify(form.toLowerCase()).slice(1, -1)), 'the password in it').to.equal(false);
      });
    },
  }),
]);

/** Reads all that is configured. */
export const everything = {
  '1.6': async ({ csms }: Context) => (await csms.call('GetConfiguration', {})).payload,
  '2.0.1': full,
  '2.1': full,
} as const;

async function full({ csms, random }: Context) {
  const requestId = Math.floor(random() * 2 ** 30);
  const since = csms.mark;
  const reply = await csms.call('GetBaseReport', { requestId, reportBase: 'FullInventory' });
  if (reply.payload['status'] !== 'Accepted') return reply.payload;
  const timeoutMs = csms.patienceMs;
  await csms.awaitCall('NotifyReport', { since, timeoutMs, where: (part) => part['tbc'] !== true });
  return reply.payload;
}
