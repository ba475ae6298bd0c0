/** Charger, 2.x authorization: who starts and stops: a driver, his group, a master pass, the CSMS. */
import { drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import {
  asksAboutAnother,
  asksAboutOne,
  asksAgain,
  chargesAnybody,
  info,
  masterFaults,
  namesNobody,
  stopFaults,
  stoppedByAnybody,
} from './faults.auth.v2.ts';
import {
  askedAbout,
  charges,
  expectAsked,
  judgeMaster,
  judgeRefused,
  judgeStop,
  judgeUnmoved,
  masterChecks,
  othersCharge,
  stopChecks,
} from './judging.auth.v2.ts';
import { remoteStart } from './remote-words.ts';
import { forgotten, idle, isToken, masterPass, pluggedIn } from './states.auth.v2.ts';
import { countOf, EVSE, quiet } from './states.ts';
import { charging, event, isOffered, preferred, SESSION } from './states.v2.ts';

const versions = ['2.0.1'] as const;

const refusedChecks = {
  asked: { ref: 'C01.FR.02', level: 'SHALL', says: 'the CSMS is asked about the token, once' },
  idle: {
    ref: 'C01.FR.01',
    level: 'SHALL',
    says: 'nobody is told to be authorized, and no energy is offered',
  },
} as const;

const refusedFaults = { asked: [asksAboutAnother, drop('Authorize')], idle: chargesAnybody };

const groupChecks = {
  asked: {
    ref: 'C09.FR.05',
    level: 'SHALL',
    says: 'the CSMS is asked about a token that is not the one that started',
  },
  ...stopChecks,
} as const;

/** Statuses that say no; a token of the driver is known to be of none. */
const NO = ['Unknown', 'NotAtThisLocation'] as const;

/** The group of a token. @throws Unmet where the configuration names none */
function groupOf({ groupId, idToken }: Token): string {
  if (groupId === undefined) throw new Unmet(`the token ${idToken} has no group: name it as tokens.group.groupId`);
  return groupId;
}

export default suite('station/authorization', 'Authorization', [
  testCase({
    id: 'station/authorization/refused-statuses',
    title: 'Whatever the CSMS says but Accepted, a token charges nothing',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_56_CS' },
    needs: SESSION,
    checks: refusedChecks,
    catches: refusedFaults,
    async run(context) {
      const { standing } = context;
      await idle(context);
      await pluggedIn(context);
      const token = await context.token('invalid');
      for (const status of NO) {
        standing(token, { status });
        await judgeRefused(context, token);
      }
      await othersCharge(context, await context.token('valid'));
    },
  }),

  testCase({
    id: 'station/authorization/refused-without-cable',
    title: 'A token that the CSMS refuses before a cable is in starts nothing',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_05_CS' },
    needs: SESSION,
    checks: refusedChecks,
    catches: refusedFaults,
    async run(context) {
      const { hands } = context;
      await idle(context);
      for (const kind of ['invalid', 'unknown'] as const) await judgeRefused(context, await context.token(kind));
      await hands.presentToken(await context.token('valid'));
      await hands.plugIn();
    },
  }),

  testCase({
    id: 'station/authorization/group-stops',
    title: 'A token of the same group stops a transaction',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_39_CS' },
    needs: SESSION,
    checks: groupChecks,
    catches: { asked: [asksAboutAnother, asksAboutOne], ...stopFaults },
    async run(context) {
      const { check, csms, token } = context;
      await forgotten(context);
      const group = await token('group');
      groupOf(group);
      const { transactionId } = await charging(context, group);
      const other = await token('groupOther');
      const since = csms.mark;
      await judgeStop(context, other, transactionId);
      check('asked', () => expectAsked(askedAbout(context, since), other));
    },
  }),

  testCase({
    id: 'station/authorization/group-refused',
    title: 'A token of the same group that is not accepted does not stop a transaction',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_42_CS' },
    needs: SESSION,
    checks: {
      asked: groupChecks.asked,
      unmoved: { ref: 'C09.FR.11', level: 'SHALL', says: 'the transaction goes on' },
    },
    catches: { asked: [asksAboutAnother, asksAboutOne], unmoved: stoppedByAnybody },
    async run(context) {
      const { standing, token } = context;
      await forgotten(context);
      const group = await token('group');
      const groupId = groupOf(group);
      await charging(context, group);
      const refused = await token('invalid');
      standing(refused, { status: 'Invalid', groupId });
      await judgeUnmoved(context, refused, group);
    },
  }),

  testCase({
    id: 'station/authorization/group-of-others',
    title: 'A token of another group does not stop a transaction',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      asked: groupChecks.asked,
      unmoved: { ref: 'C09.FR.02', level: 'SHALL', says: 'the transaction goes on' },
    },
    catches: { asked: [asksAboutAnother, asksAboutOne], unmoved: stoppedByAnybody },
    async run(context) {
      const { random, standing, token } = context;
      await forgotten(context);
      const group = await token('group');
      groupOf(group);
      await charging(context, group);
      const stranger = await token('second');
      standing(stranger, { status: 'Accepted', groupId: `OTHER${randomWord(random, 8)}` });
      await judgeUnmoved(context, stranger, group);
    },
  }),

  testCase({
    id: 'station/authorization/master-pass-starts-nothing',
    title: 'A master pass starts no transaction',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_45_CS' },
    needs: SESSION,
    checks: {
      asked: refusedChecks.asked,
      idle: { ref: 'C16.FR.03', level: 'SHALL', says: 'nobody is told to be authorized, and no energy is offered' },
    },
    catches: refusedFaults,
    async run(context) {
      await idle(context);
      const { check, csms } = context;
      const master = await masterPass(context);
      const since = csms.mark;
      await judgeRefused(context, master);
      await pluggedIn(context);
      const told = await countOf(context, 'TransactionEvent', since, charges);
      check('idle', () => expect(told, 'events with a cable in that tell so').to.equal(0));
      await othersCharge(context, await context.token('valid'));
    },
  }),

  testCase({
    id: 'station/authorization/master-pass-stops',
    title: 'A master pass stops what runs',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_49_CS' },
    // A station with a display lets the person choose what to stop.
    feature: 'C-08',
    needs: SESSION,
    checks: { asked: refusedChecks.asked, ...masterChecks },
    catches: { asked: asksAboutAnother, ...masterFaults },
    async run(context) {
      const { check, csms } = context;
      await idle(context);
      const master = await masterPass(context);
      const { transactionId } = await charging(context);
      const since = csms.mark;
      await judgeMaster(context, master, transactionId);
      check('asked', () => expectAsked(askedAbout(context, since), master));
    },
  }),

  testCase({
    id: 'station/authorization/central',
    title: 'A token that the CSMS made itself is not asked about',
    sut: 'station',
    versions,
    feature: 'C-38',
    needs: ['plugIn', 'plugOut'],
    checks: {
      unasked: { ref: 'C05.FR.01', level: 'SHALL', says: 'the CSMS is not asked about the token' },
      told: { ref: 'C05.FR.05', level: 'SHALL', says: 'the first event behind the order tells the token' },
      order: { ref: 'C05.FR.03', level: 'SHALL', says: 'an event tells the number of the order' },
      offered: { ref: 'C12.FR.04', level: 'SHALL', says: 'with a cable in, energy is offered' },
    },
    catches: {
      unasked: asksAgain,
      told: namesNobody,
      order: info({ remoteStartId: 977 }, 'RemoteStart'),
      offered: info({ chargingState: 'EVConnected' }, 'Charging'),
    },
    async run(context) {
      const { check, csms, random, standing } = context;
      await idle(context);
      // Even where remote starts are to be authorized.
      await preferred(context, 'AuthCtrlr', 'AuthorizeRemoteStart', 'true');
      await pluggedIn(context);
      const token: Token = { idToken: `PP-${randomWord(random, 12)}`, type: 'Central', assumed: true };
      standing(token, { status: 'Accepted' });
      const { action, payload } = remoteStart(context, token, EVSE);
      const since = csms.mark;
      const reply = await csms.call(action, payload);
      if (reply.payload['status'] !== 'Accepted')
        throw new Unmet(`a start was ordered, and the station answered ${JSON.stringify(reply.payload)}`);
      await event(context, since, isOffered);
      await quiet(context);
      const told = csms.calls(since, 'TransactionEvent').map((call) => call.payload);
      check('unasked', () => expect(askedAbout(context, since)).to.deep.equal([]));
      check('told', () => {
        const [first] = told;
        expect(isToken(first?.['idToken'], token), `${JSON.stringify(first?.['idToken'])} is the token`).to.equal(true);
      });
      check('order', () => {
        const numbers = told.flatMap((one) => {
          const number = at(one, 'transactionInfo.remoteStartId');
          return number === undefined ? [] : [number];
        });
        expect(new Set(numbers)).to.deep.equal(new Set([payload['remoteStartId']]));
      });
      check('offered', () => expect(told.some(isOffered), 'an event that tells so').to.equal(true));
    },
  }),
]);
