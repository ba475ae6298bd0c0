/** CSMS, smart charging in OCPP 2.x: profiles are reported and cleared. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { oddNumber } from './odds.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { orderedAmongst, partsFaults, tells } from './orders.v2.ts';
import { profileIn, schedule, validity, wish } from './profiles.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { bootedWithTwo, EVSE, OTHER_EVSE } from './states.ts';
import { energyTransferStarted, flowChecks, flowFaults, stopsLocally, stranger } from './states.v2.ts';

const FEATURE = 'smart-charging';

const askedCheck = {
  ref: 'K09.FR.03',
  level: 'SHALL',
  says: 'the CALL asks for the profiles that the operator wants to see, with a request id',
} as const;
const clearedCheck = {
  ref: 'K10.FR.02',
  level: 'SHALL',
  says: 'the CALL names the profiles that are to go by their number or by what they have in common, and no others',
} as const;
const followedCheck = {
  ref: 'ReportChargingProfilesRequest.tbc',
  level: 'SHALL',
  says: 'each part of the report is taken',
} as const;

/** Lists of sources and of numbers have no order. */
const sorted = (payload: Payload): Payload => {
  const { chargingProfile, ...rest } = payload as { chargingProfile?: Payload };
  const entries = Object.entries(chargingProfile ?? {}).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.toSorted() : value,
  ]);
  return { ...rest, chargingProfile: Object.fromEntries(entries) as Payload };
};

const asks = (context: Context, asked: Payload, status = 'Accepted', id = 'asked'): Promise<Ordered> =>
  orderedAmongst(context, 'GetChargingProfiles', asked, { status }, { id, others: { status: 'NoProfiles' }, sorted });

const clears = (context: Context, asked: Payload, status: string): Promise<Ordered> =>
  orderedAmongst(context, 'ClearChargingProfile', asked, { status }, { id: 'cleared', others: { status: 'Unknown' } });

interface Held {
  readonly evseId: number;
  readonly source?: string;
  readonly profiles: readonly Payload[];
}

/** One message for each EVSE and source; all but the last say that there is more (K09.FR.02). */
function reportOf(order: Ordered, held: readonly Held[]): readonly Payload[] {
  return held.map(({ evseId, source = 'CSO', profiles }, i) => ({
    requestId: requestIdOf(order),
    chargingLimitSource: source,
    evseId,
    chargingProfile: profiles,
    ...(i < held.length - 1 && { tbc: true }),
  }));
}

/** A profile as the station holds it. */
function heldProfile(context: Context, purpose: string, members: Payload = {}): Payload {
  const kind = { chargingProfilePurpose: purpose, chargingProfileKind: 'Absolute', ...validity(context) };
  return profileIn(wish(context, OTHER_EVSE, { ...kind, ...members }, schedule(context, { startsIn: -60 })));
}

const EXTERNAL = 'ChargingStationExternalConstraints';

interface Question {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly evseId?: number;
  readonly criterion: Payload;
  /** The criterion that a CSMS asks for in its place; null leaves a field out. */
  readonly wrong: readonly Payload[];
  held(context: Context): readonly Held[];
}

const defaults = (context: Context, stackLevel = 2) => heldProfile(context, 'TxDefaultProfile', { stackLevel });

