/** Charger, 2.x monitors: set, refused, replaced, cleared, and reported as they are. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import {
  asReported,
  clear,
  judgeForm,
  MONITORING,
  need,
  ofState,
  open,
  placeOf,
  question,
  report,
  reported,
  reportForm,
  reportFormFaults,
  results,
  resultsOf,
  STATION,
  set,
  type Wanted,
} from './monitors.v2.ts';
import { NO_EVSE, ready } from './states.ts';

const versions = ['2.0.1'] as const;

/** Watts that no EVSE can give. */
const NO_POWER = 1e12;
/** An id that no monitor has. */
const NO_MONITOR = 1_234_567;

const echoes = {
  ref: 'N04.FR.02',
  level: 'SHALL',
  says: 'each has one result, with what it is on, its type and its severity',
} as const;
const echoFaults = [
  results('of another type', (one) => ({ ...one, type: 'UpperThreshold' })),
  results('of another severity', (one) => ({ ...one, severity: 1 })),
  results('on another variable', (one) => ({ ...one, variable: { name: 'Available' } })),
] as const;

const reportedCheck = { ref: 'N02.FR.03', level: 'SHALL', says: 'asked for, it is reported as it was set' } as const;
function judgeEchoes(
  { check }: Context<'echoes'>,
  reply: Parameters<typeof resultsOf>[0],
  wanted: readonly Wanted[],
): void {
  const words = (one: Payload) => `${placeOf(one)} ${String(one['type'])} ${String(one['severity'])}`;
  check('echoes', () =>
    expect(resultsOf(reply).map(words).sort()).to.deep.equal(
      wanted.map((one) => words(one as unknown as Payload)).sort(),
    ),
  );
}

/** Monitors that are set together. */
const together = (id: string, title: string, octt: string, wanted: readonly Wanted[]) =>
  testCase({
    id: `station/monitoring/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature: MONITORING,
    checks: {
      accepted: { ref: 'N04.FR.08', level: 'SHALL', says: 'each is accepted' },
      ids: { ref: 'N04.FR.11', level: 'SHALL', says: 'each is given an id of its own' },
      echoes,
      reported: reportedCheck,
      form: reportForm,
    },
    catches: {
      accepted: results('rejected', (one) => ({ ...one, status: 'Rejected' })),
      ids: [
        results('no id', ({ id: _, ...one }) => one),
        ...(wanted.length > 1 ? [results('one id for all', (one) => ({ ...one, id: 1 }))] : []),
      ],
      echoes: echoFaults,
      reported: [
        drop('NotifyMonitoringReport'),
        reported('of another severity', (one) => ({ ...one, severity: 1 })),
        reported('of another value', (one) => ({ ...one, value: 7 })),
        reported('under another id', (one) => ({ ...one, id: 977 })),
        reported('for transactions', (one) => ({ ...one, transaction: true })),
      ],
      form: reportFormFaults,
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await open(context);
      const reply = await set(context, ...wanted);
      check('accepted', () => {
        expect(resultsOf(reply).length, 'results').to.equal(wanted.length);
        expect(new Set(resultsOf(reply).map(({ status }) => status))).to.deep.equal(new Set(['Accepted']));
      });
      const ids = resultsOf(reply).map(({ id: given }) => given);
      check('ids', () => {
        for (const given of ids) expect(given, 'id').to.be.a('number');
        expect(new Set(ids).size, 'ids').to.equal(wanted.length);
      });
      judgeEchoes(context, reply, wanted);
      const told = await report(context, {
        componentVariable: wanted.flatMap((one) => question(one).componentVariable),
      });
      judgeForm(context, told);
      check('reported', () => {
        for (const one of wanted) {
          const own = resultsOf(reply).find(
            (result) => placeOf(result) === placeOf(one) && result['severity'] === one.severity,
          );
          expect(told.all).to.deep.include(asReported(one, own?.['id']));
        }
      });
    },
  });

/** A monitor that can not be. */
const refused = (
  id: string,
  title: string,
  octt: readonly string[],
  ref: string,
  word: string,
  wanted: (name: string) => Wanted,
) =>
  testCase({
    id: `station/monitoring/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature: MONITORING,
    checks: {
      word: { ref, level: 'SHALL', says: `the result is ${word}` },
      echoes,
      nothing: { ref, level: 'SHALL', says: 'no monitor of that kind is reported' },
    },
    catches: {
      word: [
        results('accepted', (one) => ({ ...one, status: 'Accepted', id: 977 })),
        results('another word', (one) => ({ ...one, status: 'Duplicate' })),
      ],
      echoes: echoFaults,
      nothing: results('accepted', (one) => ({ ...one, status: 'Accepted', id: 977 })),
    },
    async run(context) {
      const { check, random } = context;
      await ready(context);
      await open(context);
      const bad = wanted(`Plugproof${randomWord(random, 8)}`);
      const good = ofState(8);
      const reply = await set(context, good, bad);
      const result = resultsOf(reply).find((one) => placeOf(one) === placeOf(bad) && one['severity'] === bad.severity);
      check('word', () => expect(result?.['status']).to.equal(word));
      judgeEchoes(context, reply, [good, bad]);
      const { all } = await report(context);
      check('nothing', () => {
        // The good one beside it shows that monitors are reported at all.
        const place = placeOf(good);
        expect(all.filter((one) => one.place === place && one.severity === good.severity).length).to.equal(1);
        expect(result?.['id'], 'an id').to.equal(undefined);
        expect(all.filter((one) => one.severity === bad.severity && one.place === placeOf(bad))).to.deep.equal([]);
      });
    },
  });

