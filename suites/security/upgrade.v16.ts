/** Security profiles in OCPP 1.6: the CSMS raises the one of a station, and takes no lower one from then on (A05). */
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { ordered } from '../csms/orders.ts';
import { comesHigherAndBack, higherAddress, servedBefore, upgradeChecks, upgradeFaults } from './upgrades.ts';

export default suite('security/upgrade', 'Higher security profiles in OCPP 1.6', [
  testCase({
    id: 'security/upgrade/raised-v16',
    title: 'CSMS raises the security profile of a station, and lets it in with no lower one afterwards',
    sut: 'csms',
    versions: ['1.6'],
    profiles: [0, 1, 2],
    octt: { '1.6': 'TC_083_CSMS' },
    needs: ['ChangeConfiguration'],
    stations: ['spare'],
    setUp: 'higher profile',
    checks: {
      asked: {
        ref: 'ChangeConfigurationRequest.key',
        level: 'SHALL',
        says: 'the CALL sets SecurityProfile, to what the operator asked for',
      },
      ...upgradeChecks,
    },
    catches: {
      asked: [alter('ChangeConfiguration', { key: 'Profile' }), alter('ChangeConfiguration', { value: '3' })],
      ...upgradeFaults,
    },
    async run(context) {
      const address = higherAddress(context);
      await servedBefore(context);
      const wish = { key: 'SecurityProfile', value: String(address.securityProfile) };
      await ordered(context, 'ChangeConfiguration', wish, { status: 'Accepted' });
      await comesHigherAndBack(context, address);
    },
  }),
]);