const questions: readonly Question[] = [
  {
    id: 'evse',
    title: 'CSMS asks for the profiles of one EVSE',
    octt: 'TC_K_30_CSMS',
    evseId: OTHER_EVSE,
    criterion: { chargingLimitSource: ['CSO', 'EMS'] },
    wrong: [{ chargingLimitSource: ['CSO'] }, { chargingProfilePurpose: 'TxProfile' }],
    held: (context) => [
      { evseId: OTHER_EVSE, profiles: [defaults(context, 1), defaults(context, 2)] },
      { evseId: OTHER_EVSE, source: 'EMS', profiles: [heldProfile(context, EXTERNAL)] },
    ],
  },
  {
    id: 'everywhere',
    title: 'CSMS asks for the profiles of all EVSEs',
    octt: 'TC_K_31_CSMS',
    criterion: { chargingProfilePurpose: 'TxDefaultProfile' },
    wrong: [{ chargingProfilePurpose: 'TxProfile' }, { stackLevel: 0 }],
    held: (context) => [EVSE, OTHER_EVSE].map((evseId) => ({ evseId, profiles: [defaults(context)] })),
  },
  {
    id: 'level',
    title: 'CSMS asks for the profiles of one level',
    octt: 'TC_K_33_CSMS',
    evseId: OTHER_EVSE,
    criterion: { stackLevel: 2 },
    wrong: [{ stackLevel: 0 }, { chargingProfilePurpose: 'TxDefaultProfile' }],
    held: (context) => [
      { evseId: OTHER_EVSE, profiles: [defaults(context)] },
      { evseId: OTHER_EVSE, source: 'SO', profiles: [heldProfile(context, EXTERNAL, { stackLevel: 2 })] },
    ],
  },
  {
    id: 'source',
    title: 'CSMS asks for the profiles from one source',
    octt: 'TC_K_34_CSMS',
    evseId: OTHER_EVSE,
    criterion: { chargingLimitSource: ['EMS'] },
    wrong: [{ chargingLimitSource: ['SO'] }, { chargingLimitSource: ['EMS', 'CSO'] }],
    held: (context) =>
      [1, 2].map((stackLevel) => ({
        evseId: OTHER_EVSE,
        source: 'EMS',
        profiles: [heldProfile(context, EXTERNAL, { stackLevel })],
      })),
  },
  {
    id: 'purpose',
    title: 'CSMS asks for the profiles for one purpose',
    octt: 'TC_K_35_CSMS',
    evseId: OTHER_EVSE,
    criterion: { chargingProfilePurpose: 'TxDefaultProfile' },
    wrong: [{ chargingProfilePurpose: 'TxProfile' }, { stackLevel: 0 }],
    held: (context) => [1, 2].map((level) => ({ evseId: OTHER_EVSE, profiles: [defaults(context, level)] })),
  },
  {
    id: 'purpose-and-level',
    title: 'CSMS asks for the profiles for one purpose on one level',
    octt: 'TC_K_36_CSMS',
    evseId: OTHER_EVSE,
    criterion: { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 2 },
    wrong: [{ chargingProfilePurpose: null }, { stackLevel: null }, { stackLevel: 1 }],
    held: (context) =>
      ['CSO', 'Other'].map((source) => ({ evseId: OTHER_EVSE, source, profiles: [defaults(context)] })),
  },
  {
    id: 'external',
    title: 'CSMS asks for the limits that others have set',
    octt: 'TC_K_52_CSMS',
    criterion: { chargingProfilePurpose: EXTERNAL },
    wrong: [{ chargingProfilePurpose: 'TxDefaultProfile' }, { chargingLimitSource: ['CSO'] }],
    held: (context) =>
      [0, OTHER_EVSE].map((evseId) => ({ evseId, source: 'EMS', profiles: [heldProfile(context, EXTERNAL)] })),
  },
];

/** Another request, another EVSE, another criterion. */
const askedFaults = (evseId: number | undefined, wrong: readonly Payload[]): Fault[] => [
  alter('GetChargingProfiles', { requestId: 1 }),
  alter('GetChargingProfiles', { evseId: EVSE }),
  ...(evseId === undefined ? [] : [alter('GetChargingProfiles', { evseId: null })]),
  ...wrong.map((chargingProfile) => alter('GetChargingProfiles', { chargingProfile })),
];

const question = (context: Context, chargingProfile: Payload, evseId?: number): Payload => ({
  requestId: anyRequestId(context.random),
  ...(evseId !== undefined && { evseId }),
  chargingProfile,
});

