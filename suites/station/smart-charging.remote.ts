/** Charger, charging profiles in both versions: the one that comes with a start from afar, and a charger that has no smart charging. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { wordsOf } from '../profile-words.ts';
import { type Bench, smart } from './charging-abilities.ts';
import { flatFaults, limitsFaults, obeysFaults } from './charging-faults.ts';
import { type Held, judgeLimits, limitsCheck, profile, type Wish } from './charging-limits.ts';
import { judgeMeter, METER_S, meterPast, obeysCheck, underMeter } from './charging-metered.ts';
import { sessionsOf } from './charging-sessions.ts';
import { remoteStart } from './remote-words.ts';
import { notAccepted } from './smart-charging.refusals.ts';
import { periodsAllowed, SMART_CHARGING } from './smart-charging.ts';
import { countOf, EVSE, quiet, ready } from './states.ts';

const versions = ['1.6', '2.0.1'] as const;

/** The start of a transaction in either version. */
const STARTS = { '1.6': 'StartTransaction', '2.0.1': 'TransactionEvent', '2.1': 'TransactionEvent' } as const;

const rejected = (reply: Reply): void => void expect(reply).to.be.callResult({ status: 'Rejected' });

/** A start with a profile that is not one of a transaction: 1.6 forbids to send it, and fixes no answer; 2.x does. */
const REFUSED = { '1.6': notAccepted, '2.0.1': rejected, '2.1': rejected } as const;

/** What a charger without smart charging is to do, by version. */
const ABSENT = [
  {
    id: 'absent-v16',
    version: '1.6',
    order: 'RemoteStartTransaction',
    octt: [],
    unsupported: 'E 3.39',
    ignored: '5.11',
  },
  {
    id: 'absent-v2',
    version: '2.0.1',
    order: 'RequestStartTransaction',
    octt: ['TC_K_15_CS', 'TC_K_38_CS'],
    unsupported: 'K01.FR.29',
    ignored: 'K05.FR.04',
  },
] as const;

/** A start from afar with a profile: what it answers, and the profile. */
async function startsWith(context: Context, bench: Bench, token: Token, wish: Wish) {
  const chargingProfile = profile(context, bench, { purpose: 'TxProfile', kind: 'Relative', ...wish });
  const { action, payload } = remoteStart(context, token, EVSE);
  const order = { ...payload, chargingProfile };
  // A profile that is of no transaction is none that a right CSMS sends.
  const wrong = chargingProfile['chargingProfilePurpose'] !== 'TxProfile';
  const reply: Reply = await (wrong ? context.csms.provoke(action, order) : context.csms.call(action, order));
  return { reply, held: [{ evseId: EVSE, profile: chargingProfile }] as const satisfies readonly Held[] };
}

const acceptedCheck = {
  ref: { '1.6': '5.11', '2.0.1': 'F02.FR.12' },
  level: 'SHALL',
  says: 'the order with a profile is accepted',
} as const;

const startRejected = {
  '1.6': alter('RemoteStartTransaction', { status: 'Rejected' }),
  '2.0.1': alter('RequestStartTransaction', { status: 'Rejected' }),
} as const;

/** A transaction that begins although the order was refused. */
const startsAllTheSame = (action: string, start: string, payload: Payload): Fault => ({
  name: 'starts all the same',
  says: 'a transaction begins although the order was refused',
  rewrite: (out) =>
    out.kind === 'callresult' && out.action === action
      ? [{ text: out.text }, { text: encodeCall(`${out.id}s`, start, payload) }]
      : undefined,
});

const STARTED_2 = {
  eventType: 'Started',
  timestamp: '2026-01-01T00:00:00Z',
  triggerReason: 'RemoteStart',
  seqNo: 0,
  transactionInfo: { transactionId: 'x' },
};
const STARTED_16 = { connectorId: 1, idTag: 'x', meterStart: 0, timestamp: '2026-01-01T00:00:00Z' };

/** A start that the order brought about: the cable may start a transaction of its own in 2.x, with nobody's token. */
const isStart = ({ triggerReason, connectorId }: Payload): boolean =>
  triggerReason === 'RemoteStart' || connectorId !== undefined;

