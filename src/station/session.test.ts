/** A charger and the reference CSMS through plain sessions, in every version: nobody breaks anything. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { ocppVersions } from '../dialects/index.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';

const schemas = loadMessageSchemas();

for (const version of ocppVersions) {
  describe(`a charger in OCPP ${version}`, () => {
    const pair = () => new StationAndCsms({ setup: { identity: 'CP01', version, evses: 2 }, schemas });

    it('registers, tells its statuses and beats', async () => {
      const both = pair();
      await both.start();
      expect(both.station.registration).to.equal('Accepted');
      const statuses = both
        .calls('StatusNotification')
        .map(({ payload }) => payload['status'] ?? payload['connectorStatus']);
      expect(statuses).to.deep.equal(
        version === '1.6' ? ['Available', 'Available', 'Available'] : ['Available', 'Available'],
      );
      await both.pass(1000);
      const beats = both.calls('Heartbeat').map(({ at }) => at);
      expect(beats).to.have.length.within(3, 4);
      expect((beats[1] as number) - (beats[0] as number)).to.equal(300_000);
      expect(both.breaches()).to.deep.equal([]);
    });

    it('charges', async () => {
      const both = pair();
      await both.start();
      const from = both.mark;
      both.station.plugIn(1);
      await both.pass(1);
      both.station.presentToken(1, 'PP-VALID');
      await both.pass(200);
      both.station.presentToken(1, 'PP-VALID');
      await both.pass(1);
      both.station.plugOut(1);
      await both.pass(1);
      const said = both
        .calls(undefined, from)
        .filter(({ action }) => action !== 'Heartbeat')
        .map(({ action, payload }) =>
          [action, payload['status'] ?? payload['connectorStatus'] ?? payload['eventType'], payload['triggerReason']]
            .filter(Boolean)
            .join(' '),
        );
      const periodic = version === '1.6' ? 'MeterValues' : 'TransactionEvent Updated MeterValuePeriodic';
      expect(said).to.deep.equal(
        version === '1.6'
          ? [
              'StatusNotification Preparing',
              'Authorize',
              'StartTransaction',
              'StatusNotification Charging',
              periodic,
              periodic,
              periodic,
              'StopTransaction',
              'StatusNotification Finishing',
              'StatusNotification Available',
            ]
          : [
              'StatusNotification Occupied',
              'TransactionEvent Started CablePluggedIn',
              'Authorize',
              'TransactionEvent Updated Authorized',
              'TransactionEvent Updated ChargingStateChanged',
              periodic,
              periodic,
              periodic,
              'TransactionEvent Ended StopAuthorized',
              'StatusNotification Available',
            ],
      );
      const [transaction] = both.csms.store.transactions;
      expect(transaction?.endedAt).to.be.a('string');
      expect(both.breaches()).to.deep.equal([]);
    });
  });
}
