/** CSMS, smart charging: what both versions have of setting profiles and asking what comes of them. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { wordsOf } from '../profile-words.ts';
import { oddNumber } from './odds.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import {
  composite,
  defaultWish,
  judgeMeaning,
  meansCheck,
  meansFault,
  profileFaults,
  schedule,
  sets,
  startFaults,
  validity,
  validityFaults,
  wish,
} from './profiles.ts';
import { bootedWithTwo, EVSE, now, OTHER_EVSE } from './states.ts';

/** Feature profile of 1.6 (3.3), certification profile of 2.0.1; and the PICS id of default profiles for the station. */
export const SMART_CHARGING = { '1.6': 'SmartCharging', '2.0.1': 'smart-charging' } as const;
const DEFAULT_FOR_ALL = { '1.6': 'SmartCharging', '2.0.1': 'SC-4' } as const;

export const askedCheck = {
  ref: { '1.6': '5.16', '2.0.1': 'SetChargingProfileRequest.chargingProfile' },
  level: 'SHALL',
  says: 'the CALL carries the EVSE and the whole profile that the operator asked for',
} as const;

/** A profile that a station is asked to hold. */
interface Setting {
  readonly id: string;
  readonly title: string;
  readonly octt?: { readonly '1.6'?: string; readonly '2.0.1'?: string };
  readonly feature?: Partial<Record<'1.6' | '2.0.1', string>>;
  asked(context: Context): Payload;
  /** Faults of the profile itself, and of the message. */
  readonly profile: Payload;
  readonly message: Payload;
}

const settings: readonly Setting[] = [
  {
    id: 'default-profile',
    title: 'CSMS sets a default profile for one EVSE',
    octt: { '1.6': 'TC_056_CSMS', '2.0.1': 'TC_K_01_CSMS' },
    asked: (context) => defaultWish(context),
    profile: { chargingProfileKind: 'Relative' },
    message: { evseId: EVSE },
  },
  {
    id: 'default-profile-for-all',
    title: 'CSMS sets a default profile for all EVSEs',
    octt: { '2.0.1': 'TC_K_10_CSMS' },
    feature: DEFAULT_FOR_ALL,
    asked: (context) => defaultWish(context, {}, 0),
    profile: { chargingProfilePurpose: 'TxProfile' },
    message: { evseId: OTHER_EVSE },
  },
  {
    id: 'station-profile',
    title: 'CSMS sets a limit for the whole station, in watts and from later on',
    octt: { '2.0.1': 'TC_K_03_CSMS' },
    asked: (context) => {
      const chargingProfilePurpose = wordsOf(context).stationPurpose;
      const members = { chargingProfilePurpose, chargingProfileKind: 'Absolute', ...validity(context) };
      return wish(context, 0, members, schedule(context, { unit: 'W', startsIn: oddNumber(context, 61, 600) }));
    },
    profile: { chargingProfilePurpose: 'TxDefaultProfile' },
    message: { evseId: OTHER_EVSE },
  },
  ...(['Daily', 'Weekly'] as const).map(
    (recurrencyKind): Setting => ({
      id: `recurring-profile-${recurrencyKind.toLowerCase()}`,
      title: `CSMS sets a default profile that recurs: ${recurrencyKind}`,
      octt: { '2.0.1': 'TC_K_19_CSMS' },
      asked: (context) => defaultWish(context, { chargingProfileKind: 'Recurring', recurrencyKind }),
      profile: { recurrencyKind: recurrencyKind === 'Daily' ? 'Weekly' : 'Daily' },
      message: { evseId: EVSE },
    }),
  ),
];

/** All that can become of a profile on its way. */
const settingFaults = ({ profile, message }: Pick<Setting, 'profile' | 'message'>) => {
  const of = (field: 'chargingProfile' | 'csChargingProfiles'): Fault[] => [
    ...profileFaults(field),
    ...validityFaults(field),
    ...startFaults(field),
    alter('SetChargingProfile', { [field]: profile }),
    alter('SetChargingProfile', { [field]: { recurrencyKind: null, chargingProfileKind: 'Relative' } }),
  ];
  return {
    '1.6': [...of('csChargingProfiles'), alter('SetChargingProfile', { connectorId: message['evseId'] })],
    '2.0.1': [...of('chargingProfile'), alter('SetChargingProfile', message)],
  };
};

const compositeCheck = {
  ref: { '1.6': '5.7', '2.0.1': 'K08.FR.01' },
  level: 'SHALL',
  says: 'the CALL names the EVSE, the length and the unit that the operator wants the schedule for',
} as const;
const compositeFaults = (evseId: number): Fault[] => [
  alter('GetCompositeSchedule', { duration: 300 }),
  alter('GetCompositeSchedule', { chargingRateUnit: null }),
  alter('GetCompositeSchedule', (payload) => ({ ...(payload as Payload), ...other(payload as Payload, evseId) }), {
    name: `evse ${evseId}`,
  }),
];
const other = (payload: Payload, evseId: number): Payload =>
  'connectorId' in payload ? { connectorId: evseId } : { evseId };

