/** Firmware updates and uploads of logs, as told step by step. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';

const schemas = loadMessageSchemas();
const AT_ONCE = '2025-12-31T00:00:00Z';

describe('firmware and logs in OCPP 1.6', () => {
  const start = async () => {
    const both = new StationAndCsms({ setup: { identity: 'CP01', version: '1.6' }, schemas });
    await both.start();
    return both;
  };
  const told = (both: StationAndCsms, action: string) => both.calls(action).map(({ payload }) => payload['status']);

  it('installs, restarts and tells', async () => {
    const both = await start();
    await both.ask('UpdateFirmware', { location: 'https://files/new.bin', retrieveDate: AT_ONCE });
    await both.pass(60);
    expect(told(both, 'FirmwareStatusNotification')).to.deep.equal([
      'Downloading',
      'Downloaded',
      'Installing',
      'Installed',
    ]);
    expect(both.calls('BootNotification')).to.have.length(2);
  });

  it('waits for a transaction, and for none that is missing', async () => {
    const both = await start();
    both.station.plugIn(1);
    both.station.presentToken(1, 'PP-VALID');
    await both.ask('UpdateFirmware', { location: 'https://files/new.bin', retrieveDate: AT_ONCE });
    await both.pass(100);
    expect(told(both, 'FirmwareStatusNotification')).to.deep.equal(['Downloading', 'Downloaded']);
    both.station.presentToken(1, 'PP-VALID');
    await both.pass(60);
    expect(told(both, 'FirmwareStatusNotification').slice(2)).to.deep.equal(['Installing', 'Installed']);
    expect(both.calls('StatusNotification').map(({ payload }) => payload['status'])).to.include('Unavailable');
  });

  it('tells what failed', async () => {
    const both = await start();
    await both.ask('UpdateFirmware', {
      location: 'https://files/missing.bin',
      retrieveDate: AT_ONCE,
      retries: 1,
      retryInterval: 5,
    });
    await both.pass(60);
    expect(told(both, 'FirmwareStatusNotification')).to.deep.equal(['Downloading', 'Downloading', 'DownloadFailed']);
    await both.ask('UpdateFirmware', { location: 'https://files/broken.bin', retrieveDate: AT_ONCE });
    await both.pass(60);
    expect(told(both, 'FirmwareStatusNotification').slice(3)).to.deep.equal([
      'Downloading',
      'Downloaded',
      'Installing',
      'InstallationFailed',
    ]);
    expect(both.calls('BootNotification')).to.have.length(1);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('checks the signature of what is signed', async () => {
    const both = await start();
    const firmware = (location: string) => ({
      location,
      retrieveDateTime: AT_ONCE,
      signingCertificate: 'x',
      signature: 'y',
    });
    await both.ask('SignedUpdateFirmware', { requestId: 3, firmware: firmware('https://files/bad-signature.bin') });
    await both.pass(60);
    const signed = both.calls('SignedFirmwareStatusNotification').map(({ payload }) => payload);
    expect(signed.map(({ status }) => status)).to.deep.equal(['Downloading', 'Downloaded', 'InvalidSignature']);
    expect(signed.every(({ requestId }) => requestId === 3)).to.equal(true);
    expect(both.calls('SecurityEventNotification').map(({ payload }) => payload['type'])).to.deep.equal([
      'InvalidFirmwareSignature',
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('answers the extended trigger with the message for signed firmware, and the last step where it failed', async () => {
    const both = await start();
    const trigger = () => both.ask('ExtendedTriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
    const last = () => both.calls('SignedFirmwareStatusNotification').at(-1)?.payload;
    await trigger();
    expect(last()).to.deep.equal({ status: 'Idle' });
    const firmware = { retrieveDateTime: AT_ONCE, signingCertificate: 'x', signature: 'y' };
    const location = 'https://files/missing.bin';
    await both.ask('SignedUpdateFirmware', { requestId: 3, firmware: { ...firmware, location } });
    await both.pass(60);
    await trigger();
    expect(last()).to.deep.equal({ status: 'DownloadFailed', requestId: 3 });
    expect(both.calls('FirmwareStatusNotification')).to.have.length(0);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('gives up an upload of a log for a newer one, for which it has no word of status', async () => {
    const both = await start();
    const log = { remoteLocation: 'https://files/' };
    await both.ask('GetLog', { logType: 'SecurityLog', requestId: 1, log });
    const second = await both.ask('GetLog', { logType: 'SecurityLog', requestId: 2, log });
    expect(second).to.include({ status: 'AcceptedCanceled' });
    await both.pass(30);
    const steps = both.calls('LogStatusNotification').map(({ payload }) => [payload['status'], payload['requestId']]);
    expect(steps).to.deep.equal([
      ['Uploading', 1],
      ['Uploading', 2],
      ['Uploaded', 2],
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('uploads diagnostics, or tells that it could not', async () => {
    const both = await start();
    expect(await both.ask('GetDiagnostics', { location: 'https://files/' })).to.have.property('fileName');
    await both.pass(30);
    await both.ask('GetDiagnostics', { location: 'https://files/missing/' });
    await both.pass(30);
    expect(told(both, 'DiagnosticsStatusNotification')).to.deep.equal([
      'Uploading',
      'Uploaded',
      'Uploading',
      'UploadFailed',
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });
});

describe('firmware and logs in OCPP 2.0.1', () => {
  const start = async () => {
    const both = new StationAndCsms({ setup: { identity: 'CP01', version: '2.0.1' }, schemas });
    await both.start();
    return both;
  };
  const told = (both: StationAndCsms, action: string) =>
    both.calls(action).map(({ payload }) => [payload['status'], payload['requestId']]);

  it('installs when it is time, restarts and tells', async () => {
    const both = await start();
    const soon = new Date(both.clock.now() + 30_000).toISOString();
    const firmware = {
      location: 'https://files/new.bin',
      retrieveDateTime: soon,
      signingCertificate: 'x',
      signature: 'y',
    };
    expect(await both.ask('UpdateFirmware', { requestId: 4, firmware })).to.include({ status: 'Accepted' });
    await both.pass(120);
    const statuses = [
      'DownloadScheduled',
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'Installing',
      'InstallRebooting',
      'Installed',
    ];
    expect(told(both, 'FirmwareStatusNotification')).to.deep.equal(statuses.map((status) => [status, 4]));
    expect(both.calls('BootNotification').at(-1)?.payload['reason']).to.equal('FirmwareUpdate');
    expect(both.calls('SecurityEventNotification').map(({ payload }) => payload['type'])).to.deep.equal([
      'FirmwareUpdated',
    ]);
    const trigger = () => both.ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
    await trigger();
    expect(told(both, 'FirmwareStatusNotification').at(-1)).to.deep.equal(['Idle', undefined]);
    expect(both.csms.store.station('CP01').connectors.get('1/1')).to.equal('Available');
  });

  it('gives up an update for a newer one', async () => {
    const both = await start();
    const firmware = {
      location: 'https://files/new.bin',
      retrieveDateTime: AT_ONCE,
      signingCertificate: 'x',
      signature: 'y',
    };
    await both.ask('UpdateFirmware', { requestId: 4, firmware });
    expect(await both.ask('UpdateFirmware', { requestId: 5, firmware })).to.include({ status: 'AcceptedCanceled' });
    await both.pass(120);
    expect(told(both, 'FirmwareStatusNotification').filter(([, id]) => id === 4)).to.deep.equal([['Downloading', 4]]);
    expect(told(both, 'FirmwareStatusNotification').at(-1)).to.deep.equal(['Installed', 5]);
  });

  it('uploads logs, one at a time', async () => {
    const both = await start();
    const log = { remoteLocation: 'https://files/' };
    expect(await both.ask('GetLog', { logType: 'SecurityLog', requestId: 1, log })).to.include({ status: 'Accepted' });
    expect(await both.ask('GetLog', { logType: 'DiagnosticsLog', requestId: 2, log })).to.include({
      status: 'AcceptedCanceled',
    });
    await both.pass(30);
    expect(told(both, 'LogStatusNotification')).to.deep.equal([
      ['Uploading', 1],
      ['AcceptedCanceled', 1],
      ['Uploading', 2],
      ['Uploaded', 2],
    ]);
    expect(both.breaches()).to.deep.equal([]);
  });
});