export default suite('station/smart-charging', 'Smart charging', [
  testCase({
    id: 'station/smart-charging/remote-start-with-profile',
    title: 'The profile that comes with a start from afar limits that transaction, and no other',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_059_CS', '2.0.1': 'TC_K_37_CS' },
    feature: SMART_CHARGING,
    needs: ['plugIn', 'plugOut'],
    checks: {
      accepted: acceptedCheck,
      limits: { ...limitsCheck, ref: { '1.6': '5.16.2', '2.0.1': 'K05.FR.03' } },
    },
    catches: { accepted: startRejected, limits: [...limitsFaults, ...flatFaults] },
    async run(context) {
      const { check, csms, hands } = context;
      const bench = await smart(context);
      periodsAllowed(bench, 2);
      const words = sessionsOf(context);
      const begun = words.awaited(context);
      const since = csms.mark;
      await hands.plugIn();
      await quiet(context);
      const token = await context.token('valid');
      const { reply, held } = await startsWith(context, bench, token, {
        periods: [
          [0, 6],
          [150, 9],
        ],
      });
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const running = await begun(since);
      if (running === undefined) throw new Unmet('no transaction began with the order and a cable');
      await quiet(context);
      await judgeLimits(context, bench, { duration: 300, held, running, title: 'In the transaction' });
      await hands.plugOut();
      if ((await words.ended(context, since)) === undefined)
        throw new Unmet('the transaction did not end when the cable was taken out');
      await judgeLimits(context, bench, { duration: 300, held: [], title: 'After it' });
    },
  }),

  testCase({
    id: 'station/smart-charging/remote-start-metered',
    title: 'Charging that was started from afar with a profile keeps to it',
    sut: 'station',
    versions,
    feature: SMART_CHARGING,
    needs: ['plugIn', 'presentToken', 'plugOut'],
    checks: { accepted: acceptedCheck, obeys: { ...obeysCheck, ref: { '1.6': '5.16.2', '2.0.1': 'K05.FR.03' } } },
    catches: { accepted: startRejected, obeys: obeysFaults },
    async run(context) {
      const { check, csms, hands } = context;
      const bench = await smart(context);
      // What the vehicle takes without a limit.
      const before = await underMeter(context);
      const words = sessionsOf(context);
      const token = await context.token('valid');
      await hands.presentToken(token);
      await hands.plugOut();
      if ((await words.ended(context, before.since)) === undefined) throw new Unmet('the transaction did not end');
      const begun = words.awaited(context);
      const since = csms.mark;
      await hands.plugIn();
      await quiet(context);
      const { reply, held } = await startsWith(context, bench, token, { periods: [[0, 6]] });
      const setAt = context.clock.now();
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const running = await begun(since);
      if (running === undefined) throw new Unmet('no transaction began with the order and a cable');
      await meterPast(context, since, 3 * METER_S);
      judgeMeter(context, bench, { running, since, before }, { held, setAt });
    },
  }),

  testCase({
    id: 'station/smart-charging/remote-start-wrong-profile',
    title: 'A start from afar with a profile that is not one of a transaction is rejected, and nothing starts',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_060_CS' },
    feature: SMART_CHARGING,
    needs: ['plugIn', 'plugOut'],
    checks: {
      refused: { ref: { '1.6': '5.16.2', '2.0.1': 'K05.FR.05' }, level: 'SHALL', says: 'the order is rejected' },
      nothing: { ref: { '1.6': '5.11', '2.0.1': 'K05.FR.05' }, level: 'SHALL', says: 'nothing starts because of it' },
    },
    catches: {
      refused: {
        '1.6': alter('RemoteStartTransaction', { status: 'Accepted' }),
        '2.0.1': alter('RequestStartTransaction', { status: 'Accepted' }),
      },
      nothing: {
        '1.6': startsAllTheSame('RemoteStartTransaction', 'StartTransaction', STARTED_16),
        '2.0.1': startsAllTheSame('RequestStartTransaction', 'TransactionEvent', STARTED_2),
      },
    },
    async run(context) {
      const { check, csms, dialect, hands } = context;
      const bench = await smart(context);
      sessionsOf(context).awaited(context);
      await hands.plugIn();
      await quiet(context);
      const since = csms.mark;
      const token = await context.token('valid');
      const wish = { purpose: 'TxDefaultProfile', periods: [[0, 6]] } as const;
      const { reply } = await startsWith(context, bench, token, wish);
      const started = await countOf(context, STARTS[dialect.version], since, isStart);
      check('refused', () => REFUSED[dialect.version](reply));
      check('nothing', () => expect(started, 'transactions that started').to.equal(0));
    },
  }),

  ...ABSENT.map(({ id, version, order, octt, unsupported, ignored }) =>
    testCase({
      id: `station/smart-charging/${id}`,
      title: `A charger without smart charging says so, and starts from afar without the profile (${version})`,
      sut: 'station',
      versions: [version],
      octt: { [version]: octt },
      lacks: SMART_CHARGING[version],
      needs: ['plugIn', 'plugOut'],
      checks: {
        unsupported: {
          ref: unsupported,
          level: 'SHALL',
          says: 'SetChargingProfile is answered with a CALLERROR: it is not supported',
        },
        accepted: {
          ref: ignored,
          level: 'SHALL',
          says: 'an order to start with a profile is accepted, and a transaction starts',
        },
      },
      catches: {
        unsupported: refuses('SetChargingProfile', 'GenericError'),
        accepted: alter(order, { status: 'Rejected' }),
      },
      async run(context) {
        const { check, csms, dialect, hands, sut } = context;
        // A pattern of ids may name the case for a station that has it.
        if (!sut.without.includes(SMART_CHARGING[version]))
          throw new Unmet(`nobody says that the station has no smart charging: see sut.without`);
        await ready(context);
        await quiet(context);
        const bench = { units: ['A'], unit: 'A', own: undefined, second: false } as const;
        const able = { ...bench, maxLevel: undefined, maxPeriods: undefined, phases: undefined };
        const one = profile(context, able, { periods: [[0, 6]] });
        const answer = await csms.call('SetChargingProfile', wordsOf(context).set(EVSE, one));
        const { preferred } = dialect.codes.unsupportedAction;
        check('unsupported', () =>
          expect(answer).to.be.callError({ preferred, accepted: ['NotSupported', 'NotImplemented'] }),
        );
        const begun = sessionsOf(context).awaited(context);
        const since = csms.mark;
        await hands.plugIn();
        await quiet(context);
        const { reply } = await startsWith(context, able, await context.token('valid'), { periods: [[0, 6]] });
        const running = await begun(since);
        check('accepted', () => {
          expect(reply).to.be.callResult({ status: 'Accepted' });
          expect(running, 'a transaction').to.not.equal(undefined);
        });
      },
    }),
  ),
]);
