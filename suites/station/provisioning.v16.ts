/** Charger, 1.6 provisioning: a boot tells who boots, and every connector is told of behind it; on hold it can be set up. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { statusFaults } from './faults.v16.ts';
import { expectStatus } from './judging.v16.ts';
import { quiet, ready, reset } from './states.ts';
import { connectors, keyValue, settled } from './states.v16.ts';

const versions = ['1.6'] as const;

/** Seconds to the next boot that the case orders. */
const RETRY_S = 13;
/** One that every charge point lets be changed, and that does nothing while nobody charges. */
const KEY = 'MeterValueSampleInterval';

/** Fields by which a station is known. */
const FACTS = [
  'chargePointVendor',
  'chargePointModel',
  'chargePointSerialNumber',
  'chargeBoxSerialNumber',
  'firmwareVersion',
];
const facts = (payload: Payload) => Object.fromEntries(FACTS.map((field) => [field, payload[field]]));

/** Restarts the station. @throws Unmet where it does not boot */
async function booted(context: Context): Promise<{ boot: IncomingCall; since: number }> {
  const { boot, since } = await reset(context, 'now');
  if (boot === undefined) throw new Unmet('the station did not boot after a reset');
  return { boot, since };
}

export default suite('station/provisioning', 'Provisioning', [
  testCase({
    id: 'station/provisioning/boot-whole',
    title: 'A boot tells who boots, and behind it the station and each connector are told of',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_001_CS' },
    checks: {
      who: { ref: '6.3', level: 'SHALL', says: 'vendor and model are told' },
      statuses: {
        ref: 'E 3.22',
        level: 'SHALL',
        says: 'connector 0 and each connector that there is are told to be Available, without an error, now',
      },
      those: { ref: '3.8', level: 'SHALL', says: 'no connector is told of that is not there' },
      told: { ref: '4.2', level: 'SHOULD', says: 'the interval of heartbeats that it was given is what its key holds' },
    },
    catches: {
      who: [alter('BootNotification', { chargePointVendor: '' }), alter('BootNotification', { chargePointModel: '' })],
      statuses: [
        ...statusFaults('Available', 'Unavailable'),
        drop('StatusNotification', { when: (payload) => /"connectorId":2/.test(JSON.stringify(payload)) }),
        drop('StatusNotification', { when: (payload) => /"connectorId":0/.test(JSON.stringify(payload)) }),
      ],
      those: alter(
        'StatusNotification',
        { connectorId: 3 },
        { when: (payload) => /"connectorId":2/.test(JSON.stringify(payload)) },
      ),
      told: behaviour('keeps-own-interval', 'the interval in the answer to the boot is not heard'),
    },
    async run(context) {
      const { check, clock, csms } = context;
      await settled(context);
      const count = await connectors(context);
      csms.answer('BootNotification', (call) =>
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: INTERVAL_S, status: 'Accepted' }),
      );
      const { boot, since } = await booted(context);
      check('who', () => {
        expect(String(boot.payload['chargePointVendor']).trim(), 'chargePointVendor').to.not.equal('');
        expect(String(boot.payload['chargePointModel']).trim(), 'chargePointModel').to.not.equal('');
      });
      for (let connectorId = 0; connectorId <= count; connectorId++) {
        const told = await csms.awaitCall('StatusNotification', {
          since,
          where: (payload) => payload['connectorId'] === connectorId,
        });
        check('statuses', () => expectStatus(told, ['Available'], connectorId));
      }
      await quiet(context);
      check('those', () => {
        const strange = csms
          .calls(since, 'StatusNotification')
          .map(({ payload }) => Number(payload['connectorId']))
          .filter((connectorId) => connectorId > count);
        expect(strange, `connectors beyond the ${count} that there are`).to.deep.equal([]);
      });
      const interval = await keyValue(context, 'HeartbeatInterval');
      check('told', () => expect(interval, 'HeartbeatInterval').to.equal(String(INTERVAL_S)));
    },
  }),

  testCase({
    id: 'station/provisioning/boots-alike',
    title: 'A station that boots twice is the same station',
    sut: 'station',
    versions,
    checks: {
      same: {
        ref: '6.3',
        level: 'SHALL',
        says: 'vendor, model, serial numbers and firmware are those of the boot before',
      },
    },
    catches: {
      same: {
        name: 'another-serial-number-each-time',
        says: 'each boot tells another serial number',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'BootNotification'
            ? [{ text: out.text.replace(/"chargePointSerialNumber":"[^"]*"/, `"chargePointSerialNumber":"${out.id}"`) }]
            : undefined,
      },
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const first = await booted(context);
      await quiet(context);
      const second = await booted(context);
      check('same', () => expect(facts(second.boot.payload)).to.deep.equal(facts(first.boot.payload)));
    },
  }),

  testCase({
    id: 'station/provisioning/asked-on-hold',
    title: 'A station on hold registers when it is asked to, and not before',
    sut: 'station',
    versions,
    feature: 'RemoteTrigger',
    checks: {
      word: { ref: '5.17', level: 'SHALL', says: 'asked for a BootNotification, it says whether it will send one' },
      comes: {
        ref: '4.2',
        level: 'SHALL',
        says: 'where it says yes, the BootNotification comes before its interval is over',
      },
      statuses: { ref: 'E 3.22', level: 'SHALL', says: 'accepted then, it tells the statuses of its connectors' },
    },
    catches: {
      word: alter('TriggerMessage', { status: 'Perhaps' }),
      comes: behaviour('never-retries', 'a boot that was not accepted is never sent again'),
      statuses: drop('StatusNotification'),
    },
    async run(context) {
      const { check, clock, csms, orders } = context;
      await ready(context);
      csms.answer('BootNotification', (call) => {
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: LONG_S, status: 'Pending' });
        csms.answer('BootNotification', undefined);
      });
      const { since } = await booted(context);
      const reply = await csms.call('TriggerMessage', orders.trigger('BootNotification'));
      check('word', () => expect(reply.payload['status']).to.be.oneOf(['Accepted', 'Rejected', 'NotImplemented']));
      if (reply.payload['status'] !== 'Accepted') throw new Unmet('the station does not register for the asking');
      const again = await csms.awaitCall('BootNotification', { since, after: reply.n });
      check('comes', () => expect(again, 'BootNotification').to.not.equal(undefined));
      if (again === undefined) return;
      const told = await csms.awaitCall('StatusNotification', { since, after: again.n });
      check('statuses', () => expect(told, 'StatusNotification').to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/provisioning/set-up-on-hold',
    title: 'A station on hold lets itself be set up',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_002_CS' },
    checks: {
      read: { ref: '4.2', level: 'SHOULD', says: 'while it is on hold, it tells its keys' },
      written: { ref: '4.2', level: 'SHOULD', says: 'while it is on hold, it takes a value for a key' },
      kept: { ref: '5.3', level: 'SHOULD', says: 'once it is accepted, the key has that value' },
    },
    catches: {
      read: refuses('GetConfiguration', 'InternalError', { when: (_, asked) => !/key/.test(JSON.stringify(asked)) }),
      written: alter('ChangeConfiguration', { status: 'Rejected' }),
      kept: alter(
        'GetConfiguration',
        (payload) => JSON.parse(JSON.stringify(payload).replace(/"value":"\d+"/g, '"value":"900"')),
        {
          name: 'an old value',
        },
      ),
    },
    async run(context) {
      const { after, check, clock, csms, random } = context;
      await ready(context);
      const before = await keyValue(context, KEY);
      after(() => csms.call('ChangeConfiguration', { key: KEY, value: before ?? '60' }));
      csms.answer('BootNotification', (call) => {
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: RETRY_S, status: 'Pending' });
        csms.answer('BootNotification', undefined);
      });
      const { since } = await booted(context);
      const all = await csms.call('GetConfiguration', {});
      check('read', () => {
        expect(all).to.be.callResult();
        expect((all.payload['configurationKey'] as readonly unknown[] | undefined)?.length ?? 0, 'keys').to.be.above(0);
      });
      const value = String(61 + Math.floor(random() * 500));
      const reply = await csms.call('ChangeConfiguration', { key: KEY, value });
      check('written', () => expect(reply.payload['status']).to.be.oneOf(['Accepted', 'RebootRequired']));
      const again = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      if (again === undefined) throw new Unmet('the station did not register again');
      await quiet(context);
      const now = await keyValue(context, KEY);
      check('kept', () => expect(now, KEY).to.equal(value));
    },
  }),
]);

/** Seconds to the next boot that nobody waits for. */
const LONG_S = 60;
/** Seconds between heartbeats that the case orders: not a default of anybody. */
const INTERVAL_S = 47;
