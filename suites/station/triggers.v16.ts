/** Charger, 1.6 triggers without a connector: the message comes for each that there is. */
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { expectStatus } from './judging.v16.ts';
import { connectors, settled } from './states.v16.ts';

const about = (connectorId: number, status = '') => ({
  when: (payload: unknown) => new RegExp(`"connectorId":${connectorId},.*"${status}`).test(JSON.stringify(payload)),
});

export default suite('station/remote-control', 'Remote control', [
  testCase({
    id: 'station/remote-control/trigger-every-status',
    title: 'Asked for statuses without a connector, the station tells its own and that of each',
    sut: 'station',
    versions: ['1.6'],
    feature: 'RemoteTrigger',
    checks: {
      accepted: { ref: '5.17', level: 'SHOULD', says: 'the trigger is accepted' },
      each: {
        ref: '5.17',
        level: 'SHALL',
        says: 'connector 0 and each connector that there is are told of, as they are, now',
      },
    },
    catches: {
      accepted: alter('TriggerMessage', { status: 'NotImplemented' }),
      each: [
        drop('StatusNotification', about(0)),
        drop('StatusNotification', about(2)),
        alter('StatusNotification', { status: 'Charging' }, about(2, 'Available')),
      ],
    },
    async run(context) {
      const { check, csms, orders } = context;
      await settled(context);
      const count = await connectors(context);
      const since = csms.mark;
      const reply = await csms.call('TriggerMessage', orders.trigger('StatusNotification'));
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      if (reply.payload['status'] !== 'Accepted') {
        // What it does not promise it need not send.
        check('each', () => {});
        return;
      }
      for (let connectorId = 0; connectorId <= count; connectorId++) {
        const told = await csms.awaitCall('StatusNotification', {
          since,
          after: reply.n,
          where: (payload) => payload['connectorId'] === connectorId,
        });
        check('each', () => expectStatus(told, ['Available'], connectorId));
      }
    },
  }),
]);
