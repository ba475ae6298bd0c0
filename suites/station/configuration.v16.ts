/** Charger, 1.6 configuration: keys are read as they are, and a change that is accepted is there to be read. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { deafTo } from './faults.v16.ts';
import { holds, PROFILES, READ_ONLY, REQUIRED, STANDARD, WRITABLE } from './keys.v16.ts';
import { inTime, quiet, ready } from './states.ts';
import { change, configured } from './states.v16.ts';

/** One that every charge point lets be changed (section 9.1.19), and that does nothing while nobody charges. */
const KEY = 'MeterValueSampleInterval';
/** One that nobody can change (section 9.1.20). */
const FIXED = 'NumberOfConnectors';

interface Entry {
  readonly key: string;
  readonly readonly: boolean;
  readonly value?: string;
}

const entriesOf = (payload: Payload): readonly Entry[] => (payload['configurationKey'] ?? []) as readonly Entry[];
const unknownOf = (payload: Payload): readonly string[] => (payload['unknownKey'] ?? []) as readonly string[];

/** Value of a key, as the station tells it. @throws Unmet where it does not */
async function readValue({ csms }: Pick<Context, 'csms'>, key: string): Promise<string | undefined> {
  const { payload } = await csms.need('GetConfiguration', { key: [key] });
  const entry = entriesOf(payload).find((one) => one.key.toLowerCase() === key.toLowerCase());
  if (entry === undefined) throw new Unmet(`the station has no key ${key}, which every station has`);
  return entry.value;
}

/** Seconds between heartbeats that the case sets, and how late one may be. */
const BEAT_S = 13;
const SLACK_S = 4;

/** A name that no station has for anything. */
const noKey = ({ random }: Pick<Context, 'random'>) => `Plugproof${randomWord(random, 8)}`;

/** Changes the entries of an answer. */
const entries = (change: (entries: readonly Entry[]) => readonly Entry[]) => (payload: unknown) => ({
  ...(payload as Payload),
  configurationKey: change(entriesOf(payload as Payload)),
});
const alterEntries = (name: string, change: (entries: readonly Entry[]) => readonly Entry[]) =>
  alter('GetConfiguration', entries(change), { name });

const oldValue = alterEntries('an old value', (all) => all.map((one) => ({ ...one, value: '900' })));

/** Keys that are asked for at a time. */
const CHUNK = 7;

/** What comes of keys that are asked for a few at a time. @throws Unmet where the station does not answer */
async function askedFor(
  { csms }: Pick<Context, 'csms'>,
  keys: readonly string[],
  most: number,
): Promise<{ told: readonly Entry[]; unknown: readonly string[] }> {
  const told: Entry[] = [];
  const unknown: string[] = [];
  const size = Math.max(1, Math.min(CHUNK, most || CHUNK));
  for (let i = 0; i < keys.length; i += size) {
    const { payload } = await csms.need('GetConfiguration', { key: keys.slice(i, i + size) });
    told.push(...entriesOf(payload));
    unknown.push(...unknownOf(payload));
  }
  return { told, unknown };
}

