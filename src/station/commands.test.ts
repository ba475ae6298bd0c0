/** What the CSMS asks of a charger, and what the charger does about it: deeds, not words alone. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { operatorWords } from '../dialects/operator-words.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';

const schemas = loadMessageSchemas();
const versions = ['1.6', '2.0.1', '2.1'] as const;

for (const version of versions) {
  const legacy = version === '1.6';
  const words = operatorWords[version];
  const pair = (configuration = {}, evses = 2) =>
    new StationAndCsms({ setup: { identity: 'CP01', version, evses, configuration }, schemas });
  const charging = async (configuration = {}, evses = 2) => {
    const both = pair(configuration, evses);
    await both.start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(10);
    return both;
  };
  const remoteStart = (idToken: string, evseId?: number) =>
    legacy
      ? { idTag: idToken, ...(evseId !== undefined && { connectorId: evseId }) }
      : { remoteStartId: 5, idToken: { idToken, type: 'ISO14443' }, ...(evseId !== undefined && { evseId }) };
  const START = legacy ? 'RemoteStartTransaction' : 'RequestStartTransaction';
  const STOP = legacy ? 'RemoteStopTransaction' : 'RequestStopTransaction';
  const id = (both: StationAndCsms) => {
    const [transaction] = both.csms.store.transactions;
    return { transactionId: legacy ? Number(transaction?.id) : transaction?.id };
  };
  const said = (both: StationAndCsms, from: number) =>
    both
      .calls(undefined, from)
      .filter(({ action }) => action !== 'Heartbeat')
      .map(({ action, payload }) =>
        [action, payload['status'] ?? payload['connectorStatus'] ?? payload['eventType'] ?? payload['reason']]
          .filter(Boolean)
          .join(' '),
      );
  const statusOf = (both: StationAndCsms, evseId = 1) =>
    both.csms.store.station('CP01').connectors.get(legacy ? `${evseId}` : `${evseId}/1`);

  describe(`commands in OCPP ${version}`, () => {
    it('starts remotely where a cable is, and stops remotely', async () => {
      const both = pair({ AuthorizeRemoteTxRequests: 'true', 'AuthCtrlr.AuthorizeRemoteStart': 'true' });
      await both.start();
      both.station.plugIn(2);
      await both.pass(1);
      expect(await both.ask(START, remoteStart('PP-VALID'))).to.include({ status: 'Accepted' });
      expect(both.calls('Authorize')).to.have.length(1);
      await both.pass(5);
      const [transaction] = both.csms.store.transactions;
      expect(transaction).to.include({ evseId: 2 });
      expect(await both.ask(STOP, id(both))).to.include({ status: 'Accepted' });
      expect(transaction?.endedAt).to.be.a('string');
      const last = both.calls(legacy ? 'StopTransaction' : 'TransactionEvent').at(-1)?.payload;
      if (legacy) expect(last).to.include({ reason: 'Remote' });
      else expect(last?.['transactionInfo']).to.include({ stoppedReason: 'Remote' });
      expect(await both.ask(STOP, id(both))).to.include({ status: 'Rejected' });
      expect(both.breaches()).to.deep.equal([]);
    });

    it('does not start remotely where it can not', async () => {
      const both = await charging();
      expect(await both.ask(START, remoteStart('PP-SECOND', 1))).to.include({ status: 'Rejected' });
      expect(await both.ask(START, remoteStart('PP-SECOND', 9))).to.include({ status: 'Rejected' });
    });

    for (const when of ['now', 'idle'] as const) {
      it(`resets ${when} with a transaction running`, async () => {
        const both = await charging();
        const from = both.mark;
        const { status } = await both.ask('Reset', words.reset(when));
        const waits = !legacy && when === 'idle';
        expect(status).to.equal(waits ? 'Scheduled' : 'Accepted');
        if (waits) {
          await both.pass(30);
          expect(both.calls('BootNotification', from)).to.deep.equal([]);
          both.station.presentToken(1, 'PP-VALID');
        }
        await both.pass(20);
        const story = said(both, from);
        const ended = story.findIndex(
          (line) => line.startsWith('StopTransaction') || line === 'TransactionEvent Ended',
        );
        const booted = story.findIndex((line) => line.startsWith('BootNotification'));
        expect(ended).to.be.at.least(0);
        expect(booted).to.be.above(ended);
        expect(both.station.registration).to.equal('Accepted');
        const boot = both.calls('BootNotification', from)[0]?.payload;
        if (!legacy) expect(boot?.['reason']).to.equal(when === 'now' ? 'RemoteReset' : 'ScheduledReset');
        expect(story.slice(booted + 1)).to.have.length(legacy ? 3 : 2);
        expect(both.breaches().filter(({ id: name }) => name !== 'keeps-connection')).to.deep.equal([]);
      });
    }

    it('becomes inoperative behind a transaction, stays so over a reset, and comes back', async () => {
      const both = await charging();
      expect(await both.ask('ChangeAvailability', words.changeAvailability(false))).to.include({ status: 'Scheduled' });
      expect(statusOf(both, 2)).to.equal('Unavailable');
      expect(statusOf(both, 1)).to.equal(legacy ? 'Charging' : 'Occupied');
      both.station.presentToken(1, 'PP-VALID');
      await both.pass(1);
      both.station.plugOut(1);
      await both.pass(1);
      expect(statusOf(both, 1)).to.equal('Unavailable');
      await both.ask('Reset', words.reset('now'));
      await both.pass(20);
      expect(statusOf(both, 1)).to.equal('Unavailable');
      both.station.plugIn(1);
      both.station.presentToken(1, 'PP-VALID');
      await both.pass(1);
      expect(both.csms.store.transactions).to.have.length(1);
      both.station.plugOut(1);
      expect(await both.ask('ChangeAvailability', words.changeAvailability(true))).to.include({ status: 'Accepted' });
      expect([statusOf(both, 1), statusOf(both, 2)]).to.deep.equal(['Available', 'Available']);
    });

    it('unlocks', async () => {
      const both = await charging();
      expect(await both.ask('UnlockConnector', words.unlock(1, 1))).to.include({
        status: legacy ? 'Unlocked' : 'OngoingAuthorizedTransaction',
      });
      expect(both.csms.store.transactions[0]?.endedAt !== undefined).to.equal(legacy);
      expect(await both.ask('UnlockConnector', words.unlock(2, 1))).to.include({ status: 'Unlocked' });
      expect(await both.ask('UnlockConnector', words.unlock(9, 1))).to.include({
        status: legacy ? 'NotSupported' : 'UnknownConnector',
      });
    });

    it('sends what it is asked to send', async () => {
      const both = await charging();
      const triggers: [string, string?][] = [
        ['Heartbeat'],
        ['MeterValues'],
        ['StatusNotification'],
        ['FirmwareStatusNotification'],
        [legacy ? 'DiagnosticsStatusNotification' : 'LogStatusNotification'],
        ...(legacy ? [] : [['TransactionEvent'] as [string]]),
      ];
      for (const [action] of triggers) {
        const from = both.mark;
        expect(await both.ask('TriggerMessage', words.trigger(action, 1, 1))).to.include({ status: 'Accepted' });
        expect(both.calls(action, from), action).to.have.length(1);
      }
      expect(await both.ask('TriggerMessage', words.trigger('BootNotification'))).to.include({ status: 'Rejected' });
      expect(await both.ask('TriggerMessage', words.trigger('MeterValues', 9))).to.include({ status: 'Rejected' });
      expect(both.breaches()).to.deep.equal([]);
    });

    it('echoes data of the one vendor that it knows', async () => {
      const both = pair();
      await both.start();
      expect(await both.ask('DataTransfer', words.dataTransfer('org.plugproof', 'echo', 'x'))).to.deep.equal({
        status: 'Accepted',
        data: 'x',
      });
      expect(await both.ask('DataTransfer', words.dataTransfer('org.plugproof', 'other', 'x'))).to.deep.equal({
        status: 'UnknownMessageId',
      });
      expect(await both.ask('DataTransfer', words.dataTransfer('com.example', 'echo', 'x'))).to.deep.equal({
        status: 'UnknownVendorId',
      });
    });

    it('says so where it does not know an action or a payload is wrong', async () => {
      const both = pair({ SupportedFeatureProfiles: 'Core', 'SmartChargingCtrlr.Enabled': 'false' });
      await both.start();
      const unknown = await both.command('NoSuchAction', {});
      expect(unknown.reached && unknown.reply.code).to.equal('NotImplemented');
      const unsupported = await both.command('GetCompositeSchedule', {
        ...(legacy ? { connectorId: 1 } : { evseId: 1 }),
        duration: 60,
      });
      expect(unsupported.reached && unsupported.reply.code).to.equal('NotSupported');
      const wrong = await both.command('Reset', {});
      expect(wrong.reached && wrong.reply.code).to.equal(
        legacy ? 'OccurenceConstraintViolation' : 'OccurrenceConstraintViolation',
      );
    });

    it('tells after a power failure what it stopped', async () => {
      const both = await charging();
      const from = both.mark;
      both.station.powerCycle();
      await both.pass(30);
      const boot = both.calls(undefined, from).findIndex(({ action }) => action === 'BootNotification');
      expect(boot).to.equal(0);
      const last = both.calls(legacy ? 'StopTransaction' : 'TransactionEvent', from).at(-1)?.payload;
      if (legacy) expect(last).to.include({ reason: 'PowerLoss' });
      else expect(last?.['transactionInfo']).to.include({ stoppedReason: 'PowerLoss' });
      expect(both.breaches().filter(({ id: name }) => name !== 'keeps-connection')).to.deep.equal([]);
    });
  });
}
