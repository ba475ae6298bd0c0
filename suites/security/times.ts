/** Times in every form that has made trouble: what RFC 3339 has is served, and what it has not is none. */
import type { OcppVersion, Role } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { now } from '../csms/states.ts';
import { bracket } from '../ocppj/control.ts';
import { foreignCode, servesWhatIsWrong } from '../ocppj/faults.ts';
import { OddBench, oddChecks } from './asking-odd.ts';
import { gentle, NOWHERE } from './gentle.ts';
import { diesOfOdd, dropsOdd, refusesOdd } from './odd-faults.ts';

/** What is to become of a form. */
type Fate =
  /** Served by everybody. */
  | 'usual'
  /** A time by RFC 3339, and rare. */
  | 'rare'
  /** Served or refused: the texts leave it open, or two of them differ. */
  | 'either'
  /** A time by other customs only. */
  | 'near'
  /** No time at all. */
  | 'none';

/** A form of a time, for 1.6 (ISO 8601) and for 2.x (RFC 3339 with three decimal places at most). */
interface Form {
  readonly text: string;
  readonly what: string;
  readonly v16: Fate;
  readonly v2: Fate;
}

const form = (text: string, what: string, v16: Fate, v2: Fate): Form => ({ text, what, v16, v2 });

const FORMS: readonly Form[] = [
  form('2026-01-31T12:30:00Z', 'in UTC', 'usual', 'usual'),
  form('2026-01-31T12:30:00.250Z', 'with milliseconds', 'usual', 'usual'),
  form('2026-01-31T12:30:00+02:00', 'with an offset', 'usual', 'usual'),
  form('2026-01-31T12:30:00.5-05:30', 'with a fraction and an offset of half an hour', 'usual', 'usual'),
  form('2026-01-31t12:30:00Z', 'with a small t', 'either', 'rare'),
  form('2026-01-31T12:30:00z', 'with a small z', 'either', 'rare'),
  form('2016-12-31T23:59:60Z', 'in a leap second that there was', 'either', 'rare'),
  form('2026-01-31T12:30:00.123456789Z', 'with nanoseconds', 'either', 'either'),
  form('0000-01-01T00:00:00Z', 'in the year 0', 'either', 'either'),
  form('9999-12-31T23:59:59Z', 'in the last year of four digits', 'either', 'either'),
  form('2026-01-31 12:30:00Z', 'with a blank for the T', 'either', 'either'),
  form('2026-01-31T12:30:00', 'without a zone', 'either', 'near'),
  form('2026-01-31T12:30Z', 'without seconds', 'either', 'near'),
  form('2026-01-31T24:00:00Z', 'at 24 hours', 'either', 'near'),
  form('2026-01-31T12:30:60Z', 'in a leap second that there is not', 'either', 'near'),
  form('2026-01-31', 'of the day alone', 'none', 'none'),
  form('2026-02-30T12:30:00Z', 'on a day that there is not', 'none', 'none'),
  form('222222017-10-27T19:10:11Z', 'in a year of nine digits', 'none', 'none'),
  form('1000000', 'in seconds since 1970', 'none', 'none'),
  form('', 'that is empty', 'none', 'none'),
];

/** A message with a time in it. */
interface Timed {
  readonly action: string;
  readonly payload: (time: string) => object;
}

/** What a station tells a CSMS with times, and what a charger is asked that does no harm. */
function messagesTo({ dialect: { version }, words }: Context, role: Role): readonly Timed[] {
  if (role === 'csms')
    return [
      { action: 'StatusNotification', payload: (time) => words.status(1, 1, 'Available', time) },
      { action: 'MeterValues', payload: (time) => words.meterValues(1, 10_000, time, 'Sample.Periodic') },
    ];
  return asked[version].map(({ action, payload }) => ({
    action,
    payload: (time) => ({ ...(gentle(version, action, {}) as object), ...payload(time) }),
  }));
}

const lists = (time: string) => ({
  log: { remoteLocation: NOWHERE, oldestTimestamp: time },
  logType: 'DiagnosticsLog',
  requestId: 4_711,
});
const asked2: readonly Timed[] = [
  {
    action: 'ReserveNow',
    payload: (time) => ({ id: 4_711, expiryDateTime: time, idToken: { idToken: 'PLUGPROOF', type: 'Central' } }),
  },
  { action: 'GetLog', payload: lists },
];
const asked: Readonly<Record<OcppVersion, typeof asked2>> = {
  '1.6': [
    {
      action: 'ReserveNow',
      payload: (time) => ({ expiryDate: time, idTag: 'PLUGPROOF', reservationId: 4_711 }),
    },
    { action: 'GetDiagnostics', payload: (time) => ({ startTime: time }) },
  ],
  '2.0.1': asked2,
  '2.1': asked2,
};

