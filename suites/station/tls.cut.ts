/** Charger: its connection is cut in the middle of an answer, as a peer does that is gone: it comes back, and asks again. */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCallResult } from '../../src/ocppj/encode.ts';
import { quiet } from './states.ts';
import { back, backCheck, control } from './tls.door.ts';

export default suite('station/tls', 'TLS that is cut', [
  testCase({
    id: 'station/tls/cut-in-answer',
    title: 'A station whose connection is cut in the middle of an answer comes back, and sends the CALL again',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    profiles: [2, 3],
    bytes: true,
    exclusive: true,
    checks: {
      back: { ...backCheck, says: 'when the connection was cut without a close, the station comes back' },
      again: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.03' },
        level: 'SHALL',
        says: 'half an answer to its BootNotification is none: it is sent again, and answered in whole it is registered',
      },
    },
    catches: {
      back: behaviour('never-comes-back', 'a connection that was lost is never made again'),
      again: behaviour('boots-once-a-start', 'a BootNotification that was not answered is not sent again'),
    },
    async run(context) {
      const { check, clock, csms, dialect, orders } = context;
      await control(context);
      csms.answer('BootNotification', () => {});
      const since = csms.mark;
      await csms.need('Reset', orders.reset('now'), ['Accepted']);
      const boot = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      if (boot === undefined) throw new Unmet('the station does not boot after a reset');
      csms.answer('BootNotification', undefined);
      const behind = csms.mark;
      const answer = { status: 'Accepted', currentTime: new Date(clock.now()).toISOString(), interval: INTERVAL_S };
      const coming = csms.attempt();
      csms.cutInside(encodeCallResult(boot.id, answer));
      await coming;
      const again = await csms.awaitCall('BootNotification', { since: behind, timeoutMs: csms.patienceMs });
      check('again', () => expect(again, `a BootNotification of ${dialect.version}`).to.not.equal(undefined));
      await back(context);
      await quiet(context);
    },
  }),
]);

/** Seconds between heartbeats, in an answer that does not arrive. */
const INTERVAL_S = 300;
