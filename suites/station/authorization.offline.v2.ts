/** Charger, 2.x authorization without a connection: who charges, and what becomes of it when the CSMS says otherwise. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { Token, TokenKind } from '../../src/sut/system-under-test.ts';
import { deafTo, deauthorizes, info, namesNobody, stopFaults, tellsOf, withheldFaults } from './faults.auth.v2.ts';
import { judgeStop, judgeWithheld, stopChecks, withheldChecks } from './judging.auth.v2.ts';
import {
  ACT_MS,
  awayChecks,
  awayFaults,
  cachedAway,
  judgeAway,
  judgeSuspended,
  ofThen,
  PLENTY,
  pauses,
  startedAway,
  suspendedChecks,
  suspendedFaults,
} from './judging.away.v2.ts';
import { listed } from './lists.ts';
import { leave, pointsOf } from './points.v2.ts';
import { cached, cacheOn, idle, isToken, listOn, queued, stops, whileAway } from './states.auth.v2.ts';
import { countOf, quiet } from './states.ts';
import {
  configured,
  ended,
  event,
  isOffered,
  preferred,
  SESSION,
  stateOf,
  transactionOf,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Little enough to be used up in a moment, in Wh. */
const LITTLE = '50';

/** A token of the cache that the CSMS refuses when it is back, where that ends the transaction. */
const deauthorizedLater = (id: string, title: string, octt: string, feature: string, energyWh: string) =>
  testCase({
    id: `station/authorization/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature,
    needs: SESSION,
    checks: { ...awayChecks, ...withheldChecks },
    catches: { ...awayFaults, ...withheldFaults },
    async run(context) {
      await idle(context);
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'true');
      if (energyWh === '0') await preferred(context, 'TxCtrlr', 'MaxEnergyOnInvalidId', energyWh);
      else await configured(context, 'TxCtrlr', 'MaxEnergyOnInvalidId', energyWh);
      const { since } = await cachedAway(context);
      await judgeWithheld(context, since);
    },
  });

/** Tokens that are not to charge offline, with one of the same list that is: the control. */
async function judgeOthersOnly(context: Context<'refused'>, refused: readonly Token[], valid: Token): Promise<void> {
  const { check, clock, csms, hands } = context;
  const since = await whileAway(context, async () => {
    await hands.plugIn();
    for (const token of [...refused, valid]) {
      await clock.sleep(ACT_MS);
      await hands.presentToken(token);
    }
    await clock.sleep(ACT_MS);
  });
  await queued(context, since, isOffered);
  await quiet(context);
  const events = csms.calls(since, 'TransactionEvent').map(({ payload }) => payload);
  const told = events.flatMap(({ idToken }) => (idToken === undefined ? [] : [idToken]));
  check('refused', () => {
    const others = told.filter((one) => refused.some((token) => isToken(one, token)));
    expect(others, 'tokens that are told and are not accepted').to.deep.equal([]);
    const before = events.findIndex((payload) => isOffered(payload) || triggered('Authorized')(payload));
    const named = events.findIndex(({ idToken }) => isToken(idToken, valid));
    if (before >= 0) expect(named, 'energy, behind the token that is accepted').to.be.within(0, before);
  });
  if (!told.some((one) => isToken(one, valid)))
    throw new Unmet('a token that is accepted charges nothing offline either: there is nothing to tell a refusal from');
}

const refusedCheck = (ref: string, says: string) => ({ refused: { ref, level: 'SHALL', says } }) as const;

/** Another token than the accepted one is told, or somebody charges before him. */
const anybodyCharges: readonly Fault[] = [
  alter('TransactionEvent', { transactionInfo: { chargingState: 'Charging' } }, tellsOf('EVConnected')),
  alter('TransactionEvent', { triggerReason: 'Authorized' }, tellsOf('CablePluggedIn')),
];

const REFUSED = { invalid: 'Invalid', blocked: 'Blocked', expired: 'Expired' } as const;

export default suite('station/authorization', 'Authorization', [
  testCase({
    id: 'station/authorization/offline-unknown-ended',
    title: 'A transaction of a token that nobody knew is ended when the CSMS does not accept it',
    sut: 'station',
    versions,
    feature: 'C-02',
    needs: SESSION,
    checks: { ...awayChecks, ...withheldChecks },
    catches: {
      told: [...namesNobody, ofThen],
      offered: [info({ chargingState: 'EVConnected' }, 'Charging'), ofThen],
      ...withheldFaults,
    },
    async run(context) {
      await idle(context);
      await configured(context, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true');
      await preferred(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'true');
      const token = await context.token('unknown');
      const since = await startedAway(context, token);
      await judgeAway(context, token, since);
      await judgeWithheld(context, since);
    },
  }),

  testCase({
    id: 'station/authorization/offline-energy-used',
    title: 'A token that is not accepted gets no more than the energy that is left to it',
    sut: 'station',
    versions,
    feature: 'C-03',
    needs: SESSION,
    checks: { ...awayChecks, ...suspendedChecks },
    catches: { ...awayFaults, ...suspendedFaults },
    async run(context) {
      const { csms } = context;
      await idle(context);
      await pauses(context);
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'false');
      await configured(context, 'TxCtrlr', 'MaxEnergyOnInvalidId', LITTLE);
      const { since, id } = await cachedAway(context);
      const held = await queued(context, since, (payload) => stateOf(payload) === 'SuspendedEVSE');
      if (held === undefined && deliveredWh(context, id) <= Number(LITTLE))
        throw new Unmet(`no vehicle took ${LITTLE} Wh: the station had nothing to withhold`);
      await judgeSuspended(context, id, since);
      await csms.need('RequestStopTransaction', { transactionId: id });
    },
  }),

  deauthorizedLater(
    'offline-refused-later',
    'A transaction of a token that was known is ended when the CSMS does not accept it',
    'TC_C_16_CS',
    'C-49',
    '0',
  ),
  deauthorizedLater(
    'offline-refused-later-with-energy',
    'A transaction that is to be ended is ended, though a token that is not accepted has some energy left',
    'TC_C_18_CS',
    'C-03',
    '500',
  ),

  testCase({
    id: 'station/authorization/offline-suspended-later',
    title: 'A transaction of a token that was known gets no more energy when the CSMS does not accept it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_17_CS' },
    feature: 'C-49',
    needs: SESSION,
    checks: { ...awayChecks, ...suspendedChecks },
    catches: { ...awayFaults, ...suspendedFaults },
    async run(context) {
      await idle(context);
      await pauses(context);
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'false');
      await preferred(context, 'TxCtrlr', 'MaxEnergyOnInvalidId', '0');
      const { since, id } = await cachedAway(context);
      await judgeSuspended(context, id, since);
    },
  }),

  testCase({
    id: 'station/authorization/offline-energy-later',
    title:
      'A transaction of a token that was known goes on when the CSMS does not accept it, while energy is left to it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_15_CS' },
    feature: 'C-03',
    needs: SESSION,
    checks: {
      ...awayChecks,
      goesOn: {
        ref: 'E05.FR.03',
        level: 'SHALL',
        says: 'the transaction goes on, with energy, until it has had what such a token may have',
      },
    },
    catches: { ...awayFaults, goesOn: [deauthorizes, deafTo('MaxEnergyOnInvalidId')] },
    async run(context) {
      const { check, hands } = context;
      await idle(context);
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'false');
      await configured(context, 'TxCtrlr', 'MaxEnergyOnInvalidId', PLENTY);
      const { since, token } = await cachedAway(context);
      const less = await countOf(
        context,
        'TransactionEvent',
        since,
        (payload) => stops(payload) || stateOf(payload) === 'SuspendedEVSE',
      );
      check('goesOn', () => expect(less, 'events that end it, or its energy').to.equal(0));
      const before = context.csms.mark;
      await hands.presentToken(token);
      if ((await event(context, before, stops)) === undefined)
        throw new Unmet('the token that started the transaction does not stop it');
    },
  }),

  testCase({
    id: 'station/authorization/offline-listed',
    title: 'A token of the local list charges without a connection, and all of it is told later',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_21_CS' },
    feature: 'LA-0',
    needs: SESSION,
    checks: {
      ...awayChecks,
      started: { ref: 'E12.FR.01', level: 'SHALL', says: 'one transaction is told to have started' },
      ended: {
        ref: 'E12.FR.02',
        level: 'SHALL',
        says: 'that it has ended, by a local act, is told, as having been offline',
      },
    },
    catches: {
      told: [...namesNobody, ofThen],
      offered: [info({ chargingState: 'EVConnected' }, 'Charging'), ofThen],
      started: alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Started')),
      ended: [...stopFaults.ended, ofThen],
    },
    async run(context) {
      const { check, clock, csms, hands } = context;
      await idle(context);
      await listOn(context);
      await configured(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      const token = await context.token('valid');
      await listed(context, [{ token, status: 'Accepted' }]);
      const points = await pointsOf(context, 'TxStopPoint');
      const since = await whileAway(context, async () => {
        await hands.plugIn();
        await hands.presentToken(token);
        await clock.sleep(ACT_MS);
        await hands.presentToken(token);
        await clock.sleep(ACT_MS);
        await leave(context, points);
        await clock.sleep(ACT_MS);
      });
      const end = await queued(context, since, ended);
      await quiet(context);
      const id = await judgeAway(context, token, since);
      const starts = csms.calls(since, 'TransactionEvent').filter(({ payload }) => payload['eventType'] === 'Started');
      check('started', () => expect(starts.map(({ payload }) => transactionOf(payload))).to.deep.equal([id]));
      check('ended', () => {
        expect(end, 'an event that tells so').to.not.equal(undefined);
        expect(transactionOf(end?.payload)).to.equal(id);
        expect(end?.payload['offline'], 'offline').to.equal(true);
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']);
      });
    },
  }),

  testCase({
    id: 'station/authorization/offline-refused',
    title: 'Without a connection, tokens that the local list does not accept, or does not know, charge nothing',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_C_22_CS', 'TC_C_23_CS', 'TC_C_24_CS'] },
    feature: 'LA-0',
    needs: SESSION,
    checks: refusedCheck(
      'C13.FR.02',
      'of the tokens presented, the accepted one alone is told, and it alone gets energy',
    ),
    catches: { refused: anybodyCharges },
    async run(context) {
      const { token } = context;
      await idle(context);
      await listOn(context);
      await configured(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      await preferred(context, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'false');
      const valid = await token('valid');
      const kinds: readonly (keyof typeof REFUSED & TokenKind)[] = ['invalid', 'blocked', 'expired'];
      const refused = await Promise.all(kinds.map((kind) => token(kind)));
      await listed(context, [
        { token: valid, status: 'Accepted' },
        ...refused.map((one, i) => ({ token: one, status: REFUSED[kinds[i] as keyof typeof REFUSED] })),
      ]);
      await judgeOthersOnly(context, [...refused, await token('unknown')], valid);
    },
  }),

  testCase({
    id: 'station/authorization/offline-list-before-cache',
    title: 'Without a connection, what the local list says of a token goes before what the cache says',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_25_CS' },
    feature: 'LA-0',
    needs: SESSION,
    checks: refusedCheck(
      'C13.FR.01',
      'a token that the list does not accept charges nothing, though the cache accepts it',
    ),
    catches: { refused: anybodyCharges },
    async run(context) {
      const { token } = context;
      await idle(context);
      await listOn(context);
      await cacheOn(context);
      await configured(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      const [refused, valid] = [await token('second'), await token('valid')];
      await cached(context, [{ token: refused, status: 'Accepted' }]);
      await listed(context, [
        { token: refused, status: 'Invalid' },
        { token: valid, status: 'Accepted' },
      ]);
      await judgeOthersOnly(context, [refused], valid);
    },
  }),

  testCase({
    id: 'station/authorization/offline-unknown',
    title: 'Without a connection a token that nobody knows charges, until the CSMS says no',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_26_CS' },
    feature: 'C-02',
    needs: SESSION,
    checks: { ...awayChecks, ...suspendedChecks, ...stopChecks },
    catches: {
      told: [...namesNobody, ofThen],
      offered: [info({ chargingState: 'EVConnected' }, 'Charging'), ofThen],
      ...suspendedFaults,
      ...stopFaults,
    },
    async run(context) {
      await idle(context);
      await pauses(context);
      await configured(context, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true');
      await preferred(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'false');
      await preferred(context, 'TxCtrlr', 'MaxEnergyOnInvalidId', '0');
      const token = await context.token('unknown');
      const since = await startedAway(context, token);
      const id = await judgeAway(context, token, since);
      await judgeSuspended(context, id, since);
      await judgeStop(context, token, id);
    },
  }),
]);

/** Energy that a transaction has had, as far as its meter was told, in Wh. */
function deliveredWh({ csms }: Context, transactionId: string): number {
  const registers = csms
    .calls(0, 'TransactionEvent')
    .filter(({ payload }) => transactionOf(payload) === transactionId)
    .flatMap(({ payload }) => registersOf(payload));
  return registers.length === 0 ? 0 : Math.max(...registers) - Math.min(...registers);
}

/** Readings of the register of the energy, in Wh. */
function registersOf({ meterValue }: Payload): number[] {
  const samples = (Array.isArray(meterValue) ? meterValue : []).flatMap((one) => at(one, 'sampledValue') ?? []);
  return [samples].flat().flatMap((sample) => {
    const measurand = at(sample, 'measurand') ?? 'Energy.Active.Import.Register';
    if (measurand !== 'Energy.Active.Import.Register') return [];
    const kilo = at(sample, 'unitOfMeasure.unit') === 'kWh' ? 1_000 : 1;
    return [Number(at(sample, 'value')) * kilo * 10 ** Number(at(sample, 'unitOfMeasure.multiplier') ?? 0)];
  });
}