const timeRef = {
  '1.6': '3.15',
  '2.0.1': 'StatusNotificationRequest.timestamp',
  '2.1': 'StatusNotificationRequest.timestamp',
} as const;
const refused = { '1.6': 'J 4.2.3', '2.0.1': 'FR.03', '2.1': 'FR.03' } as const;

const usual = { ref: timeRef, level: 'SHALL', says: 'fractions of seconds and offsets from UTC are served' } as const;
const code = {
  ref: { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.3', '2.1': 'P4 4.3' },
  level: 'SHALL',
  says: 'a CALLERROR has a code of the version',
} as const;
const says = 'what can be no time is not served';
const faults = {
  told: dropsOdd,
  alive: diesOfOdd,
  usual: refusesOdd('an offset', /\d[+-]\d\d:\d\d"/),
  none: servesWhatIsWrong,
  code: foreignCode,
};

type Id = keyof typeof oddChecks | 'usual' | 'rare' | 'none' | 'near' | 'code';

/** Sends each form in a message of each kind that is served, and a good one behind each. */
async function judgeForms(context: Context<Id>, fateOf: (one: Form) => Fate): Promise<void> {
  const { check, clock, dialect, note, sut } = context;
  const kinds: string[] = [];
  await bracket(context, async (session) => {
    const bench = new OddBench(context, session);
    for (const { action, payload } of messagesTo(context, sut.role)) {
      if (!(await bench.serves(action, payload(now({ clock }))))) continue;
      kinds.push(action);
      for (const one of FORMS) {
        const where = `${action} with a time ${one.what}: '${one.text}'`;
        const answer = await bench.odd(where, action, payload(one.text));
        const served = answer.kind === 'callresult';
        const fate = fateOf(one);
        const seen = `${where}; ${answer.text.slice(0, 200)}`;
        if (fate === 'usual' || fate === 'rare') check(fate, () => expect(served, seen).to.equal(true));
        if (fate === 'near' || fate === 'none') check(fate, () => expect(served, seen).to.equal(false));
        if (answer.code !== undefined && fate !== 'either')
          check('code', () => expect(dialect.errorCodes.has(answer.code ?? ''), seen).to.equal(true));
      }
      // What is kept of all that is a time again.
      await bench.odd(`${action} with the time of now`, action, payload(now({ clock })));
    }
  });
  // Who refuses nothing has no code that is wrong.
  if (kinds.length > 0) check('code', () => {});
  note(kinds.length === 0 ? 'no message with a time was served' : `times were sent in ${kinds.join(' and ')}`);
  if (kinds.length === 0) throw new Unmet('the SUT serves no message with a time in it that does no harm');
}

const common = { sut: 'both', offensive: true, onRequest: true } as const;

export default suite('security/payloads', 'Times in every form', [
  testCase<Id>({
    id: 'security/payloads/times',
    title: 'Times as RFC 3339 has them are served, and what is none is refused',
    versions: ['2.0.1', '2.1'],
    ...common,
    checks: {
      ...oddChecks,
      usual,
      rare: { ref: timeRef, level: 'SHOULD', says: 'small letters, and a leap second, are served' },
      none: { ref: refused, level: 'SHALL', says },
      near: { ref: refused, level: 'SHOULD', says: 'what is a time by other customs alone is not served' },
      code,
    },
    catches: { ...faults, near: servesWhatIsWrong, rare: refusesOdd('small letters', /\d[tz]["\d]/) },
    run: (context) => judgeForms(context, ({ v2 }) => v2),
  }),

  testCase<Exclude<Id, 'rare' | 'near'>>({
    id: 'security/payloads/times-v16',
    title: 'Times with fractions of seconds and with offsets are served, and what is none is refused (1.6)',
    versions: ['1.6'],
    ...common,
    checks: { ...oddChecks, usual, none: { ref: refused, level: 'SHOULD', says }, code },
    catches: faults,
    run: (context) => judgeForms(context as Context<Id>, ({ v16 }) => v16),
  }),
]);