export default suite('station/monitoring', 'Monitors', [
  together('set-one', 'A monitor is set, and reported as it was set', 'TC_N_08_CS', [ofState(8)]),
  together('set-two-variables', 'Monitors on two variables are set at once', 'TC_N_09_CS', [ofState(8), STATION]),
  together('set-two-severities', 'Two monitors on one variable are set at once', 'TC_N_10_CS', [
    ofState(8),
    ofState(7),
  ]),

  refused(
    'unknown-component',
    'A monitor on a component that is not there is refused',
    ['TC_N_11_CS'],
    'N04.FR.03',
    'UnknownComponent',
    () => ofState(7, { component: { name: 'EVSE', evse: { id: NO_EVSE } } }),
  ),
  refused(
    'unknown-variable',
    'A monitor on a variable that is not there is refused',
    ['TC_N_37_CS'],
    'N04.FR.04',
    'UnknownVariable',
    (name) => ofState(7, { variable: { name } }),
  ),
  refused(
    'negative-delta',
    'A monitor of changes by less than nothing is refused, and the one beside it is not',
    ['TC_N_12_CS', 'TC_N_43_CS'],
    'N04.FR.14',
    'Rejected',
    () => ofState(7, { value: -1 }),
  ),
  refused(
    'threshold-out-of-range',
    'A monitor of a threshold that the value can not reach is refused',
    ['TC_N_13_CS'],
    'N04.FR.06',
    'Rejected',
    () => ofState(7, { variable: { name: 'Power' }, type: 'UpperThreshold', value: NO_POWER }),
  ),
  refused('unknown-id', 'A monitor in place of one that is not there is refused', [], 'N04.FR.13', 'Rejected', () =>
    ofState(7, { id: NO_MONITOR }),
  ),

  testCase({
    id: 'station/monitoring/duplicate',
    title: 'A second monitor of the same type and severity on a variable is refused',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_N_15_CS' },
    feature: MONITORING,
    checks: {
      word: { ref: 'N04.FR.10', level: 'SHALL', says: 'the result is Duplicate' },
      one: { ref: 'N04.FR.10', level: 'SHALL', says: 'one is reported' },
    },
    catches: {
      word: results('accepted', (one) => ({ ...one, status: 'Accepted' })),
      one: alter(
        'NotifyMonitoringReport',
        (payload) => {
          const { monitor } = payload as { monitor: Payload[] };
          return { ...(payload as Payload), monitor: [...monitor, ...monitor] };
        },
        { name: 'each twice', kind: 'call' },
      ),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await open(context);
      const wanted = ofState(8);
      await need(context, wanted);
      const again = await set(context, wanted);
      check('word', () => expect(resultsOf(again)[0]?.['status']).to.equal('Duplicate'));
      const { all } = await report(context, question(wanted));
      check('one', () =>
        expect(all.filter(({ type, severity }) => type === 'Delta' && severity === 8).length, 'monitors').to.equal(1),
      );
    },
  }),

  testCase({
    id: 'station/monitoring/replaced',
    title: 'A monitor is replaced under its id, and not by one on another variable',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_40_CS', 'TC_N_39_CS'] },
    feature: MONITORING,
    checks: {
      accepted: { ref: 'N04.FR.12', level: 'SHALL', says: 'the new one is accepted' },
      replaced: { ref: 'N04.FR.12', level: 'SHALL', says: 'it is reported, and the old one is not' },
      other: { ref: 'N04.FR.16', level: 'SHALL', says: 'one on another variable is rejected' },
      stays: { ref: 'N04.FR.16', level: 'SHALL', says: 'and the monitor is what it was before' },
    },
    catches: {
      accepted: results('rejected', (one) => (one['severity'] === 4 ? { ...one, status: 'Rejected' } : one)),
      replaced: reported('as it was before', (one) => ({ ...one, severity: 5 })),
      other: results('accepted', (one) => ({ ...one, status: 'Accepted' })),
      stays: reported('another severity', (one) => ({ ...one, severity: 3 })),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await open(context);
      const id = await need(context, ofState(5));
      const next = ofState(4, { id });
      const reply = await set(context, next);
      check('accepted', () => expect(resultsOf(reply)[0]?.['status']).to.equal('Accepted'));
      const own = async () => (await report(context, question(next))).all.filter((one) => one.id === id);
      const now = await own();
      check('replaced', () => expect(now).to.deep.equal([asReported(next, id)]));
      const other = await set(context, { ...STATION, id, severity: 3 });
      check('other', () => expect(resultsOf(other)[0]?.['status']).to.equal('Rejected'));
      const still = await own();
      check('stays', () => expect(still).to.deep.equal([asReported(next, id)]));
    },
  }),

  testCase({
    id: 'station/monitoring/cleared',
    title: 'A monitor that is cleared is there no more, and one that is not there is told to be none',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_18_CS', 'TC_N_19_CS'] },
    feature: MONITORING,
    checks: {
      accepted: { ref: 'N06.FR.01', level: 'SHALL', says: 'it is cleared' },
      gone: { ref: 'N02.FR.10', level: 'SHALL', says: 'asked for, there is none' },
      unknown: { ref: 'N06.FR.02', level: 'SHALL', says: 'an id of no monitor is NotFound' },
      each: { ref: 'N06.FR.05', level: 'SHALL', says: 'each id has one result' },
    },
    catches: {
      accepted: alter('ClearVariableMonitoring', { clearMonitoringResult: [{ id: 1, status: 'Rejected' }] }),
      gone: behaviour('deaf-to-ClearVariableMonitoring', 'monitors are not cleared'),
      unknown: alter(
        'ClearVariableMonitoring',
        (payload) => ({
          clearMonitoringResult: ((payload as Payload)['clearMonitoringResult'] as Payload[]).map((one) => ({
            ...one,
            status: 'Accepted',
          })),
        }),
        { name: 'all cleared', kind: 'callresult' },
      ),
      each: alter(
        'ClearVariableMonitoring',
        (payload) => ({
          clearMonitoringResult: ((payload as Payload)['clearMonitoringResult'] as Payload[]).map((one) => ({
            ...one,
            id: 977,
          })),
        }),
        { name: 'another id', kind: 'callresult' },
      ),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await open(context);
      const [first, second] = [await need(context, ofState(8)), await need(context, ofState(7))];
      const reply = await clear(context, first, second);
      const all = (reply.payload['clearMonitoringResult'] ?? []) as readonly Payload[];
      check('accepted', () => expect(new Set(all.map(({ status }) => status))).to.deep.equal(new Set(['Accepted'])));
      check('each', () => expect(all.map(({ id }) => id).sort()).to.deep.equal([first, second].sort()));
      const left = await report(context, question(ofState(8)));
      check('gone', () => {
        const own = left.all.filter(({ id }) => id === first || id === second);
        expect(own).to.deep.equal([]);
        if (left.all.length === 0) expect(left.reply).to.be.callResult({ status: 'EmptyResultSet' });
      });
      const unknown = await clear(context, NO_MONITOR);
      const none = ((unknown.payload['clearMonitoringResult'] ?? []) as readonly Payload[])[0];
      check('unknown', () => expect([none?.['id'], none?.['status']]).to.deep.equal([NO_MONITOR, 'NotFound']));
    },
  }),
]);
