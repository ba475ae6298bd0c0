/** Charger, 2.x plug and charge: a vehicle that identifies itself by its contract is asked about, and charges as the CSMS says. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { chargesAnybody, deafTo, info, namesNobody } from './faults.auth.v2.ts';
import { charges, judgeStart, startChecks } from './judging.auth.v2.ts';
import { cacheOn, departed, idle, isToken, queued, whileAway } from './states.auth.v2.ts';
import { countOf, quiet } from './states.ts';
import { configured, event, isOffered, preferred, transactionOf } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** A vehicle with a contract has to be there, and a station that speaks with it: only who says so has both. */
const FEATURE = 'iso15118';
const CENTRAL = 'ISO-5';
const needs = ['plugIn', 'plugOut'];
const CTRLR = 'ISO15118Ctrlr';

/** Readers, locks and contactors take this long. */
const ACT_MS = 5_000;

const must = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;

const askedCheck = must(
  'C07.FR.02',
  'the CSMS is asked, once, about the contract, with what it takes to look up its certificates',
);
const idleCheck = must('C01.FR.01', 'nobody is told to be authorized, and no energy is offered');
const chainCheck = must('C07.FR.06', 'the CSMS is given the certificates of the contract to look at');

/** What the CSMS says of a contract. */
interface Verdict {
  readonly status: string;
  readonly certificateStatus: string;
}

const YES: Verdict = { status: 'Accepted', certificateStatus: 'Accepted' };

/** Plug and charge is on, and the CSMS says what it says of whoever identifies himself. @throws Unmet */
async function plugAndCharge(
  context: Context,
  central: boolean,
  { status, certificateStatus }: Verdict,
): Promise<void> {
  const { csms, standing } = context;
  await idle(context);
  await preferred(context, 'AuthCtrlr', 'DisableRemoteAuthorization', 'false');
  if (central) await configured(context, CTRLR, 'CentralContractValidationAllowed', 'true');
  else await preferred(context, CTRLR, 'CentralContractValidationAllowed', 'false');
  await configured(context, CTRLR, 'PnCEnabled', 'true');
  csms.answer('Authorize', (call) => {
    const { idToken } = call.payload;
    standing({ idToken: String(at(idToken, 'idToken')), type: String(at(idToken, 'type')) }, { status });
    call.respond({ idTokenInfo: { status }, certificateStatus });
  });
}

/** The contract that the vehicle identified itself with; undefined where it did not. */
async function contractAsked(context: Context, since: number): Promise<IncomingCall | undefined> {
  const { csms, sut } = context;
  return csms.awaitCall('Authorize', { since, timeoutMs: 2 * sut.timeoutMs });
}

const tokenOf = (payload: Payload | undefined): Token => ({
  idToken: String(at(payload, 'idToken.idToken')),
  type: 'eMAID',
  assumed: true,
});

/** Certificates of the contract, as what an answer about them is looked up by. */
function expectHashes(payload: Payload | undefined): void {
  const hashes = payload?.['iso15118CertificateHashData'];
  expect(hashes, 'iso15118CertificateHashData').to.be.an('array').that.is.not.empty;
}

function expectContract(context: Context, since: number): void {
  const asked = context.csms.calls(since, 'Authorize').map(({ payload }) => at(payload, 'idToken.type'));
  expect(asked, 'types of the tokens that the CSMS was asked about').to.deep.equal(['eMAID']);
}

const hashFaults = [
  alter('Authorize', { iso15118CertificateHashData: null }),
  alter('Authorize', { idToken: { type: 'Central' } }),
  drop('Authorize'),
];
const chainFaults = [alter('Authorize', { certificate: null }), alter('Authorize', { certificate: 'NL-C17' })];
const startFaults = { told: namesNobody, offered: info({ chargingState: 'EVConnected' }, 'Charging') };

/** The certificates of the contract stand whole in the CALL. */
function expectChain(payload: Payload | undefined): void {
  expect(payload?.['certificate'], 'certificate').to.match(
    /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/,
  );
}

