/** CSMS, provisioning: what both versions have of registration. */
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofEvse, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { booted, CONNECTOR, connected, EVSE, now, OTHER_EVSE } from './states.ts';

export default suite('csms/provisioning', 'Provisioning', [
  testCase({
    id: 'csms/provisioning/cold-boot',
    title: 'CSMS registers a known station at cold boot',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': 'TC_001_CSMS', '2.0.1': 'TC_B_01_CSMS' },
    checks: {
      accepted: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02' },
        level: 'SHALL',
        says: 'a known station is accepted',
      },
      clock: {
        ref: 'BootNotificationResponse.currentTime',
        level: 'SHALL',
        says: 'currentTime is the clock of the CSMS',
      },
      interval: {
        ref: 'BootNotificationResponse.interval',
        level: 'SHALL',
        says: 'the heartbeat interval is a number of seconds that a station can keep: at most a day, and not negative',
      },
      status: {
        ref: { '1.6': '4.9', '2.0.1': 'G01.FR.04' },
        level: 'SHALL',
        says: 'the status of each connector is taken',
      },
      heartbeat: {
        ref: 'HeartbeatResponse.currentTime',
        level: 'SHALL',
        says: 'a heartbeat is answered with the clock of the CSMS',
      },
    },
    catches: {
      accepted: alter('BootNotification', { status: 'Rejected' }),
      clock: alter('BootNotification', { currentTime: '1970-01-01T00:00:00Z' }),
      interval: alter('BootNotification', { interval: -1 }),
      status: drop('StatusNotification'),
      heartbeat: alter('Heartbeat', { currentTime: '2031-01-01T00:00:00Z' }),
    },
    async run(context) {
      const { station, words, sut, check, clock } = context;
      await connected(context);
      const boot = await station.call('BootNotification', words.boot(sut.station, 'PowerUp'));
      check('accepted', () => expect(boot).to.be.callResult({ status: 'Accepted' }));
      check('clock', () => expect(boot.payload['currentTime']).to.be.recentInstant());
      check('interval', () => expect(boot.payload['interval']).to.be.within(0, 86_400));

      const at = new Date(clock.now()).toISOString();
      const status = await station.call('StatusNotification', words.status(1, 1, 'Available', at));
      check('status', () => expect(status).to.be.callResult());

      const heartbeat = await station.call('Heartbeat', {});
      check('heartbeat', () => expect(heartbeat.payload['currentTime']).to.be.recentInstant());
    },
  }),

  testCase({
    id: 'csms/provisioning/reset-at-once',
    title: 'CSMS resets a station at once, and registers it again',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': 'TC_013_CSMS' },
    needs: ['Reset'],
    checks: {
      asked: { ref: 'ResetRequest.type', level: 'SHALL', says: 'the CALL is the reset that the operator asked for' },
      back: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02' },
        level: 'SHALL',
        says: 'the station is accepted when it boots after the reset',
      },
    },
    catches: {
      asked: { '1.6': alter('Reset', { type: 'Soft' }), '2.0.1': alter('Reset', { type: 'OnIdle' }) },
      back: behaviour('accepts-one-boot', 'a station that boots again is put on hold'),
    },
    async run(context) {
      const { station, words, orders, sut, operator, check } = context;
      await booted(context);
      const reset = await operator.order('Reset', orders.reset('now'));
      check('asked', () => expect(reset).to.carryWhatWasAsked());
      reset.call.respond({ status: 'Accepted' });
      await station.reconnect();
      const again = await station.call('BootNotification', words.boot(sut.station, 'RemoteReset'));
      check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
    },
  }),

  testCase({
    id: 'csms/provisioning/reset-when-idle',
    title: 'CSMS resets a station when it is idle, and registers it again',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': 'TC_014_CSMS', '2.0.1': 'TC_B_20_CSMS' },
    needs: ['Reset'],
    checks: {
      asked: { ref: 'ResetRequest.type', level: 'SHALL', says: 'the CALL is the reset that the operator asked for' },
      back: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02' },
        level: 'SHALL',
        says: 'the station is accepted when it boots after the reset',
      },
      taken: takenCheck,
    },
    catches: {
      asked: { '1.6': alter('Reset', { type: 'Hard' }), '2.0.1': alter('Reset', { type: 'Immediate' }) },
      back: behaviour('accepts-one-boot', 'a station that boots again is put on hold'),
      taken: drop('StatusNotification', ofEvse(OTHER_EVSE)),
    },
    async run(context) {
      const { words, orders, station, sut, check } = context;
      await booted(context);
      await ordered(context, 'Reset', orders.reset('idle'), { status: 'Accepted' });
      await station.reconnect();
      const again = await station.call('BootNotification', words.boot(sut.station, 'ScheduledReset'));
      check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
      for (const evseId of [EVSE, OTHER_EVSE])
        await reports(context, words.status(evseId, CONNECTOR, 'Available', now(context)));
    },
  }),

  testCase({
    id: 'csms/provisioning/reset-refused',
    title: 'CSMS goes on with a station that refuses to be reset',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    needs: ['Reset'],
    checks: {
      asked: { ref: 'ResetRequest.type', level: 'SHALL', says: 'the CALL is the reset that the operator asked for' },
      servedOn: servedOnCheck,
    },
    catches: {
      asked: { '1.6': alter('Reset', { type: 'Soft' }), '2.0.1': alter('Reset', { type: 'OnIdle' }) },
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      await ordered(context, 'Reset', context.orders.reset('now'), { status: 'Rejected' });
      await servedOn(context);
    },
  }),
]);
