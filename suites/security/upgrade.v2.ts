/** Security profiles in OCPP 2.x: the CSMS raises the one of a station, and takes no lower one from then on (A05). */
import type { OcppVersion } from '../../src/dialects/index.ts';
import { alter, type Rewrite } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { ordered } from '../csms/orders.ts';
import { comesHigherAndBack, higherAddress, servedBefore, upgradeChecks, upgradeFaults } from './upgrades.ts';

/** The version as network profiles name it. */
const OCPP: Readonly<Record<OcppVersion, string>> = { '1.6': 'OCPP16', '2.0.1': 'OCPP20', '2.1': 'OCPP21' };

/** Slots of the station: the one that it is connected by, and one that is free. */
const [SLOT, NEXT_SLOT] = [1, 2];

const priority = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'NetworkConfigurationPriority' } };

/** For faults: the only item of SetVariables, changed. */
const item =
  (change: object): Rewrite =>
  (payload) => {
    const [first] = (payload as { setVariableData: readonly object[] }).setVariableData;
    return { setVariableData: [{ ...first, ...change }] };
  };
const where = (name: string) => ({ name, kind: 'call' as const });

export default suite('security/upgrade', 'Higher security profiles in OCPP 2.x', [
  testCase({
    id: 'security/upgrade/raised',
    title: 'CSMS raises the security profile of a station, and lets it in with no lower one afterwards',
    sut: 'csms',
    versions: ['2.0.1', '2.1'],
    profiles: [1, 2],
    octt: { '2.0.1': 'TC_A_19_CSMS', '2.1': 'TC_A_19_CSMS' },
    needs: ['SetNetworkProfile', 'SetVariables', 'Reset'],
    stations: ['spare'],
    setUp: 'higher profile',
    checks: {
      asked: {
        ref: 'SetNetworkProfileRequest.connectionData',
        level: 'SHALL',
        says: 'the CALL carries the slot, and a connection with the higher profile, as the operator asked',
      },
      priority: {
        ref: 'SetVariablesRequest.setVariableData',
        level: 'SHALL',
        says: 'the CALL puts that slot first in NetworkConfigurationPriority',
      },
      reset: { ref: 'ResetRequest.type', level: 'SHALL', says: 'the CALL is the reset that the operator asked for' },
      ...upgradeChecks,
    },
    catches: {
      asked: [
        alter('SetNetworkProfile', { configurationSlot: 7 }),
        alter('SetNetworkProfile', { connectionData: { securityProfile: 1 } }),
        alter('SetNetworkProfile', { connectionData: { ocppCsmsUrl: 'wss://elsewhere.example/ocpp' } }),
      ],
      priority: [
        alter('SetVariables', item({ attributeValue: '1,2' }), where('the slots the other way round')),
        alter('SetVariables', item({ variable: { name: 'ActiveNetworkProfile' } }), where('another variable')),
      ],
      reset: alter('Reset', { type: 'Immediate' }),
      ...upgradeFaults,
    },
    async run(context) {
      const { dialect, sut } = context;
      const address = higherAddress(context);
      await servedBefore(context);
      const connectionData = {
        ocppVersion: OCPP[dialect.version],
        ocppTransport: 'JSON',
        ocppCsmsUrl: address.url,
        messageTimeout: Math.max(1, Math.round(sut.timeoutMs / 1_000)),
        securityProfile: address.securityProfile,
        ocppInterface: 'Wired0',
      };
      const wish = { configurationSlot: NEXT_SLOT, connectionData };
      await ordered(context, 'SetNetworkProfile', wish, { status: 'Accepted' });
      const first = { setVariableData: [{ attributeValue: `${NEXT_SLOT},${SLOT}`, ...priority }] };
      const taken = { setVariableResult: [{ attributeStatus: 'Accepted', ...priority }] };
      await ordered(context, 'SetVariables', first, taken, 'priority');
      await ordered(context, 'Reset', { type: 'OnIdle' }, { status: 'Accepted' }, 'reset');
      await comesHigherAndBack(context, address);
    },
  }),
]);
