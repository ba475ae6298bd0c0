/** Charger, 2.x authorization at its edges: his own token, a token for another EVSE, and nobody to ask. */
import { behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import {
  asksAboutAnother,
  asksAgain,
  chargesAnybody,
  deafTo,
  info,
  namesNobody,
  stopFaults,
} from './faults.auth.v2.ts';
import {
  askedAbout,
  expectAsked,
  judgeRefused,
  judgeStart,
  judgeStop,
  othersCharge,
  startChecks,
  stopChecks,
} from './judging.auth.v2.ts';
import { forgotten, goes, idle, isToken, masterPass, pluggedIn, stops } from './states.auth.v2.ts';
import { EVSE, hasOther, OTHER_EVSE, quiet } from './states.ts';
import { charging, configured, ended, event, isOffered, SESSION, transactionOf } from './states.v2.ts';

const versions = ['2.0.1'] as const;

const must = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;

/** Who charges where nobody is asked who he is. */
const NOBODY: Token = { idToken: '', type: 'NoAuthorization', assumed: true };

/** PICS id: several EVSEs. */
const SEVERAL = 'HFS-8';

export default suite('station/authorization', 'Authorization', [
  testCase({
    id: 'station/authorization/own-token-stops',
    title: 'The token that started a transaction stops it without asking, even where it is not accepted any more',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: { unasked: must('E07.FR.01', 'the CSMS is not asked about the token'), ...stopChecks },
    catches: { unasked: asksAgain, ...stopFaults },
    async run(context) {
      const { check, csms, standing } = context;
      const { token, transactionId } = await charging(context);
      standing(token, { status: 'Invalid' });
      const since = csms.mark;
      await judgeStop(context, token, transactionId);
      check('unasked', () => expectAsked(askedAbout(context, since), token, 0));
    },
  }),

  testCase({
    id: 'station/authorization/other-evse',
    title: 'A token that is accepted for another EVSE charges nothing at this one',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      asked: must('C01.FR.02', 'the CSMS is asked about the token, once'),
      idle: must('C01.FR.21', 'nobody is told to be authorized, and no energy is offered'),
      ...startChecks,
    },
    catches: {
      asked: asksAboutAnother,
      idle: chargesAnybody,
      told: namesNobody,
      offered: info({ chargingState: 'EVConnected' }, 'Charging'),
    },
    async run(context) {
      const { csms, hands, standing } = context;
      await idle(context);
      await pluggedIn(context);
      const token = await context.token('valid');
      standing(token, { status: 'Accepted', evseIds: [OTHER_EVSE] });
      await judgeRefused(context, token);
      // For this one it charges: the control.
      await forgotten(context);
      standing(token, { status: 'Accepted', evseIds: [EVSE, OTHER_EVSE] });
      const since = csms.mark;
      await hands.presentToken(token);
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/authorization/master-pass-stops-all',
    title: 'A master pass stops everything that runs, at every EVSE',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_49_CS' },
    feature: SEVERAL,
    needs: SESSION,
    checks: {
      first: must(
        'C16.FR.02',
        'the transaction at which it was presented is stopped, and tells that a master pass was it',
      ),
      second: must('C16.FR.02', 'so is the transaction at another EVSE'),
    },
    catches: {
      first: info({ stoppedReason: 'Local' }, 'Ended'),
      second: behaviour('master-pass-stops-one', 'a master pass stops one transaction, and leaves the others'),
    },
    async run(context) {
      const { check, csms, hands, sut } = context;
      await idle(context);
      if (!(await hasOther(context)))
        throw new Unmet(`the station has no second EVSE: declare ${SEVERAL} in sut.without`);
      const master = await masterPass(context);
      const one = await charging(context);
      const other = await charging(context, await context.token('second'), OTHER_EVSE);
      const since = csms.mark;
      await hands.presentToken(master);
      const stopped = ({ transactionId }: { transactionId: string }) =>
        event(context, since, (payload) => transactionOf(payload) === transactionId && stops(payload));
      if ((await stopped(one)) === undefined && !sut.features?.includes('C-08'))
        throw new Unmet(
          'nothing stops: a station that lets the person choose on a display names C-08 under sut.without',
        );
      await stopped(other);
      await goes(context);
      await goes(context, OTHER_EVSE);
      for (const [name, { transactionId }] of [
        ['first', one],
        ['second', other],
      ] as const) {
        const end = await event(
          context,
          since,
          (payload) => ended(payload) && transactionOf(payload) === transactionId,
        );
        check(name, () => {
          expect(end, 'the end of the transaction').to.not.equal(undefined);
          expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.equal('MasterPass');
        });
      }
    },
  }),

  testCase({
    id: 'station/authorization/asks-nobody',
    title: 'A station that is told to ask nobody charges nobody whom it does not know',
    sut: 'station',
    versions,
    feature: 'C-58',
    needs: SESSION,
    checks: {
      asked: must('AuthorizeRequest.idToken', 'the CSMS is not asked about the token'),
      idle: must('C01.FR.01', 'nobody is told to be authorized, and no energy is offered'),
    },
    catches: { asked: deafTo('DisableRemoteAuthorization'), idle: deafTo('DisableRemoteAuthorization') },
    async run(context) {
      const { csms } = context;
      await idle(context);
      await configured(context, 'AuthCtrlr', 'DisableRemoteAuthorization', 'true');
      await pluggedIn(context);
      const token = await context.token('valid');
      await judgeRefused(context, token, 0);
      const item = { component: { name: 'AuthCtrlr' }, variable: { name: 'DisableRemoteAuthorization' } };
      await csms.need('SetVariables', { setVariableData: [{ ...item, attributeValue: 'false' }] });
      await othersCharge(context, token);
    },
  }),

  testCase({
    id: 'station/authorization/without-authorization',
    title: 'Where nobody is asked who he is, whoever plugs in charges, and is told to be nobody',
    sut: 'station',
    versions,
    feature: 'C-35',
    needs: ['plugIn', 'plugOut'],
    checks: {
      unasked: must('AuthorizeRequest.idToken', 'the CSMS is asked about nobody'),
      told: must('C02.FR.01', 'the events tell that there was no authorization, with an empty token'),
    },
    catches: { unasked: asksAgain, told: namesNobody },
    async run(context) {
      const { check, csms, hands } = context;
      await idle(context);
      await configured(context, 'AuthCtrlr', 'Enabled', 'false');
      const since = csms.mark;
      await hands.plugIn();
      if ((await event(context, since, isOffered)) === undefined)
        throw new Unmet('no energy is offered with a cable alone: where there is a button, press it with the cable in');
      await quiet(context);
      const events = csms.calls(since, 'TransactionEvent').map(({ payload }) => payload);
      const told = events.flatMap(({ idToken }) => (idToken === undefined ? [] : [idToken]));
      check('unasked', () => expect(askedAbout(context, since)).to.deep.equal([]));
      check('told', () => {
        expect(told.length, 'events that name a token').to.be.at.least(1);
        for (const one of told)
          expect(isToken(one, NOBODY), `${JSON.stringify(one)} is the empty token of nobody`).to.equal(true);
      });
    },
  }),
]);
