/** CSMS, smart charging in 1.6: profiles are set, cleared, sent along with a remote start, and their outcome is asked for. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { oddNumber } from './odds.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { anyLevel, anyProfileId, composite, judgeMeaning, meansCheck, profileFaults, schedule, sets, validity, validityFaults } from './profiles.ts';
import { bootedWithTwo, EVSE, now, OTHER_EVSE } from './states.ts';
import { authorized, authorizedCheck, judgeStop, started, startedCheck, status16, stoppedCheck, stranger, strangerCheck, strangerFault } from './states.v16.ts';

/** Feature profile of 1.6 (3.3). */
const SMART_CHARGING = 'SmartCharging';

const FIELD = 'csChargingProfiles';
const saying = (action: string, status: string) => alter(action, { idTagInfo: { status } });

const askedCheck = {
  ref: '5.16',
  level: 'SHALL',
  says: 'the CALL carries the connector and the whole profile that the operator asked for',
} as const;
const askedFaults = [...profileFaults(FIELD), alter('SetChargingProfile', { connectorId: EVSE })];

const clearedCheck = {
  ref: '5.5',
  level: 'SHALL',
  says: 'the CALL names the profiles that the operator named, by id or by what they have in common, and no others',
} as const;

/** A default profile for the other connector, in absolute time. */
const defaultProfile = (context: Context, members: Payload = {}): Payload => ({
  connectorId: OTHER_EVSE,
  csChargingProfiles: {
    chargingProfileId: anyProfileId(context),
    stackLevel: anyLevel(context),
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    ...validity(context),
    chargingSchedule: schedule(context, { startsIn: -60 }),
    ...members,
  },
});

/** Profiles that a station is asked to hold for all of its connectors, or for one. */
interface Setting {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  wish(context: Context): Payload;
  readonly faults: readonly ReturnType<typeof alter>[];
}

const settings: readonly Setting[] = [
  {
    id: 'default-profile',
    title: 'CSMS sets a default profile for a connector',
    octt: 'TC_056_CSMS',
    wish: (context) => defaultProfile(context),
    faults: [
      ...askedFaults,
      ...validityFaults(FIELD),
      alter('SetChargingProfile', { csChargingProfiles: { chargingProfileKind: 'Relative' } }),
      alter('SetChargingProfile', { csChargingProfiles: { chargingProfilePurpose: 'TxProfile' } }),
      alter('SetChargingProfile', { csChargingProfiles: { chargingSchedule: { startSchedule: null } } }),
    ],
  },
  {
    id: 'station-profile',
    title: 'CSMS sets a limit for the whole station, in watts',
    wish: (context) => ({
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: anyProfileId(context),
        stackLevel: anyLevel(context),
        chargingProfilePurpose: 'ChargePointMaxProfile',
        chargingProfileKind: 'Absolute',
        ...validity(context),
        chargingSchedule: schedule(context, { unit: 'W', startsIn: oddNumber(context, 60, 600) }),
      },
    }),
    faults: [
      ...profileFaults(FIELD),
      ...validityFaults(FIELD),
      alter('SetChargingProfile', { connectorId: EVSE }),
      alter('SetChargingProfile', { csChargingProfiles: { chargingProfilePurpose: 'TxDefaultProfile' } }),
    ],
  },
  ...(['Daily', 'Weekly'] as const).map(
    (recurrencyKind): Setting => ({
      id: `recurring-profile-${recurrencyKind.toLowerCase()}`,
      title: `CSMS sets a default profile that recurs: ${recurrencyKind}`,
      wish: (context) => defaultProfile(context, { chargingProfileKind: 'Recurring', recurrencyKind }),
      faults: [
        ...askedFaults,
        alter('SetChargingProfile', {
          csChargingProfiles: { recurrencyKind: recurrencyKind === 'Daily' ? 'Weekly' : 'Daily' },
        }),
        alter('SetChargingProfile', { csChargingProfiles: { chargingProfileKind: 'Absolute', recurrencyKind: null } }),
        alter('SetChargingProfile', {
          csChargingProfiles: { chargingSchedule: { startSchedule: '2026-01-02T03:04:05Z' } },
        }),
      ],
    }),
  ),
];

/** The composite schedule of what the station holds, as it was asked for. */
function answerOf(context: Context, { call, asked }: Ordered, held: readonly Payload[]): Payload {
  const { connectorId, duration, chargingRateUnit } = { ...asked, ...call.payload };
  const unit = chargingRateUnit === 'W' ? 'W' : 'A';
  const { start, periods } = composite(context, held, { evseId: Number(connectorId), duration: Number(duration), unit });
  return {
    status: 'Accepted',
    connectorId,
    scheduleStart: start,
    chargingSchedule: { duration, startSchedule: start, chargingRateUnit: unit, chargingSchedulePeriod: periods },
  };
}

const compositeCheck = {
  ref: '5.7',
  level: 'SHALL',
  says: 'the CALL names the connector, the length and the unit that the operator wants the schedule in',
} as const;
const compositeFaults = [
  alter('GetCompositeSchedule', { duration: 300 }),
  alter('GetCompositeSchedule', { chargingRateUnit: null }),
  alter('GetCompositeSchedule', { connectorId: EVSE }),
];

const clearing = [
  {
    id: 'id',
    of: ({ chargingProfileId }: Payload): Payload => ({ id: chargingProfileId }),
    faults: [alter('ClearChargingProfile', { id: 1 }), alter('ClearChargingProfile', { id: null })],
  },
  {
    id: 'criteria',
    of: ({ stackLevel, chargingProfilePurpose }: Payload): Payload => ({
      connectorId: OTHER_EVSE,
      chargingProfilePurpose,
      stackLevel,
    }),
    faults: [
      alter('ClearChargingProfile', { connectorId: EVSE }),
      alter('ClearChargingProfile', { chargingProfilePurpose: null }),
      alter('ClearChargingProfile', { stackLevel: 0 }),
    ],
  },
] as const;

export default suite('csms/smart-charging', 'Smart charging (1.6)', [
  ...settings.map(({ id, title, octt, wish, faults }) =>
    testCase({
      id: `csms/smart-charging/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      ...(octt !== undefined && { octt: { '1.6': octt } }),
      feature: SMART_CHARGING,
      needs: ['SetChargingProfile'],
      checks: { asked: askedCheck, means: meansCheck, servedOn: servedOnCheck },
      catches: { asked: faults, means: limitGone, servedOn: servedOnFault },
      async run(context) {
        await bootedWithTwo(context);
        const order = await sets(context, wish(context));
        judgeMeaning(context, [order]);
        await servedOn(context);
      },
    }),
  ),
]);