export default suite('station/authorization', 'Authorization', [
  testCase({
    id: 'station/authorization/contract-accepted',
    title: 'A vehicle with a contract that the CSMS accepts charges',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_50_CS' },
    onlyFor: FEATURE,
    needs,
    checks: { asked: askedCheck, ...startChecks },
    catches: { asked: hashFaults, ...startFaults },
    async run(context) {
      const { check, csms, hands } = context;
      await plugAndCharge(context, false, YES);
      const since = csms.mark;
      await hands.plugIn();
      const asked = await contractAsked(context, since);
      check('asked', () => {
        expectContract(context, since);
        expectHashes(asked?.payload);
      });
      await judgeStart(context, tokenOf(asked?.payload), since);
    },
  }),

  testCase({
    id: 'station/authorization/contract-cancelled',
    title: 'A vehicle with a contract that is cancelled charges nothing',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_51_CS' },
    onlyFor: FEATURE,
    needs,
    checks: { asked: askedCheck, idle: idleCheck },
    catches: { asked: hashFaults, idle: chargesAnybody },
    async run(context) {
      const { check, csms, hands } = context;
      await plugAndCharge(context, false, { status: 'Invalid', certificateStatus: 'ContractCancelled' });
      const since = csms.mark;
      await hands.plugIn();
      const asked = await contractAsked(context, since);
      const told = await countOf(context, 'TransactionEvent', since, charges);
      check('asked', () => {
        expectContract(context, since);
        expectHashes(asked?.payload);
      });
      check('idle', () => expect(told, 'events that tell so').to.equal(0));
    },
  }),

  testCase({
    id: 'station/authorization/contract-central',
    title: 'A vehicle with a contract that the CSMS looked at itself charges',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_52_CS' },
    onlyFor: CENTRAL,
    needs,
    checks: { chain: chainCheck, ...startChecks },
    catches: { chain: chainFaults, ...startFaults },
    async run(context) {
      const { check, csms, hands } = context;
      await plugAndCharge(context, true, YES);
      const since = csms.mark;
      await hands.plugIn();
      const asked = await contractAsked(context, since);
      check('chain', () => {
        expectContract(context, since);
        expectChain(asked?.payload);
      });
      await judgeStart(context, tokenOf(asked?.payload), since);
    },
  }),

  testCase({
    id: 'station/authorization/contract-central-refused',
    title: 'A vehicle with a contract whose certificates the CSMS can not verify charges nothing',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_53_CS' },
    onlyFor: CENTRAL,
    needs,
    checks: { chain: chainCheck, idle: idleCheck },
    catches: { chain: chainFaults, idle: chargesAnybody },
    async run(context) {
      const { check, csms, hands } = context;
      await plugAndCharge(context, true, { status: 'Invalid', certificateStatus: 'CertChainError' });
      const since = csms.mark;
      await hands.plugIn();
      const asked = await contractAsked(context, since);
      const told = await countOf(context, 'TransactionEvent', since, charges);
      check('chain', () => {
        expectContract(context, since);
        expectChain(asked?.payload);
      });
      check('idle', () => expect(told, 'events that tell so').to.equal(0));
    },
  }),

  testCase({
    id: 'station/authorization/contract-offline',
    title: 'Without a connection, a vehicle with a contract that is known charges where that is configured',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_54_CS' },
    onlyFor: FEATURE,
    needs,
    checks: {
      told: must(
        'C07.FR.11',
        'when the connection is back, the authorization is told, with the contract, as having been offline',
      ),
      offered: must('C07.FR.11', 'that energy was offered is told, as having been offline'),
    },
    catches: {
      told: [...namesNobody, alter('TransactionEvent', { offline: null }), deafTo('ContractValidationOffline')],
      offered: alter('TransactionEvent', { offline: null }),
    },
    async run(context) {
      const { check } = context;
      await plugAndCharge(context, false, YES);
      await cacheOn(context);
      await preferred(context, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true');
      await configured(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      await configured(context, CTRLR, 'ContractValidationOffline', 'true');
      const token = await chargedOnce(context);
      const since = await pluggedInAway(context);
      const told = await queued(context, since, ({ idToken }) => idToken !== undefined);
      const offered = await queued(context, since, isOffered);
      check('told', () => {
        expect(isToken(told?.payload['idToken'], token), `${JSON.stringify(told?.payload['idToken'])} is it`).to.equal(
          true,
        );
        expect(told?.payload['offline'], 'offline').to.equal(true);
      });
      check('offered', () => {
        expect(offered?.payload['offline'], 'offline').to.equal(true);
        expect(transactionOf(offered?.payload)).to.equal(transactionOf(told?.payload));
      });
    },
  }),

  testCase({
    id: 'station/authorization/contract-not-offline',
    title: 'Without a connection, a vehicle with a contract charges nothing where that is not configured',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_55_CS' },
    onlyFor: FEATURE,
    needs,
    checks: { idle: must('C07.FR.07', 'nothing tells that a vehicle charged while there was no connection') },
    catches: {
      idle: [
        alter(
          'TransactionEvent',
          { triggerReason: 'Authorized' },
          { when: (payload) => at(payload, 'offline') === true },
        ),
        alter(
          'TransactionEvent',
          { transactionInfo: { chargingState: 'Charging' } },
          { when: (payload) => at(payload, 'offline') === true },
        ),
      ],
    },
    async run(context) {
      const { check } = context;
      await plugAndCharge(context, false, YES);
      await cacheOn(context);
      await preferred(context, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true');
      await configured(context, CTRLR, 'ContractValidationOffline', 'false');
      await chargedOnce(context);
      const since = await pluggedInAway(context);
      await quiet(context);
      const told = await countOf(
        context,
        'TransactionEvent',
        since,
        (payload) => payload['offline'] === true && charges(payload),
      );
      check('idle', () => expect(told, 'events of that time that tell so').to.equal(0));
    },
  }),
]);

/** The vehicle charges with a connection, and goes: the control of what it does without. @returns its contract @throws Unmet */
async function chargedOnce(context: Context): Promise<Token> {
  const { csms, hands } = context;
  const since = csms.mark;
  await hands.plugIn();
  const asked = await contractAsked(context, since);
  const offered = await event(context, since, isOffered);
  if (asked === undefined || offered === undefined)
    throw new Unmet('a vehicle with a contract that is accepted charges nothing with a connection either');
  await quiet(context);
  await csms.need('RequestStopTransaction', { transactionId: transactionOf(offered.payload) }, ['Accepted']);
  await departed(context);
  return tokenOf(asked.payload);
}

/** The vehicle comes while the CSMS is away. */
const pluggedInAway = (context: Context): Promise<number> =>
  whileAway(context, async () => {
    await context.hands.plugIn();
    await context.clock.sleep(2 * ACT_MS);
  });
