/** Registration: the three answers, the retry, the gate before it, and the way back after a lost connection. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import type { OcppVersion } from '../dialects/index.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';

const schemas = loadMessageSchemas();
const versions = ['1.6', '2.0.1'] as const;
const pair = (version: OcppVersion, configuration = {}) =>
  new StationAndCsms({ setup: { identity: 'CP01', version, configuration }, schemas });

for (const version of versions) {
  describe(`registration in OCPP ${version}`, () => {
    for (const answer of ['Pending', 'Rejected'] as const) {
      it(`waits for the ordered interval after ${answer}`, async () => {
        const both = pair(version);
        both.csms.store.station('CP01').registration = answer;
        await both.start();
        both.station.call('Heartbeat', {});
        await both.pass(900);
        const boots = both.calls('BootNotification').map(({ at }) => Math.round(at / 1000));
        expect(boots).to.deep.equal([0, 300, 600, 900]);
        expect(both.calls()).to.have.length(4);
        both.csms.store.station('CP01').registration = 'Accepted';
        await both.pass(300);
        expect(both.station.registration).to.equal('Accepted');
        expect(both.calls('Heartbeat')).to.have.length.at.least(1);
        expect(both.calls('StatusNotification')).to.have.length(version === '1.6' ? 2 : 1);
        expect(both.breaches()).to.deep.equal([]);
      });
    }

    it('serves the CSMS while Pending, and nobody while Rejected', async () => {
      const both = pair(version);
      both.csms.store.station('CP01').registration = 'Pending';
      await both.start();
      const trigger = { requestedMessage: 'BootNotification' };
      expect(await both.ask('TriggerMessage', trigger)).to.deep.include({ status: 'Accepted' });
      expect(both.calls('BootNotification')).to.have.length(2);
      const status = await both.ask('TriggerMessage', { requestedMessage: 'Heartbeat' });
      expect(status).to.deep.include({ status: 'Accepted' });
      expect(both.calls('Heartbeat')).to.have.length(1);

      both.csms.store.station('CP01').registration = 'Rejected';
      await both.ask('TriggerMessage', trigger);
      const sent = await both.command('TriggerMessage', trigger);
      expect(sent.reached && sent.reply).to.include({ kind: 'callerror', code: 'SecurityError' });
    });

    it('comes back without a boot, and tells what changed meanwhile', async () => {
      const both = pair(version);
      await both.start();
      await both.cut();
      both.station.plugIn(1);
      const from = both.mark;
      both.up();
      await both.pass(120);
      const actions = both.calls(undefined, from).filter(({ action }) => action !== 'Heartbeat');
      expect(actions[0]?.action).to.equal(version === '1.6' ? 'StatusNotification' : 'TransactionEvent');
      expect(actions.map(({ action }) => action)).to.not.include('BootNotification');
      expect(
        both.calls('StatusNotification', from).map(({ payload }) => payload['status'] ?? payload['connectorStatus']),
      ).to.deep.equal([version === '1.6' ? 'Preparing' : 'Occupied']);
      expect(both.breaches()).to.deep.equal([]);
    });

    it('waits longer after each attempt in vain, at random', async () => {
      const delays: number[] = [];
      const both = pair(version);
      await both.start();
      const dialled = both.clock.setTimeout.bind(both.clock);
      both.clock.setTimeout = (work, ms) => {
        delays.push(ms);
        return dialled(work, ms);
      };
      await both.cut();
      both.station.end();
      const first = delays.filter((ms) => ms >= 10_000 && ms < 20_000 && ms % 1000 !== 0);
      expect(first).to.have.length(1);
    });

    it('backs off twice as long each time, as often as is configured', async () => {
      const keys = version === '1.6' ? '' : 'OCPPCommCtrlr.';
      const both = pair(version, {
        [`${keys}RetryBackOffWaitMinimum`]: '10',
        [`${keys}RetryBackOffRandomRange`]: '0',
        [`${keys}RetryBackOffRepeatTimes`]: '2',
      });
      await both.start();
      await both.cut();
      const dials: number[] = [];
      const timeouts = both.clock.setTimeout.bind(both.clock);
      both.clock.setTimeout = (work, ms) => {
        if (ms >= 10_000 && ms <= 80_000) dials.push(ms);
        return timeouts(work, ms);
      };
      await both.pass(200);
      expect(dials.filter((ms) => ms % 10_000 === 0)).to.deep.equal([20_000, 40_000, 40_000, 40_000, 40_000, 40_000]);
    });
  });
}