/** The operator asks what limits apply; the station that holds these profiles tells. */
async function asksComposite(context: Context, held: readonly Payload[], evseId: number, unit: 'A' | 'W') {
  const words = wordsOf(context);
  const asked = words.composite(evseId, oddNumber(context, 3_601, 3_000), unit);
  const order: Ordered = await context.operator.order('GetCompositeSchedule', asked);
  context.check('composite', () => expect(order).to.carryWhatWasAsked());
  const { duration, chargingRateUnit = 'A' } = { ...asked, ...order.call.payload } as Payload;
  const question = {
    evseId,
    duration: Number.isInteger(duration) && Number(duration) > 0 ? Number(duration) : Number(asked['duration']),
    unit: chargingRateUnit === 'W' ? 'W' : 'A',
  } as const;
  order.call.respond(words.answer(evseId, composite(context, now(context), held, question)));
}

const refusals = [
  {
    id: 'profile-refused',
    title: 'CSMS goes on with a station that refuses a profile',
    answer: (order: Ordered) => order.call.respond({ status: 'Rejected' }),
  },
  {
    id: 'profile-not-supported',
    title: 'CSMS goes on with a station that has no smart charging',
    octt: { '2.0.1': 'TC_K_15_CSMS' },
    answer: (order: Ordered) => order.call.refuse('NotSupported', 'this station has no smart charging'),
  },
];

export default suite('csms/smart-charging', 'Smart charging', [
  ...settings.map((setting) =>
    testCase({
      id: `csms/smart-charging/${setting.id}`,
      title: setting.title,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      ...(setting.octt && { octt: setting.octt }),
      feature: setting.feature ?? SMART_CHARGING,
      needs: ['SetChargingProfile'],
      checks: { asked: askedCheck, means: meansCheck, servedOn: servedOnCheck },
      catches: { asked: settingFaults(setting), means: meansFault, servedOn: servedOnFault },
      async run(context) {
        await bootedWithTwo(context);
        const order = await sets(context, setting.asked(context));
        judgeMeaning(context, [order]);
        await servedOn(context);
      },
    }),
  ),

  ...refusals.map(({ id, title, octt, answer }) =>
    testCase({
      id: `csms/smart-charging/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      ...(octt && { octt }),
      feature: SMART_CHARGING,
      needs: ['SetChargingProfile'],
      checks: { asked: askedCheck, servedOn: servedOnCheck },
      catches: {
        asked: { '1.6': profileFaults('csChargingProfiles'), '2.0.1': profileFaults('chargingProfile') },
        servedOn: servedOnFault,
      },
      async run(context) {
        await bootedWithTwo(context);
        const order = await context.operator.order('SetChargingProfile', defaultWish(context));
        context.check('asked', () => expect(order).to.carryWhatWasAsked());
        answer(order);
        await servedOn(context);
      },
    }),
  ),

  ...[
    {
      id: 'composite-schedule',
      title: 'CSMS asks what limits an EVSE',
      octt: { '1.6': 'TC_066_CSMS', '2.0.1': 'TC_K_43_CSMS' },
      evseId: OTHER_EVSE,
      unit: 'A' as const,
    },
    {
      id: 'composite-schedule-of-station',
      title: 'CSMS asks what limits the whole station',
      octt: { '2.0.1': 'TC_K_44_CSMS' },
      evseId: 0,
      unit: 'W' as const,
    },
  ].map(({ id, title, octt, evseId, unit }) =>
    testCase({
      id: `csms/smart-charging/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      octt,
      feature: SMART_CHARGING,
      needs: ['GetCompositeSchedule'],
      checks: { composite: compositeCheck, servedOn: servedOnCheck },
      catches: { composite: compositeFaults(EVSE), servedOn: servedOnFault },
      async run(context) {
        await bootedWithTwo(context);
        // The station holds what somebody set before.
        await asksComposite(context, [defaultWish(context)], evseId, unit);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/smart-charging/composite-schedule-refused',
    title: 'CSMS goes on with a station that tells no limits',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    feature: SMART_CHARGING,
    needs: ['GetCompositeSchedule'],
    checks: { composite: compositeCheck, servedOn: servedOnCheck },
    catches: { composite: compositeFaults(EVSE), servedOn: servedOnFault },
    async run(context) {
      await bootedWithTwo(context);
      const asked = wordsOf(context).composite(OTHER_EVSE, oddNumber(context, 3_601, 3_000), 'W');
      const order = await context.operator.order('GetCompositeSchedule', asked);
      context.check('composite', () => expect(order).to.carryWhatWasAsked());
      order.call.respond({ status: 'Rejected' });
      await servedOn(context);
    },
  }),
]);