export default suite('csms/smart-charging', 'Reports of profiles in OCPP 2.x', [
  ...questions.map(({ id, title, octt, evseId, criterion, wrong, held }) =>
    testCase({
      id: `csms/smart-charging/report-${id}`,
      title: `${title}, and takes the report in parts`,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: FEATURE,
      needs: ['GetChargingProfiles'],
      checks: { asked: askedCheck, followed: followedCheck, servedOn: servedOnCheck },
      catches: {
        asked: askedFaults(evseId, wrong),
        followed: partsFaults('ReportChargingProfiles'),
        servedOn: servedOnFault,
      },
      async run(context) {
        await bootedWithTwo(context);
        const order = await asks(context, question(context, criterion, evseId));
        await tells(context, 'ReportChargingProfiles', ...reportOf(order, held(context)));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/smart-charging/report-station',
    title: 'CSMS asks for the profiles of the station itself while somebody charges',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_29_CSMS' },
    feature: FEATURE,
    needs: ['GetChargingProfiles'],
    checks: { asked: askedCheck, followed: followedCheck, ...flowChecks },
    catches: {
      ...flowFaults,
      asked: askedFaults(0, [{ chargingProfilePurpose: 'TxDefaultProfile' }, { stackLevel: 0 }]),
      followed: partsFaults('ReportChargingProfiles'),
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      const purpose = 'ChargingStationMaxProfile';
      const order = await asks(context, question(context, { chargingProfilePurpose: purpose }, 0));
      const held = [1, 2].map((stackLevel) => ({
        evseId: 0,
        profiles: [heldProfile(context, purpose, { stackLevel })],
      }));
      await tells(context, 'ReportChargingProfiles', ...reportOf(order, held));
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/report-none',
    title: 'CSMS goes on with a station that holds no such profile',
    sut: 'csms',
    versions: ['2.0.1'],
    feature: FEATURE,
    needs: ['GetChargingProfiles'],
    checks: { asked: askedCheck, servedOn: servedOnCheck },
    catches: { asked: askedFaults(OTHER_EVSE, [{ stackLevel: 0 }]), servedOn: servedOnFault },
    async run(context) {
      await bootedWithTwo(context);
      await asks(context, question(context, { stackLevel: 3 }, OTHER_EVSE), 'NoProfiles');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/report-by-number',
    title: 'CSMS asks for two profiles by the numbers that the station has told',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_32_CSMS' },
    feature: FEATURE,
    needs: ['GetChargingProfiles'],
    checks: { asked: askedCheck, again: askedCheck, followed: followedCheck, servedOn: servedOnCheck },
    catches: {
      asked: alter('GetChargingProfiles', { evseId: EVSE }),
      again: [
        alter('GetChargingProfiles', { chargingProfile: { chargingProfileId: [1] } }),
        alter('GetChargingProfiles', { requestId: 1 }),
        alter(
          'GetChargingProfiles',
          (payload) => {
            const { chargingProfileId: ids, ...rest } = profileIn(payload);
            const chargingProfile = { ...rest, ...(Array.isArray(ids) && { chargingProfileId: ids.slice(0, 1) }) };
            return { ...(payload as Payload), chargingProfile };
          },
          { name: 'the first number only' },
        ),
      ],
      followed: partsFaults('ReportChargingProfiles'),
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const profiles = [1, 2, 3].map((level) => defaults(context, level));
      const held = (some: readonly Payload[]) => some.map((profile) => ({ evseId: OTHER_EVSE, profiles: [profile] }));
      const all = await asks(context, question(context, { chargingProfilePurpose: 'TxDefaultProfile' }, OTHER_EVSE));
      await tells(context, 'ReportChargingProfiles', ...reportOf(all, held(profiles)));
      const two = profiles.slice(1);
      const ids = two.map(({ id }) => id);
      const order = await asks(context, question(context, { chargingProfileId: ids }), 'Accepted', 'again');
      await tells(context, 'ReportChargingProfiles', ...reportOf(order, held(two)));
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/clear-by-number',
    title: 'CSMS clears one of the profiles that the station has told of',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_05_CSMS' },
    feature: FEATURE,
    needs: ['GetChargingProfiles', 'ClearChargingProfile'],
    checks: { asked: askedCheck, followed: followedCheck, cleared: clearedCheck, servedOn: servedOnCheck },
    catches: {
      asked: askedFaults(0, [{ chargingProfilePurpose: 'TxDefaultProfile' }]),
      followed: partsFaults('ReportChargingProfiles'),
      cleared: [
        alter('ClearChargingProfile', { chargingProfileId: 1 }),
        alter('ClearChargingProfile', { chargingProfileId: null }),
        alter('ClearChargingProfile', { chargingProfileCriteria: { stackLevel: 1 } }),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const purpose = 'ChargingStationMaxProfile';
      const profiles = [1, 2].map((stackLevel) => heldProfile(context, purpose, { stackLevel }));
      const order = await asks(context, question(context, { chargingProfilePurpose: purpose }, 0));
      const held = profiles.map((profile) => ({ evseId: 0, profiles: [profile] }));
      await tells(context, 'ReportChargingProfiles', ...reportOf(order, held));
      await clears(context, { chargingProfileId: profiles[1]?.['id'] }, 'Accepted');
      await servedOn(context);
    },
  }),

  ...[
    {
      id: 'clear-by-criteria',
      title: 'CSMS clears the default profile of an EVSE',
      octt: 'TC_K_06_CSMS',
      status: 'Accepted',
    },
    { id: 'clear-unknown', title: 'CSMS clears a profile that is not there', octt: 'TC_K_08_CSMS', status: 'Unknown' },
  ].map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/smart-charging/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: FEATURE,
      needs: ['ClearChargingProfile'],
      checks: { cleared: clearedCheck, servedOn: servedOnCheck },
      catches: {
        cleared: [
          { evseId: EVSE },
          { evseId: null },
          { stackLevel: 0 },
          { stackLevel: null },
          { chargingProfilePurpose: 'TxProfile' },
          { chargingProfilePurpose: null },
        ]
          .map((chargingProfileCriteria) => alter('ClearChargingProfile', { chargingProfileCriteria }))
          .concat(alter('ClearChargingProfile', { chargingProfileId: 1 })),
        servedOn: servedOnFault,
      },
      async run(context) {
        await bootedWithTwo(context);
        const criteria = {
          evseId: OTHER_EVSE,
          stackLevel: oddNumber(context, 1, 3),
          chargingProfilePurpose: 'TxDefaultProfile',
        };
        await clears(context, { chargingProfileCriteria: criteria }, status);
        await servedOn(context);
      },
    }),
  ),
]);
