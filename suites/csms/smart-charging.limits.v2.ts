/** CSMS, smart charging in OCPP 2.x: a station tells of limits that others set. */
import type { Context } from '../../src/judge/context.ts';
import { drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { tells } from './orders.v2.ts';
import { anyProfileId, schedule } from './profiles.ts';
import { bootedWithTwo, OTHER_EVSE } from './states.ts';
import { energyTransferStarted, flowChecks, flowFaults, stopsLocally, stranger, told } from './states.v2.ts';

const FEATURE = 'smart-charging';

/** What the grid or the house allows. */
const external = (context: Context, source: string, members: Payload = {}): Payload => ({
  chargingLimit: { chargingLimitSource: source, isGridCritical: true },
  chargingSchedule: [{ id: anyProfileId(context), ...schedule(context, { startsIn: -60, unit: 'W' }) }],
  ...members,
});

const limitsCheck = (field: string) =>
  ({ ref: field, level: 'SHALL', says: 'whatever the station tells of the limits of others is taken' }) as const;

export default suite('csms/smart-charging', 'Limits of others in OCPP 2.x', [
  testCase({
    id: 'csms/smart-charging/external-limit',
    title: 'CSMS takes the limits that others set, for an EVSE and for the station',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_48_CSMS' },
    feature: FEATURE,
    checks: { followed: limitsCheck('NotifyChargingLimitRequest.chargingLimit'), servedOn: servedOnCheck },
    catches: {
      followed: [drop('NotifyChargingLimit'), refuses('NotifyChargingLimit', 'InternalError')],
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const bare = { chargingLimit: { chargingLimitSource: 'EMS' } };
      await tells(context, 'NotifyChargingLimit', bare, external(context, 'SO', { evseId: OTHER_EVSE }));
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/external-limit-released',
    title: 'CSMS takes the end of limits that others had set',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_50_CSMS' },
    feature: FEATURE,
    checks: { followed: limitsCheck('ClearedChargingLimitRequest.chargingLimitSource'), servedOn: servedOnCheck },
    catches: {
      followed: [drop('ClearedChargingLimit'), refuses('ClearedChargingLimit', 'InternalError')],
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const [station, evse] = [{ chargingLimitSource: 'EMS' }, { chargingLimitSource: 'SO', evseId: OTHER_EVSE }];
      await tells(context, 'ClearedChargingLimit', station, evse);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/external-limit-charging',
    title: 'CSMS takes a limit and its end in the middle of a transaction',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_51_CSMS' },
    feature: FEATURE,
    checks: { followed: limitsCheck('ClearedChargingLimitRequest.chargingLimitSource'), ...flowChecks },
    catches: { ...flowFaults, followed: [drop('NotifyChargingLimit'), drop('ClearedChargingLimit')] },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
      const rateChanged = () =>
        told(context, transaction, 'Updated', 'ChargingRateChanged', { chargingState: 'Charging' });
      await tells(context, 'NotifyChargingLimit', external(context, 'EMS', { evseId: OTHER_EVSE }));
      await rateChanged();
      await tells(context, 'ClearedChargingLimit', { chargingLimitSource: 'EMS', evseId: OTHER_EVSE });
      await rateChanged();
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),
]);
