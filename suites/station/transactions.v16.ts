/** Charger, 1.6 transactions that people start and stop at it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { besides, startFaults, startOf, statusFaults, stopFaults, stopOf, told } from './faults.v16.ts';
import { expectStart, expectStatus, expectStop, sameTag } from './judging.v16.ts';
import { countOf, EVSE, inTime, quiet } from './states.ts';
import {
  charging,
  configured,
  ENDED,
  isTold,
  OFFERED,
  SESSION,
  settled,
  statusWord,
  stopped,
  tidied,
} from './states.v16.ts';

const versions = ['1.6'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 9;

const startChecks = {
  preparing: { ref: '4.9', level: 'SHALL', says: 'the station tells that a driver is there: Preparing' },
  asked: { ref: '4.1', level: 'SHALL', says: 'the token that was presented is what the CSMS is asked about' },
  started: {
    ref: '4.8',
    level: 'SHALL',
    says: 'the transaction starts with that token, on that connector, now, at a reading of the meter',
  },
  offered: { ref: '4.9', level: 'SHALL', says: 'the station tells that energy is offered' },
} as const;

const startCatches = {
  preparing: statusFaults('Preparing', 'Unavailable'),
  asked: [alter('Authorize', { idTag: 'PP-OTHER' }), drop('Authorize')],
  started: startFaults,
  offered: statusFaults('Charging', 'Preparing'),
} as const;

/** Judges a start, from a `mark` on. */
async function judgeStart(context: Context<keyof typeof startChecks>, token: Token, since: number): Promise<void> {
  const { check, csms } = context;
  const start = await csms.awaitCall('StartTransaction', { since });
  check('asked', () => {
    const asked = csms.calls(since, 'Authorize').map(({ payload }) => payload['idTag']);
    // A token of the configuration may be known to the station from an earlier day.
    if (asked.length === 0 && !token.assumed) return;
    expect(asked.length, 'tokens asked about').to.equal(1);
    expect(sameTag(asked[0], token.idToken), `${String(asked[0])} is ${token.idToken}`).to.equal(true);
  });
  check('started', () => expectStart(start, { idTag: token.idToken }));
  const offered = await statusWord(context, since, ...OFFERED);
  check('offered', () => expectStatus(offered, OFFERED));
}

