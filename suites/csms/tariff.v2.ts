/** CSMS, tariff and cost in OCPP 2.x: what a transaction costs so far, and in the end. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import { reading, type Transaction2 } from './events.v2.ts';
import { oddNumber } from './odds.ts';
import { orderedAmongst } from './orders.v2.ts';
import { bootedWithTwo, now, OTHER_EVSE } from './states.ts';
import {
  energyTransferStarted,
  evDisconnected,
  evStillConnected,
  flowChecks,
  flowFaults,
  freed,
  ofEvent,
  stopAuthorized,
  stranger,
  type Told,
  told,
} from './states.v2.ts';

/** PICS id: a display, with tariffs, costs and messages. */
const DISPLAY = 'UI-0';

const askedCheck = {
  ref: 'I02.FR.01',
  level: 'SHALL',
  says: 'the CALL carries the cost that the operator gave, and the transaction that it is about',
} as const;
const askedFaults = [alter('CostUpdated', { totalCost: 1 }), alter('CostUpdated', { transactionId: 'ANOTHER' })];

const runningCheck = {
  ref: 'TransactionEventResponse.totalCost',
  level: 'SHALL',
  says: 'a cost that is told while the transaction runs is no less than nothing, and is of this transaction',
} as const;
const runningFault = alter('TransactionEvent', { totalCost: -1 }, ofEvent('Updated'));

/** A cost with cents, that nobody guesses. */
const oddCost = (context: Context): number => oddNumber(context, 101, 9_000) / 100;

/** Energy flows, and the register is told. */
const meters = (context: Told, transaction: Transaction2): Promise<Reply> =>
  told(context, transaction, 'Updated', 'MeterValuePeriodic', {
    meterValue: [reading(transaction.wh(), now(context), 'Sample.Periodic')],
  });

/** Judges a running cost, where one came, by the check `running`. */
function judgeRunning({ check }: Context<'running'>, cost: unknown): void {
  check('running', () => {
    if (cost !== undefined) expect(cost, 'totalCost').to.be.at.least(0);
  });
}

/** Answers the costs that the CSMS tells on its own account; the check `running` judges them. */
async function hears(context: Context<'running'>, { id }: Transaction2): Promise<void> {
  const { station, check } = context;
  for (let call = await station.awaitCall('CostUpdated'); call !== undefined; ) {
    const next = station.awaitCall('CostUpdated');
    const { payload } = call;
    judgeRunning(context, payload['totalCost']);
    check('running', () => expect(payload['transactionId'], 'transactionId').to.equal(id));
    call.respond({});
    call = await next;
  }
}

export default suite('csms/tariff', 'Tariff and cost (2.x)', [
  testCase({
    id: 'csms/tariff/cost-updated',
    title: 'CSMS tells a station what each of two transactions costs so far',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_I_01_CSMS' },
    feature: DISPLAY,
    needs: ['CostUpdated'],
    checks: { asked: askedCheck, again: askedCheck, running: runningCheck, ...flowChecks },
    catches: { ...flowFaults, asked: askedFaults, again: askedFaults, running: runningFault },
    async run(context) {
      await bootedWithTwo(context);
      const [token, second] = [await context.token('valid'), await context.token('second')];
      const here = await energyTransferStarted(context, token);
      const there = await energyTransferStarted(context, second, { evseId: OTHER_EVSE });
      const tells = (transaction: Transaction2, id: 'asked' | 'again') => {
        const wish = { totalCost: oddCost(context), transactionId: transaction.id };
        return orderedAmongst<string>(context, 'CostUpdated', wish, {}, { id, others: {} });
      };
      // The one that started last, then the other.
      for (const [transaction, id] of [
        [there, 'asked'],
        [here, 'again'],
      ] as const) {
        const { payload } = await meters(context, transaction);
        judgeRunning(context, payload['totalCost']);
        await tells(transaction, id);
      }
      await stopAuthorized(context, here, token);
      await evDisconnected(context, here);
      await stopAuthorized(context, there, second);
      await evDisconnected(context, there);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/tariff/final-cost',
    title: 'CSMS tells at the end of a transaction what it costs',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_I_02_CSMS' },
    feature: DISPLAY,
    // Whether the CSMS has a tariff for this station and token is known to its owner alone.
    onlyFor: 'prices-transactions',
    checks: {
      running: runningCheck,
      final: { ref: 'I03.FR.02', level: 'SHALL', says: 'the answer to the end of the transaction tells its cost' },
      ...flowChecks,
    },
    catches: {
      ...flowFaults,
      running: runningFault,
      final: [
        alter('TransactionEvent', { totalCost: null }, ofEvent('Ended')),
        alter('TransactionEvent', { totalCost: -0.01 }, ofEvent('Ended')),
      ],
    },
    async run(context) {
      const { check } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
      void hears(context, transaction);
      for (let times = 0; times < 3; times++) {
        const { payload } = await meters(context, transaction);
        judgeRunning(context, payload['totalCost']);
      }
      await stopAuthorized(context, transaction, token);
      await evStillConnected(context, transaction);
      await freed(context, transaction);
      const end = await told(context, transaction, 'Ended', 'EVCommunicationLost', {
        chargingState: 'Idle',
        stoppedReason: 'EVDisconnected',
      });
      const cost = at(end.payload, 'totalCost');
      check('final', () => expect(cost, 'totalCost').to.be.a('number').that.is.at.least(0));
      await stranger(context);
    },
  }),
]);
