/** Charger, 2.x firmware while a vehicle charges: nobody is cut off for an update. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { eventBehind, tellsOf } from './faults.v2.ts';
import { goes } from './states.auth.v2.ts';
import { countOf, EVSE, OTHER_EVSE, otherIsFree, quiet, statusTold } from './states.ts';
import { charging, ended, event, isOf, SESSION, valueOfVariable } from './states.v2.ts';
import {
  FAILED,
  finished,
  GOOD,
  judgeAccepted,
  judgeSteps,
  order,
  securityEvent,
  skipped,
  step,
  stepChecks,
  stepsOf,
} from './updates.ts';

export default suite('station/firmware', 'Firmware while a vehicle charges', [
  testCase({
    id: 'station/firmware/while-charging',
    title: 'An update does not end a transaction: it waits for its end, or does without',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_L_13_CS', 'TC_L_15_CS', 'TC_L_16_CS'] },
    needs: SESSION,
    file: GOOD,
    checks: {
      ...stepChecks,
      goesOn: { ref: 'L01.FR.06', level: 'SHALL', says: 'the transaction goes on' },
      closed: {
        ref: 'L01.FR.07',
        level: 'SHALL',
        says: 'while it waits, an EVSE that is not in use is Unavailable, unless new sessions are allowed',
      },
      local: { ref: 'L01.FR.06', level: 'SHALL', says: 'and ends as others do, by a local act' },
      installed: { ref: 'L01.FR.28', level: 'SHALL', says: 'in the end the firmware is installed' },
      event: { ref: 'L01.FR.31', level: 'SHALL', says: 'and told as a security event' },
      open: { ref: 'L01.FR.07', level: 'SHALL', says: 'then the EVSEs are Available' },
    },
    catches: {
      accepted: alter('UpdateFirmware', { status: 'Rejected' }),
      told: [skipped('Downloaded'), skipped('SignatureVerified')],
      belongs: alter('FirmwareStatusNotification', { requestId: 7 }),
      goesOn: eventBehind('UpdateFirmware', 'ends-for-firmware', 'an update ends the transaction', {
        eventType: 'Ended',
        triggerReason: 'RemoteStop',
      }),
      closed: alter('StatusNotification', { connectorStatus: 'Available' }, tellsOf('Unavailable')),
      local: alter('TransactionEvent', { transactionInfo: { stoppedReason: 'Reboot' } }, tellsOf('Ended')),
      installed: alter('FirmwareStatusNotification', { status: 'InstallationFailed' }, tellsOf('Installed')),
      event: alter('SecurityEventNotification', { type: 'StartupOfTheDevice' }),
      open: behaviour('silent-after-restart', 'after a restart no status is told'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const allowed = await valueOfVariable(
        context,
        { name: 'ChargingStation' },
        'AllowNewSessionsPendingFirmwareUpdate',
      );
      const other = await otherIsFree(context);
      const ordered = await order(context, 'firmware');
      judgeAccepted(context, ordered);
      finished(context, ordered);
      const rests = await step(
        context,
        ordered,
        'DownloadScheduled',
        'InstallScheduled',
        'Installing',
        'Installed',
        ...FAILED,
      );
      const waits = /Scheduled/.test(String(rests?.payload['status']));
      const shuts = waits && other && allowed?.toLowerCase() !== 'true';
      const out = shuts ? await statusTold(context, 'Unavailable', ordered.since, { evseId: OTHER_EVSE }) : undefined;
      check('closed', () => {
        if (shuts) expect(out, `EVSE ${OTHER_EVSE} told to be Unavailable`).to.not.equal(undefined);
        else expect(rests, 'a step of the update').to.not.equal(undefined);
      });
      const ends = await countOf(context, 'TransactionEvent', ordered.since, ended);
      check('goesOn', () => expect(ends, 'transactions ended').to.equal(0));
      await hands.presentToken(token);
      await goes(context);
      const end = await event(context, ordered.since, (payload) => ended(payload) && isOf(transactionId)(payload));
      check('local', () => expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']));
      const done = await step(context, ordered, 'Installed', ...FAILED);
      check('installed', () => expect(done?.payload['status']).to.equal('Installed'));
      const told = await securityEvent(context, ordered.since, 'FirmwareUpdated');
      check('event', () => expect(told, 'SecurityEventNotification FirmwareUpdated').to.not.equal(undefined));
      const since = done === undefined ? csms.mark : csms.calls(0).indexOf(end ?? done);
      const free = await Promise.all(
        [EVSE, ...(shuts ? [OTHER_EVSE] : [])].map((evseId) => statusTold(context, 'Available', since, { evseId })),
      );
      check('open', () => expect(free, 'Available').to.not.include(undefined));
      await quiet(context);
      const words = stepsOf(context, ordered).map(({ payload }) => String(payload['status']));
      judgeSteps(context, ordered, [
        ...(words.includes('DownloadScheduled') ? ['DownloadScheduled'] : []),
        'Downloading',
        'Downloaded',
        'SignatureVerified',
        ...(words.includes('InstallScheduled') ? ['InstallScheduled'] : []),
        'Installing',
        'Installed',
      ]);
    },
  }),
]);