const stoppedCheck = {
  ref: '4.10',
  level: 'SHALL',
  says: 'the transaction ends, under its number, by a local act, now, not below the register of its start',
} as const;
const freeCheck = { ref: '4.9', level: 'SHALL', says: 'the station tells that the transaction is over' } as const;

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/plug-first',
    title: 'A driver plugs in, presents a token, and charges',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_003_CS' },
    needs: SESSION,
    checks: startChecks,
    catches: startCatches,
    async run(context) {
      const { check, csms, hands } = context;
      await settled(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.plugIn();
      const preparing = await statusWord(context, since, 'Preparing');
      check('preparing', () => expectStatus(preparing, ['Preparing']));
      await hands.presentToken(token);
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/transactions/token-first',
    title: 'A driver presents a token, plugs in, and charges',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_004_1_CS' },
    needs: SESSION,
    checks: startChecks,
    catches: startCatches,
    async run(context) {
      const { check, csms, hands } = context;
      await settled(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.presentToken(token);
      const preparing = await statusWord(context, since, 'Preparing');
      check('preparing', () => expectStatus(preparing, ['Preparing']));
      await hands.plugIn();
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/transactions/nobody-comes',
    title: 'A token that is followed by no cable is forgotten after some time',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_004_2_CS' },
    needs: ['presentToken'],
    checks: {
      free: {
        ref: '9.1.6',
        level: 'SHALL',
        says: 'when the time for the cable is over, and not before, the connector is Available again',
      },
      idle: { ref: '9.1.6', level: 'SHALL', says: 'no transaction was started' },
    },
    catches: {
      free: [
        ...statusFaults('Available', 'Preparing'),
        besides(
          'gives-up-at-once',
          'a driver is given up after a second',
          ({ text }) => /"Preparing"/.test(text),
          'StatusNotification',
          ({ payload }) => ({ ...(payload as object), status: 'Available' }),
          1_000,
        ),
      ],
      idle: besides(
        'starts-without-a-cable',
        'an accepted token starts a transaction',
        ({ kind, action }) => kind === 'call' && action === 'Authorize',
        'StartTransaction',
        () => startOf(),
        500,
      ),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await settled(context);
      await configured(context, 'ConnectionTimeOut', String(CABLE_S));
      await quiet(context);
      const since = csms.mark;
      await hands.presentToken(await context.token('valid'));
      const waits = await statusWord(context, since, 'Preparing');
      if (waits === undefined) throw new Unmet('the station did not tell that it is Preparing after a token');
      const gone = await csms.awaitCall('StatusNotification', {
        since,
        after: waits.n,
        where: isTold(['Available']),
        timeoutMs: inTime(context, CABLE_S),
      });
      check('free', () => {
        expectStatus(gone, ['Available']);
        if (gone) expect((gone.at - waits.at) / 1000, 'seconds until it was free').to.be.at.least(CABLE_S - 3);
      });
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => expect(starts, 'transactions started').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/refused-token',
    title: 'Tokens that the CSMS does not accept start nothing',
    sut: 'station',
    versions,
    octt: { '1.6': ['TC_023_CS', 'TC_023_4_CS'] },
    needs: SESSION,
    checks: {
      asked: { ref: '4.1', level: 'SHALL', says: 'the CSMS is asked about the token' },
      idle: { ref: '4.1', level: 'SHALL', says: 'no transaction is started, and no energy offered' },
    },
    catches: {
      asked: [alter('Authorize', { idTag: 'PP-OTHER' }), drop('Authorize')],
      idle: [
        besides(
          'starts-at-once',
          'a transaction is started as soon as a token is there',
          ({ kind, action }) => kind === 'call' && action === 'Authorize',
          'StartTransaction',
          () => startOf(),
        ),
        besides(
          'charges-at-once',
          'energy is offered as soon as a token is there',
          ({ kind, action }) => kind === 'call' && action === 'Authorize',
          'StatusNotification',
          () => ({ connectorId: 1, errorCode: 'NoError', status: 'Charging' }),
        ),
      ],
    },
    async run(context) {
      const { check, csms, hands, token } = context;
      await settled(context);
      tidied(context);
      const since = csms.mark;
      await hands.plugIn();
      for (const kind of ['unknown', 'blocked', 'expired'] as const) {
        const refused = await token(kind);
        await hands.presentToken(refused);
        const asked = await csms.awaitCall('Authorize', {
          since,
          where: ({ idTag }) => sameTag(idTag, refused.idToken),
        });
        check('asked', () => expect(asked, `Authorize with ${refused.idToken}`).to.not.equal(undefined));
        await quiet(context);
      }
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => {
        expect(starts, 'transactions started').to.equal(0);
        const offers = csms.calls(since, 'StatusNotification').filter(({ payload }) => isTold(OFFERED)(payload));
        expect(offers.length, `connectors told to be ${OFFERED.join(' or ')}`).to.equal(0);
      });
    },
  }),

  testCase({
    id: 'station/transactions/stop-same-token',
    title: 'The token that started a transaction ends it, and another one does not',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_068_CS' },
    needs: SESSION,
    checks: {
      unmoved: { ref: '4.10', level: 'SHALL', says: 'a token of somebody else does not end it' },
      unasked: { ref: '4.1', level: 'SHALL', says: 'the token that started it needs no authorization to end it' },
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      unmoved: besides(
        'anybody-stops',
        'any token ends a transaction',
        ({ kind, action }) => kind === 'call' && action === 'Authorize',
        'StopTransaction',
        () => stopOf(),
      ),
      unasked: {
        name: 'asks-before-it-stops',
        says: 'a token is asked about before a transaction ends',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'StopTransaction'
            ? [
                {
                  text: `[2,"${out.id}a","Authorize",{"idTag":"${String((out.payload as { idTag?: string }).idTag)}"}]`,
                },
                { text: out.text, afterMs: 5 },
              ]
            : undefined,
      },
      stopped: [...stopFaults('Remote'), alter('StopTransaction', { idTag: 'PP-OTHER' })],
      free: statusFaults('Finishing', 'Charging'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, start, transactionId } = await charging(context);
      const before = csms.mark;
      await hands.presentToken(await context.token('second'));
      const stops = await countOf(context, 'StopTransaction', before);
      check('unmoved', () => expect(stops, 'transactions stopped').to.equal(0));
      const since = csms.mark;
      await hands.presentToken(token);
      const stop = await stopped(context, since);
      check('stopped', () =>
        expectStop(stop, { transactionId, reasons: [undefined, 'Local'], start, idTag: token.idToken }),
      );
      const over = await statusWord(context, since, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
      check('unasked', () => expect(csms.calls(since, 'Authorize').length, 'tokens asked about').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/stop-same-group',
    title: 'A token of the same group ends a transaction',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_069_CS' },
    needs: SESSION,
    checks: {
      stopped: stoppedCheck,
      token: { ref: 'StopTransactionRequest.idTag', level: 'SHALL', says: 'the token that ended it is told' },
      free: freeCheck,
    },
    catches: {
      stopped: stopFaults('Remote'),
      token: [alter('StopTransaction', { idTag: 'PP-OTHER' }), alter('StopTransaction', { idTag: null })],
      free: statusFaults('Finishing', 'Charging'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const group = await context.token('group');
      const other = await context.token('groupOther');
      const { start, transactionId } = await charging(context, group);
      const since = csms.mark;
      await hands.presentToken(other);
      const stop = await stopped(context, since);
      check('stopped', () => expectStop(stop, { transactionId, reasons: [undefined, 'Local'], start }));
      check('token', () => expect(sameTag(stop?.payload['idTag'], other.idToken), other.idToken).to.equal(true));
      const over = await statusWord(context, since, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
    },
  }),

  testCase({
    id: 'station/transactions/whole-session',
    title: 'A session is told from the arrival of the driver to his departure, in order',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      statuses: {
        ref: 'E 3.19',
        level: 'SHALL',
        says: 'Preparing, then that energy is offered, then Finishing, then Available are told',
      },
      rest: { ref: '4.9', level: 'SHALL', says: 'that it is free is what is told last' },
      messages: { ref: '3.7', level: 'SHALL', says: 'the start comes before the end, and each comes once' },
    },
    catches: {
      statuses: [
        ...statusFaults('Available', 'Finishing'),
        ...statusFaults('Finishing', 'Available'),
        ...statusFaults('Preparing', 'Available'),
        drop('StatusNotification', told('Charging')),
      ],
      rest: besides(
        'charges-nobody',
        'a connector that came free is told to be Charging',
        ({ text }) => /"connectorId":1.*"Available"/.test(text),
        'StatusNotification',
        () => ({ connectorId: 1, errorCode: 'NoError', status: 'Charging' }),
      ),
      messages: [
        alter('StartTransaction', { connectorId: 2 }),
        besides(
          'stops-twice',
          'an end is told twice',
          ({ kind, action }) => kind === 'call' && action === 'StopTransaction',
          'StopTransaction',
          ({ payload }) => payload as object,
        ),
      ],
    },
    async run(context) {
      const { check, csms, hands } = context;
      await settled(context);
      const token = await context.token('valid');
      tidied(context);
      const since = csms.mark;
      const tell = async (...words: readonly string[]) => {
        const call = await statusWord(context, since, ...words);
        check('statuses', () => expectStatus(call, words));
      };
      await hands.plugIn();
      await tell('Preparing');
      await hands.presentToken(token);
      const start = await csms.awaitCall('StartTransaction', { since });
      if (start === undefined) throw new Unmet('no transaction started with a cable and an accepted token');
      await tell(...OFFERED);
      await hands.presentToken(token);
      const stop = await stopped(context, since);
      await tell('Finishing');
      await hands.plugOut();
      await tell('Available');
      await countOf(context, 'StatusNotification', csms.mark);
      check('rest', () => {
        const last = csms
          .calls(since, 'StatusNotification')
          .filter(({ payload }) => payload['connectorId'] === EVSE)
          .at(-1);
        expectStatus(last, ['Available']);
      });
      check('messages', () => {
        const own = (action: string) => csms.calls(since, action);
        expect(
          own('StartTransaction').filter(({ payload }) => payload['connectorId'] === EVSE).length,
          'starts',
        ).to.equal(1);
        expect(own('StopTransaction').length, 'ends').to.equal(1);
        expect([start, stop].filter((one) => one !== undefined)).to.be.inOrder();
      });
    },
  }),
]);
