/** Charger, 2.x provisioning: what a station on hold may be asked, what one that is rejected refuses, and resets of one EVSE. */
import { alter, behaviour, drop, insteadOf } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { remoteStart } from './remote-words.ts';
import { askReport } from './reporting.v2.ts';
import { EVSE, inTime, ready, reset, statusTold, undone } from './states.ts';

const versions = ['2.0.1'] as const;

/** Seconds on hold: enough for what is asked meanwhile. */
const HOLD_S = 60;
/** Seconds to the next boot of a station that was rejected. */
const RETRY_S = 2;

const THRESHOLD = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'OfflineThreshold' } };

export default suite('station/provisioning', 'Provisioning', [
  testCase({
    id: 'station/provisioning/pending-orders',
    title: 'A station on hold is set up, reports, starts nothing, and registers when it is asked to',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_02_CS' },
    checks: {
      sets: { ref: 'B02.FR.01', level: 'SHALL', says: 'on hold, it lets a variable be set, and tells the new value' },
      reports: { ref: 'B02.FR.01', level: 'SHALL', says: 'on hold, it makes the report that it is asked for' },
      starts: { ref: 'B02.FR.05', level: 'SHALL', says: 'on hold, a start from afar is rejected' },
      stops: { ref: 'B02.FR.05', level: 'SHALL', says: 'on hold, a stop from afar is rejected' },
      stays: { ref: 'B02.FR.06', level: 'SHALL', says: 'on hold, it keeps the connection' },
      asked: { ref: 'F06.FR.05', level: 'SHOULD', says: 'asked to register, it agrees' },
      triggered: {
        ref: 'F06.FR.10',
        level: 'SHALL',
        says: 'where it agrees, it registers at once, because it was asked to',
      },
      status: { ref: 'B01.FR.05', level: 'SHALL', says: 'once it is accepted, it tells the status of its connectors' },
    },
    catches: {
      sets: [
        alter('SetVariables', { setVariableResult: [] }),
        alter(
          'GetVariables',
          (payload) => ({
            getVariableResult: ((payload as Payload)['getVariableResult'] as Payload[]).map((one) => ({
              ...one,
              attributeValue: '899',
            })),
          }),
          { name: 'an old value', kind: 'callresult' },
        ),
      ],
      reports: [drop('NotifyReport'), alter('GetBaseReport', { status: 'Rejected' })],
      starts: alter('RequestStartTransaction', { status: 'Accepted' }),
      stops: alter('RequestStopTransaction', { status: 'Accepted' }),
      stays: behaviour('hangs-up-on-hold', 'a station that is not accepted closes its connection'),
      asked: alter('TriggerMessage', { status: 'Rejected' }),
      triggered: [
        alter('BootNotification', { reason: 'PowerUp' }),
        behaviour('never-retries', 'a boot that was not accepted is never sent again'),
      ],
      status: drop('StatusNotification'),
    },
    async run(context) {
      const { after, check, clock, csms, orders, random } = context;
      await ready(context);
      const read = () => csms.call('GetVariables', { getVariableData: [THRESHOLD] });
      const set = (attributeValue: unknown) =>
        csms.call('SetVariables', { setVariableData: [{ ...THRESHOLD, attributeValue }] });
      const before = at((await read()).payload, 'getVariableResult[0].attributeValue');
      csms.answer('BootNotification', (call) => {
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: HOLD_S, status: 'Pending' });
        csms.answer('BootNotification', undefined);
      });
      const { boot, since } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      const { connections } = csms;
      const stays = (alive: unknown) =>
        check('stays', () => expect([alive, csms.connections]).to.deep.equal([true, connections]));
      const first = csms.connected ? await read() : undefined;
      stays(first !== undefined && first.kind !== 'closed');
      const value = String(61 + Math.floor(random() * 500));
      if (before !== undefined) after(() => set(before));
      const written = await set(value);
      const now = await read();
      check('sets', () => {
        expect(at(written.payload, 'setVariableResult[0].attributeStatus'), describe(written)).to.equal('Accepted');
        expect(at(now.payload, 'getVariableResult[0].attributeValue'), describe(now)).to.equal(value);
      });
      const report = await askReport(context, 'GetBaseReport', { reportBase: 'ConfigurationInventory' });
      check('reports', () => {
        expect(report.reply).to.be.callResult({ status: 'Accepted' });
        expect(report.items.length, 'items of the report').to.be.at.least(1);
      });
      const start = remoteStart(context, await context.token('valid'), EVSE);
      // A right CSMS orders nothing of the kind before it accepts: sent on purpose.
      const started = await csms.provoke(start.action, start.payload);
      undone(context, started);
      check('starts', () => expect(started).to.be.callResult({ status: 'Rejected' }));
      const stopped = await csms.provoke('RequestStopTransaction', { transactionId: 'plugproof-977' });
      check('stops', () => expect(stopped).to.be.callResult({ status: 'Rejected' }));
      stays(csms.connected);
      const mark = csms.mark;
      const asked = await csms.call('TriggerMessage', orders.trigger('BootNotification'));
      const agrees = asked.payload['status'] === 'Accepted';
      check('asked', () => expect(asked).to.be.callResult({ status: 'Accepted' }));
      const again = await csms.awaitCall('BootNotification', {
        since: mark,
        timeoutMs: agrees ? context.sut.timeoutMs : inTime(context, HOLD_S),
      });
      check('triggered', () => {
        expect(again, 'another BootNotification').to.not.equal(undefined);
        if (agrees) expect(again?.payload['reason']).to.equal('Triggered');
      });
      if (again === undefined) return;
      const told = await statusTold(context, 'Available', since);
      check('status', () => expect(told, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/provisioning/rejected-refuses',
    title: 'A station that is rejected serves nobody: it refuses with SecurityError, or has hung up',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_30_CS' },
    checks: {
      refuses: { ref: 'B03.FR.08', level: 'SHALL', says: 'a CALL is refused with SecurityError' },
      silent: { ref: 'B03.FR.02', level: 'SHALL', says: 'and nothing follows that the CALL asked for' },
      again: { ref: 'B03.FR.06', level: 'SHALL', says: 'after the interval, the station registers again' },
    },
    catches: {
      refuses: [
        insteadOf('GetBaseReport', 'served', ({ id }) => `[3,"${id}",{"status":"Accepted"}]`),
        insteadOf('GetBaseReport', 'NotSupported', ({ id }) => `[4,"${id}","NotSupported","",{}]`),
      ],
      silent: {
        name: 'reports-when-rejected',
        says: 'a report comes from a station that is rejected',
        rewrite: (out) =>
          out.action === 'GetBaseReport'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","NotifyReport",{"requestId":1,"generatedAt":"2026-01-01T00:00:00Z","seqNo":0}]`,
                  afterMs: 5,
                },
              ]
            : undefined,
      },
      again: behaviour('never-retries', 'a boot that was not accepted is never sent again'),
    },
    async run(context) {
      const { check, clock, csms } = context;
      await ready(context);
      csms.answer('BootNotification', (call) => {
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: RETRY_S, status: 'Rejected' });
        csms.answer('BootNotification', undefined);
      });
      const { boot, since } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      // A right CSMS sends it nothing; it is sent on purpose.
      const reply = csms.connected
        ? await csms.provoke('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' })
        : undefined;
      check('refuses', () => {
        if (reply === undefined || reply.kind === 'closed') return;
        expect(reply).to.be.callError({ preferred: 'SecurityError', accepted: [] });
      });
      const again = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      check('silent', () => expect(csms.calls(since, 'NotifyReport').length, 'parts of a report').to.equal(0));
      check('again', () => expect(again, 'another BootNotification').to.not.equal(undefined));
      if (again !== undefined) await statusTold(context, 'Available', since);
    },
  }),
]);