/** A CALL that a station with the profile knows, and that changes nothing. */
const PROFILE_CALLS: Readonly<Record<string, { action: string; payload: Payload }>> = {
  LocalAuthListManagement: { action: 'GetLocalListVersion', payload: {} },
  Reservation: { action: 'CancelReservation', payload: { reservationId: 2_000_000_977 } },
  SmartCharging: { action: 'ClearChargingProfile', payload: { id: 2_000_000_977 } },
  RemoteTrigger: { action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' } },
};

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const standard = (key: string) => STANDARD.find((one) => same(one, key));

export default suite('station/configuration', 'Configuration', [
  testCase({
    id: 'station/configuration/read',
    title: 'The station tells all keys, or those that are asked for, and which it does not know',
    sut: 'station',
    versions: ['1.6'],
    octt: { '1.6': 'TC_019_CS' },
    checks: {
      all: {
        ref: '5.8',
        level: 'SHALL',
        says: 'asked for nothing in particular, it tells every key, the required ones among them',
      },
      once: { ref: '5.8', level: 'SHALL', says: 'each key is told once, and none as unknown' },
      one: { ref: '5.8', level: 'SHALL', says: 'asked for one key, it tells that one, as in the list of all' },
      unknown: {
        ref: '5.8',
        level: 'SHALL',
        says: 'a key that it does not have is told as unknown, beside one that it has',
      },
    },
    catches: {
      all: alterEntries('without the interval', (all) => all.filter(({ key }) => key !== KEY)),
      once: alterEntries('the first twice', (all) => [...all.slice(0, 1), ...all]),
      one: [
        alter(
          'GetConfiguration',
          { configurationKey: [{ key: KEY, readonly: false, value: '901' }] },
          { when: (_, asked) => !/Plugproof/.test(JSON.stringify(asked)) && /key/.test(JSON.stringify(asked)) },
        ),
        alter('GetConfiguration', { configurationKey: [] }, { when: (_, asked) => /key/.test(JSON.stringify(asked)) }),
      ],
      unknown: alter('GetConfiguration', { unknownKey: null }),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const all = await csms.call('GetConfiguration', {});
      const keys = entriesOf(all.payload).map(({ key }) => key.toLowerCase());
      check('all', () => {
        expect(all).to.be.callResult();
        expect(
          REQUIRED.filter((key) => !keys.includes(key.toLowerCase())),
          'required keys that are missing',
        ).to.deep.equal([]);
      });
      check('once', () => {
        expect(
          keys.filter((key, i) => keys.indexOf(key) !== i),
          'keys that are told twice',
        ).to.deep.equal([]);
        expect(unknownOf(all.payload), 'unknown keys').to.deep.equal([]);
      });
      const one = await csms.call('GetConfiguration', { key: [KEY] });
      check('one', () => {
        const told = entriesOf(one.payload);
        expect(told.map(({ key }) => key.toLowerCase())).to.deep.equal([KEY.toLowerCase()]);
        const before = entriesOf(all.payload).find(({ key }) => key.toLowerCase() === KEY.toLowerCase());
        expect(told[0]?.value, `value of ${KEY}`).to.equal(before?.value);
      });
      const name = noKey(context);
      const mixed = await csms.call('GetConfiguration', { key: [name, KEY] });
      check('unknown', () => {
        expect(unknownOf(mixed.payload)).to.deep.equal([name]);
        expect(entriesOf(mixed.payload).map(({ key }) => key.toLowerCase())).to.deep.equal([KEY.toLowerCase()]);
      });
    },
  }),

  testCase({
    id: 'station/configuration/standard-keys',
    title: 'The standard keys hold what they can hold, and can be written where they can',
    sut: 'station',
    versions: ['1.6'],
    checks: {
      holds: { ref: '9', level: 'SHALL', says: 'each holds a value of its kind' },
      access: { ref: '9', level: 'SHALL', says: 'each is told to be read only where it is, and not where it is not' },
      same: { ref: '5.8', level: 'SHALL', says: 'asked for, each is told as in the list of all' },
      written: { ref: '5.3', level: 'SHALL', says: 'one that can be written takes the value that it has' },
      profiles: { ref: '9.1.29', level: 'SHALL', says: 'what belongs to a profile that it names is served' },
      names: { ref: '9.1.29', level: 'SHOULD', says: 'the profiles that it names are those that there are' },
    },
    catches: {
      holds: [
        alterEntries('no numbers', (all) =>
          all.map((one) => ({ ...one, value: one.value === 'true' ? '1' : `${one.value}s` })),
        ),
        alterEntries('no values', (all) => all.map(({ value: _, ...one }) => one)),
      ],
      access: [
        alterEntries('all can be written', (all) => all.map((one) => ({ ...one, readonly: false }))),
        alterEntries('none can be written', (all) => all.map((one) => ({ ...one, readonly: true }))),
      ],
      same: alter(
        'GetConfiguration',
        entries((all) => all.map((one) => ({ ...one, value: 'another' }))),
        {
          name: 'others when asked for',
          when: (_, asked) => /HeartbeatInterval/.test(JSON.stringify(asked)),
        },
      ),
      written: alter('ChangeConfiguration', { status: 'Rejected' }),
      profiles: refuses('CancelReservation', 'NotSupported'),
      names: alterEntries('a profile of its own', (all) =>
        all.map((one) => (one.key === 'SupportedFeatureProfiles' ? { ...one, value: `${one.value},Coffee` } : one)),
      ),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await quiet(context);
      const { payload } = await csms.need('GetConfiguration', {});
      const everything = entriesOf(payload);
      const all = everything.flatMap((entry) => {
        const key = standard(entry.key);
        return key === undefined ? [] : [{ ...entry, key }];
      });
      const holding = (key: string) => all.find((entry) => entry.key === key)?.value;
      check('holds', () => {
        for (const { key, value } of all) expect(holds(key, value), `${key} = ${value ?? 'nothing'}`).to.equal(true);
      });
      check('access', () => {
        // One that a station may do without it may have and not let be changed: that there is a cache that is off, say.
        const fixed = WRITABLE.filter((key) => REQUIRED.includes(key));
        const wrong = all.filter(({ key, readonly }) => (readonly ? fixed : READ_ONLY).includes(key));
        expect(
          wrong.map(({ key, readonly }) => `${key} is told to be ${readonly ? 'read only' : 'writable'}`),
        ).to.deep.equal([]);
      });
      // Those of the standard are asked for whether they were told or not: a list of all leaves none out.
      const names = [...everything.map(({ key }) => key), ...STANDARD.filter((key) => holding(key) === undefined)];
      const again = await askedFor(context, [...names].reverse(), Number(holding('GetConfigurationMaxKeys')));
      check('same', () => {
        for (const { key, value, readonly } of everything) {
          const one = again.told.find((entry) => same(entry.key, key));
          expect({ value: one?.value, readonly: one?.readonly }, key).to.deep.equal({ value, readonly });
        }
        const asked = names.filter((name) => !again.told.some(({ key }) => same(key, name)));
        expect(again.unknown.map((name) => name.toLowerCase()).sort(), 'unknown keys').to.deep.equal(
          asked.map((name) => name.toLowerCase()).sort(),
        );
        const left = again.told.filter(({ key }) => !everything.some((entry) => same(entry.key, key)));
        expect(
          left.map(({ key }) => key),
          'keys that the list of all leaves out',
        ).to.deep.equal([]);
      });
      for (const { key, value, readonly } of all) {
        if (readonly || value === undefined || !WRITABLE.includes(key)) continue;
        const reply = await csms.call('ChangeConfiguration', { key, value });
        check('written', () =>
          expect(reply.payload['status'], `${key} = ${value}`).to.be.oneOf(['Accepted', 'RebootRequired']),
        );
      }
      const named = (holding('SupportedFeatureProfiles') ?? '').split(',').map((name) => name.trim());
      check('names', () => expect(named.filter((name) => !PROFILES.includes(name))).to.deep.equal([]));
      for (const name of named) {
        const call = PROFILE_CALLS[name];
        if (call === undefined) continue;
        const reply = await csms.call(call.action, call.payload);
        check('profiles', () => expect(reply, `${name}: ${call.action}`).to.be.callResult());
      }
    },
  }),

  testCase({
    id: 'station/configuration/heartbeat',
    title: 'An interval of heartbeats that is set is kept',
    sut: 'station',
    versions: ['1.6'],
    checks: {
      beats: { ref: '9.1.10', level: 'SHOULD', says: 'no interval goes by without a message of the station' },
      told: { ref: '5.3', level: 'SHALL', says: 'read again, the key has the value that was set' },
    },
    catches: {
      beats: [deafTo('HeartbeatInterval'), drop('Heartbeat')],
      told: oldValue,
    },
    async run(context) {
      const { check, clock, csms } = context;
      await ready(context);
      await quiet(context);
      // Where it takes a restart, the answer to the boot says the same.
      csms.answer('BootNotification', (call) =>
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: BEAT_S, status: 'Accepted' }),
      );
      await configured(context, 'HeartbeatInterval', String(BEAT_S));
      const since = csms.mark;
      const timeoutMs = inTime({ sut: { ...context.sut, timeoutMs: SLACK_S * 1000 } }, BEAT_S);
      const first = await csms.awaitCall('Heartbeat', { since, timeoutMs: 2 * timeoutMs });
      const second = first && (await csms.awaitCall('Heartbeat', { since, after: first.n, timeoutMs: 2 * timeoutMs }));
      check('beats', () => {
        const calls = csms.calls(since);
        if (first === undefined || second === undefined) expect.fail('there are no two heartbeats');
        // Other messages stand in for heartbeats (section 4.6).
        const times = calls.map(({ at }) => at);
        const gaps = times.slice(1).map((at, i) => (at - (times[i] ?? at)) / 1000);
        expect(Math.max(...gaps), 'most seconds between two messages').to.be.at.most(BEAT_S + SLACK_S);
      });
      const now = await readValue(context, 'HeartbeatInterval');
      check('told', () => expect(now, 'HeartbeatInterval').to.equal(String(BEAT_S)));
    },
  }),

  testCase({
    id: 'station/configuration/change',
    title: 'A change that the station accepts is there to be read',
    sut: 'station',
    versions: ['1.6'],
    octt: { '1.6': 'TC_021_CS' },
    checks: {
      accepted: { ref: '5.3', level: 'SHALL', says: 'a good value of a key that can be changed is taken' },
      changed: { ref: '5.3', level: 'SHALL', says: 'read again, the key has the value that was set' },
    },
    catches: {
      accepted: alter('ChangeConfiguration', { status: 'Rejected' }),
      changed: oldValue,
    },
    async run(context) {
      const { check, after, random } = context;
      await ready(context);
      const before = await readValue(context, KEY);
      const value = String(61 + Math.floor(random() * 500));
      after(() => change(context, KEY, before ?? '60'));
      const reply = await change(context, KEY, value);
      check('accepted', () => expect(reply.payload['status']).to.be.oneOf(['Accepted', 'RebootRequired']));
      const now = await readValue(context, KEY);
      check('changed', () => expect(now, `value of ${KEY}`).to.equal(value));
    },
  }),

  testCase({
    id: 'station/configuration/bad-value',
    title: 'A value that makes no sense is rejected, and the old one stays',
    sut: 'station',
    versions: ['1.6'],
    octt: { '1.6': 'TC_040_2_CS' },
    checks: {
      rejected: { ref: '5.3', level: 'SHALL', says: 'an interval that is negative, or no number, is rejected' },
      unchanged: { ref: '5.3', level: 'SHALL', says: 'read again, the key has the value that it had before' },
    },
    catches: {
      rejected: alter('ChangeConfiguration', { status: 'Accepted' }),
      unchanged: {
        name: 'reads-worse-each-time',
        says: 'a key that was asked for alone is told with another value each time',
        rewrite: (out) =>
          out.kind === 'callresult' && out.action === 'GetConfiguration'
            ? [{ text: out.text.replace(/"value":"[^"]*"/, `"value":"${out.id}"`) }]
            : undefined,
      },
    },
    async run(context) {
      const { check, csms, after } = context;
      await ready(context);
      const before = await readValue(context, KEY);
      after(() => csms.call('ChangeConfiguration', { key: KEY, value: before ?? '60' }));
      for (const value of ['-1', 'plugproof', '']) {
        const reply = await csms.call('ChangeConfiguration', { key: KEY, value });
        check('rejected', () => expect(reply, `${KEY} = '${value}'`).to.be.callResult({ status: 'Rejected' }));
      }
      const now = await readValue(context, KEY);
      check('unchanged', () => expect(now, `value of ${KEY}`).to.equal(before));
    },
  }),

  testCase({
    id: 'station/configuration/unknown-key',
    title: 'A key that the station does not have is not supported',
    sut: 'station',
    versions: ['1.6'],
    octt: { '1.6': 'TC_040_1_CS' },
    checks: { refused: { ref: '5.3', level: 'SHALL', says: 'the change is answered with NotSupported' } },
    catches: {
      refused: [
        alter('ChangeConfiguration', { status: 'Accepted' }),
        alter('ChangeConfiguration', { status: 'Rejected' }),
      ],
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const reply = await csms.call('ChangeConfiguration', { key: noKey(context), value: '1' });
      check('refused', () => expect(reply).to.be.callResult({ status: 'NotSupported' }));
    },
  }),

  testCase({
    id: 'station/configuration/read-only',
    title: 'A key that can only be read is not changed',
    sut: 'station',
    versions: ['1.6'],
    checks: {
      rejected: { ref: '5.3', level: 'SHALL', says: 'the change is rejected' },
      told: { ref: '9.1.20', level: 'SHALL', says: 'the key is told to be read only' },
      unchanged: { ref: '9.1.20', level: 'SHALL', says: 'read again, the key has the value that it had before' },
    },
    catches: {
      rejected: alter('ChangeConfiguration', { status: 'Accepted' }),
      told: alterEntries('all can be written', (all) => all.map((one) => ({ ...one, readonly: false }))),
      unchanged: alterEntries('977 connectors', (all) => all.map((one) => ({ ...one, value: '977' }))),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const reply = await csms.call('ChangeConfiguration', { key: FIXED, value: '977' });
      check('rejected', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      const { payload } = await csms.need('GetConfiguration', { key: [FIXED] });
      const [entry] = entriesOf(payload);
      check('told', () => expect(entry?.readonly, `${FIXED} is read only`).to.equal(true));
      check('unchanged', () => expect(Number(entry?.value), `value of ${FIXED}`).to.be.within(1, 976));
    },
  }),
]);
