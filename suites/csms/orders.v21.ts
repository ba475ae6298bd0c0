/** Cases of what came with 2.1: orders that an operator gives, each compared whole, and what a station tells of it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, type Fault, refuses } from '../../src/judge/fault.ts';
import { type CaseSpec, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { boot, bootedWithTwo, OTHER_EVSE } from './states.ts';
import { energyTransferStarted, flowChecks, flowFaults, stopsLocally, stranger } from './states.v2.ts';

type Chance = Pick<Context, 'clock' | 'random'>;

/** What all of them have. */
interface Row {
  readonly id: string;
  readonly title: string;
  readonly octt?: string | readonly string[];
  /** PICS feature, or certification profile, that the CSMS must not have declared absent. */
  readonly feature?: string;
  readonly action: string;
}

/** An order, and what the station answers. */
export interface Order extends Row {
  /** @param transactionId of the transaction that runs at EVSE 2, where `charging` */
  asked(context: Chance, transactionId: string): Payload;
  readonly answer: Payload;
  readonly charging?: true;
  /** The station restarts because of it. */
  readonly restarts?: true;
}

/** What a station tells, and what is wrong with an answer besides that none came. */
export interface Notice extends Row {
  readonly feature: string;
  readonly ref: string;
  readonly says: string;
  told(context: Chance): Payload;
  /** Judges the answer. */
  judge?(answer: Payload, told: Payload): void;
  readonly faults?: readonly Fault[];
}

/** Another value of the words that are not free, so that what is wrong is right by the schema. */
const OTHER_WORD: Readonly<Record<string, string>> = {
  chargingProfileKind: 'Relative',
  chargingProfilePurpose: 'TxProfile',
  chargingRateUnit: 'A',
  controlType: 'HVMustTrip',
  operationMode: 'ChargingOnly',
  requestedMessage: 'Heartbeat',
  type: 'OnIdle',
  unit: 'PctMaxW',
  yUnit: 'PctWAvail',
};

function other(name: string, value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  return (
    OTHER_WORD[name] ??
    (/^\d{4}-\d\d-\d\dT/.test(text) ? '2031-01-01T00:00:00Z' : `${text.startsWith('Z') ? 'Y' : 'Z'}${text.slice(1)}`)
  );
}

type Path = readonly string[];

const pathsOf = (value: unknown, path: Path = []): readonly Path[] =>
  value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))
    : [path];

/** `value`, with something else at the end of the path. */
function replaced(value: unknown, [name, ...rest]: Path, last = ''): unknown {
  if (name === undefined) return other(last, value);
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === name ? replaced(one, rest, last) : one));
  return { ...(value as Payload), [name]: replaced((value as Payload)[name], rest, name) };
}

/** Whoever has these in his hands makes the same message each time. */
const STILL = { random: () => 0.5, clock: { now: () => 0 } } as unknown as Chance;

/** A fault for each value of the order: something else arrives in its place. */
const otherwise = ({ action, asked }: Order): Fault[] =>
  pathsOf(asked(STILL, 'T')).map((path) =>
    alter(action, (payload) => replaced(payload, path) as Payload, { name: path.join('.') }),
  );

const versions = ['2.1'] as const;

const head = ({ id, title, octt, feature }: Row) => ({
  id,
  title,
  sut: 'csms' as const,
  versions,
  ...(octt !== undefined && { octt: { '2.1': octt } }),
  ...(feature !== undefined && { feature }),
});

/** The operator gives an order, the station answers, and is served on. */
export function orderCase(order: Order): CaseSpec {
  const { action, answer, charging } = order;
  const asked = { ref: `${action}Request.${fieldOf(order)}`, level: 'SHALL', says: SAYS } as const;
  const about = head(order);
  if (charging !== true)
    return testCase({
      ...about,
      needs: [action],
      checks: { asked, servedOn: servedOnCheck },
      catches: { asked: otherwise(order), servedOn: servedOnFault },
      async run(context) {
        await bootedWithTwo(context);
        await ordered(context, action, order.asked(context, ''), answer);
        if (order.restarts) await boot(context, 'RemoteReset');
        await servedOn(context);
      },
    });
  return testCase({
    ...about,
    needs: [action],
    checks: { asked, ...flowChecks },
    catches: { asked: otherwise(order), ...flowFaults },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
      await ordered(context, action, order.asked(context, transaction.id), answer);
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  });
}

const SAYS = 'the CALL is what the operator asked for, in every member';

/** The first field of the order, by which its requirement is named. */
const fieldOf = ({ asked }: Order): string => Object.keys(asked(STILL, 'T'))[0] ?? '';

/** Codes of a CSMS that lacks what it may lack. */
const NOT_THERE: ReadonlySet<string> = new Set(['NotSupported', 'NotImplemented']);

/** The station tells something; the CSMS takes it, and answers what fits. */
export function noticeCase(notice: Notice): CaseSpec {
  const { action, ref, says, faults = [], judge } = notice;
  const about = head(notice);
  return testCase({
    ...about,
    checks: { followed: { ref, level: 'SHALL', says }, servedOn: servedOnCheck },
    catches: {
      followed: [drop(action), refuses(action, 'InternalError'), ...faults],
      servedOn: servedOnFault,
    },
    async run(context) {
      const { check, station } = context;
      await bootedWithTwo(context);
      const message = notice.told(context);
      const reply = await station.call(action, message);
      if (reply.kind === 'callerror' && NOT_THERE.has(String(reply.code)))
        throw new Unmet(`the CSMS has no ${action}: if it is not to, name ${notice.feature} in sut.without`);
      check('followed', () => {
        expect(reply).to.be.callResult();
        judge?.(reply.payload, message);
      });
      await servedOn(context);
    },
  });
}
