/** Every invariant is broken by a fault of its own, and by nothing that is right. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import type { OcppVersion } from '../../dialects/index.ts';
import { encodeCall, encodeCallResult } from '../../ocppj/encode.ts';
import { csmsInMemory } from '../../reference/csms-in-memory.ts';
import { stationInMemory } from '../../reference/station-in-memory.ts';
import { alter, behaviour, delay, drop, duplicate, type Fault, insteadOf, refuses } from '../fault.ts';
import { runCase } from '../run-case.ts';
import { suite, testCase } from '../test-case.ts';
import { expect as word } from '../words.ts';
import { invariants } from './index.ts';

const schemas = loadMessageSchemas();

/** A plain life: boot, heartbeat, an operator's reset. */
const [life] = suite('test', 'test', [
  testCase({
    id: 'test/plain-life',
    title: 'plain life',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    needs: ['Reset'],
    checks: { beats: { ref: 'HeartbeatResponse.currentTime', level: 'SHALL', says: 'it beats' } },
    catches: { beats: drop('Heartbeat') },
    async run({ station, words, orders, sut, operator, check, clock }) {
      await station.connect();
      await station.call('BootNotification', words.boot(sut.station));
      const reset = await operator.order('Reset', orders.reset('idle'));
      // Long enough for a CSMS that does not wait to be caught at it.
      await clock.sleep(5);
      reset.call.respond({ status: 'Accepted' });
      const beat = await station.call('Heartbeat', {});
      check('beats', () => word(beat).to.be.callResult());
    },
  }),
]).cases;

async function broken(faults: readonly Fault[], version: OcppVersion = '2.0.1') {
  if (life === undefined) throw new Error('no case');
  const { clock, environment } = csmsInMemory(version, schemas, faults);
  const outcome = await clock.run(runCase(life, version, 'CP01', environment));
  return outcome.invariants.map(({ id, blame, verdict }) => `${id} ${blame} ${verdict}`);
}

const text = (name: string, make: (id: string) => string, action = 'Heartbeat') =>
  insteadOf(action, name, ({ id }) => make(id));

const flood: Fault = {
  name: 'flood',
  says: 'each answer comes thousands of times',
  rewrite: ({ kind, text: same }) =>
    kind === 'callresult' ? Array.from({ length: 4_000 }, () => ({ text: same })) : undefined,
};

const sameIdTwice: Fault = {
  name: 'same-id-twice',
  says: 'a CALL is sent again with its message id',
  rewrite: ({ kind, text: same }) => (kind === 'call' ? [{ text: same }, { text: same, afterMs: 1 }] : undefined),
};

const table: readonly [invariant: string, fault: Fault, version?: OcppVersion][] = [
  ['well-formed', text('garbage', () => '[3,')],
  ['well-formed', text('arity', (id) => `[3,"${id}",{"currentTime":"2026-01-01T00:00:00Z"},1]`)],
  ['message-type', text('SEND', (id) => `[6,"${id}","NotifyPeriodicEventStream",{}]`)],
  ['known-action', text('unknown CALL', (id) => `[2,"${id}x","Reboot",{}]`)],
  ['direction', text('wrong way', (id) => `[2,"${id}x","Heartbeat",{}]`)],
  ['error-code', text('1.6 code', (id) => `[4,"${id}","FormationViolation","",{}]`)],
  ['error-code', text('2.x code', (id) => `[4,"${id}","FormatViolation","",{}]`), '1.6'],
  ['error-details', text('null details', (id) => `[4,"${id}","InternalError","",null]`)],
  ['message-id-length', insteadOf('Reset', 'long id', () => `[2,"${'x'.repeat(37)}","Reset",{"type":"OnIdle"}]`)],
  ['schema-valid', alter('Heartbeat', { currentTime: null })],
  ['schema-valid', alter('Reset', { type: 'Hard' })],
  ['schema-valid', alter('BootNotification', { interval: '300' }), '1.6'],
  ['datatypes', alter('Heartbeat', { currentTime: '2026-01-01T00:00:00.123456Z' })],
  ['no-flood', flood],
  ['serves-calls', refuses('Heartbeat', 'InternalError')],
  ['answer-correlates', text('another id', (id) => `[3,"${id}x",{"currentTime":"2026-01-01T00:00:00Z"}]`)],
  ['answer-correlates', duplicate('Heartbeat')],
  ['unique-message-id', sameIdTwice],
  ['one-outstanding-call', behaviour('sends-two-at-once', 'does not wait')],
  ['answers-calls', drop('Heartbeat')],
  ['answers-calls', delay('Heartbeat', 31_000)],
  ['keeps-connection', behaviour('hangs-up', 'closes after the boot')],
  ['asked-once', duplicate('Reset')],
  ['boot-gate', alter('BootNotification', { status: 'Rejected' })],
  ['clock', alter('Heartbeat', { currentTime: '2026-01-01T01:00:00Z' })],
];

/** A plain life of a charger: it restarts, is put on hold, charges, and is restarted once more. */
const [charger] = suite('test', 'test', [
  testCase({
    id: 'test/plain-charger',
    title: 'plain charger',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    needs: ['plugIn', 'presentToken', 'plugOut'],
    checks: { back: { ref: 'BootNotificationResponse.status', level: 'SHALL', says: 'it comes back' } },
    catches: { back: drop('BootNotification') },
    async run({ clock, csms, dialect, hands, token, orders, check }) {
      await csms.ready();
      await csms.call('UnlockConnector', orders.unlock(1, 1));
      if (dialect.version !== '1.6') {
        const item = { component: { name: 'TxCtrlr' }, variable: { name: 'TxStartPoint' } };
        await csms.call('GetVariables', { getVariableData: [item] });
        const monitor = { transaction: false, value: 5, type: 'Periodic', severity: 9, ...item };
        await csms.call('SetVariableMonitoring', { setMonitoringData: [monitor] });
        await csms.call('ClearVariableMonitoring', { id: [4711] });
        await csms.call('GetInstalledCertificateIds', { certificateType: ['MORootCertificate'] });
        await csms.call('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' });
        await csms.awaitCall('NotifyReport', { since: 0 });
      }
      await csms.call('TriggerMessage', orders.trigger('MeterValues', 1));
      await csms.awaitCall('MeterValues', { since: 0 });
      csms.answer('BootNotification', (call) => {
        call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: 5, status: 'Pending' });
        csms.answer('BootNotification', undefined);
      });
      const since = csms.mark;
      await csms.call('Reset', orders.reset('now'));
      await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      const again = await csms.awaitCall('BootNotification', { timeoutMs: csms.patienceMs });
      check('back', () => word(again).to.not.equal(undefined));
      await clock.sleep(120_000);
      await hands.plugIn(1);
      await hands.presentToken(await token('valid'), 1);
      await clock.sleep(1_000);
      await hands.presentToken(await token('valid'), 1);
      await hands.plugOut(1);
      await clock.sleep(1_000);
      if (dialect.version === '1.6') return;
      const start = { remoteStartId: 7, evseId: 2, idToken: { idToken: 'PP', type: 'Central' } };
      await csms.call('RequestStartTransaction', start);
      await clock.sleep(1_000);
    },
  }),
]).cases;

async function brokenByStation(faults: readonly Fault[], version: OcppVersion = '2.0.1') {
  if (charger === undefined) throw new Error('no case');
  const { clock, environment, station } = stationInMemory(version, schemas, faults);
  const outcome = await clock.run(runCase(charger, version, 'CP01', environment));
  station.end();
  return outcome.invariants.map(({ id, blame, verdict }) => `${id} ${blame} ${verdict}`);
}

/** A Heartbeat leaves just before each boot, or just after it. */
const talks = (name: string, order: (boot: string, beat: string) => readonly string[]): Fault => ({
  name,
  says: 'a Heartbeat leaves that nobody asked for',
  rewrite: ({ kind, action, id, text: boot }) =>
    kind === 'call' && action === 'BootNotification'
      ? order(boot, `[2,"${id}h","Heartbeat",{}]`).map((each, i) => ({ text: each, ...(i > 0 && { afterMs: 50 }) }))
      : undefined,
});

const says = (word: string) => (payload: unknown) => JSON.stringify(payload).includes(`"${word}"`);
const ended = says('Ended');

/** An event that was accepted comes again, some time later. */
const toldAgain: Fault = {
  name: 'told-again',
  says: 'an event is sent a second time',
  rewrite: ({ kind, action, id, text: same }) =>
    kind === 'call' && action === 'TransactionEvent' && same.includes('"Authorized"')
      ? [{ text: same }, { text: same.replace(id, `${id}+`), afterMs: 500 }]
      : undefined,
};

/** A second transaction at the EVSE of the first. */
const anotherAtOnce: Fault = {
  name: 'another-at-once',
  says: 'a transaction starts where one runs',
  rewrite: ({ kind, action, id, text: same }) =>
    kind === 'call' && action === 'TransactionEvent' && same.includes('"Started"')
      ? [{ text: same }, { text: same.replace(id, `${id}+`).replace(/"transactionId":"/, '$&x'), afterMs: 500 }]
      : undefined,
};

const replacing = (name: string, pattern: RegExp, by: string): Fault => ({
  name,
  says: name,
  rewrite: ({ kind, action, text: right }) =>
    kind === 'call' && action === 'TransactionEvent' ? [{ text: right.replace(pattern, by) }] : undefined,
});
const readAs = (context: string) => replacing(`read-as-${context}`, /Transaction\.(Begin|End)/g, context);
const reading = (wh: number) => replacing(`reading-${wh}`, /"value":\d+/g, `"value":${wh}`);
const takenAt = (instant: string) =>
  replacing(`taken-at-${instant}`, /"meterValue":\[\{"timestamp":"[^"]*"/g, `"meterValue":[{"timestamp":"${instant}"`);

const changed = (action: string, name: string, pattern: RegExp, by: string): Fault => ({
  name,
  says: name,
  rewrite: ({ action: other, text: right }) => (other === action ? [{ text: right.replace(pattern, by) }] : undefined),
});

/** One more value of the meter in the end of a transaction. */
const collected = (value: object): Fault =>
  alter('StopTransaction', {
    transactionData: [{ timestamp: '2026-01-01T00:00:00Z', sampledValue: [value] }],
  });

/** A certificate that is on no station. */
const listing = (certificateType: string, hash: string): Fault =>
  insteadOf('GetInstalledCertificateIds', `${certificateType} ${hash.length}`, ({ id }) =>
    encodeCallResult(id, {
      status: 'Accepted',
      certificateHashDataChain: [
        {
          certificateType,
          certificateHashData: {
            hashAlgorithm: 'SHA256',
            issuerNameHash: hash,
            issuerKeyHash: hash,
            serialNumber: '1',
          },
        },
      ],
    }),
  );

/** A transaction that is none. */
const named: Fault = insteadOf('RequestStartTransaction', 'another transaction', ({ id }) =>
  encodeCallResult(id, { status: 'Accepted', transactionId: 'none' }),
);

const installed = (more: object): Fault =>
  insteadOf(
    'StatusNotification',
    'installed',
    ({ id }) => encodeCall(id, 'FirmwareStatusNotification', { status: 'Installed', ...more }),
    { kind: 'call' },
  );

const stationTable: readonly [invariant: string, fault: Fault, version?: OcppVersion][] = [
  ['silence-before-accepted', talks('a beat before the boot', (boot, beat) => [beat, boot])],
  ['silence-before-accepted', talks('a beat before the boot', (boot, beat) => [beat, boot]), '1.6'],
  ['silence-before-accepted', talks('a beat on hold', (boot, beat) => [boot, beat]), '1.6'],
  ['station-clock', alter('StatusNotification', { timestamp: '2027-01-01T00:00:00Z' })],
  ['station-clock', alter('StopTransaction', { timestamp: '2027-01-01T00:00:00Z' }), '1.6'],
  ['transaction-sequence', alter('TransactionEvent', { seqNo: 7 }, { when: ended })],
  ['transaction-sequence', alter('TransactionEvent', { eventType: 'Started' })],
  ['transaction-sequence', toldAgain],
  ['transaction-time', alter('TransactionEvent', { timestamp: '2025-12-31T00:00:00Z' })],
  ['transaction-offline', alter('TransactionEvent', { offline: true })],
  ['transaction-place', alter('TransactionEvent', { evse: null })],
  ['transaction-place', alter('TransactionEvent', { evse: { id: 2, connectorId: 1 } }, { when: ended })],
  ['transaction-place', anotherAtOnce],
  ['transaction-reason', alter('TransactionEvent', { transactionInfo: { stoppedReason: 'Timeout' } }, { when: ended })],
  ['transaction-context', readAs('Trigger')],
  ['transaction-phases', alter('TransactionEvent', { numberOfPhasesUsed: 4 })],
  ['transaction-meter', reading(-1)],
  ['transaction-meter-time', takenAt('2026-01-02T00:00:00Z')],
  ['report-facts', changed('NotifyReport', 'a type', /"dataType":"MemberList"/, '"dataType":"OptionList"')],
  ['report-facts', changed('NotifyReport', 'a unit', /"unit":"s"/, '"unit":"V"')],
  ['report-facts', changed('NotifyReport', 'a limit', /"minLimit":0/, '"minLimit":9999')],
  ['report-facts', changed('NotifyReport', 'a list', /"valuesList":"[^"]*"/g, '"valuesList":"x"')],
  ['variables-answered', changed('GetVariables', 'a name', /"name":"TxStartPoint"/, '"name":"TxStopPoint"')],
  ['variables-answered', changed('GetVariables', 'a value', /,?"attributeValue":"[^"]*"/, '')],
  ['answers-as-asked', changed('SetVariableMonitoring', 'a type', /"type":"Periodic"/, '"type":"Delta"')],
  ['answers-as-asked', changed('ClearVariableMonitoring', 'an id', /"id":4711/, '"id":4712')],
  ['answers-as-asked', listing('V2GRootCertificate', 'ab'.repeat(32))],
  ['certificate-hashes', listing('MORootCertificate', 'ab'.repeat(16))],
  ['transaction-numbers', alter('TransactionEvent', { reservationId: 5 })],
  ['report-parts', alter('NotifyReport', { tbc: false })],
  ['report-parts', alter('NotifyReport', { seqNo: 1 })],
  ['remote-start-answer', named],
  ['updated-once', installed({ requestId: 1 })],
  ['updated-once', installed({}), '1.6'],
  ['sample-facts', replacing('a-unit', /"unit":"Wh"/, '"unit":"A"')],
  ['meter-values-time', changed('MeterValues', 'a time', /"timestamp":"2026/, '"timestamp":"2027')],
  ['meter-readings', collected({ value: 'much' }), '1.6'],
  ['meter-readings', collected({ value: '5', unit: 'A' }), '1.6'],
  ['meter-readings', collected({ value: '-5', measurand: 'Voltage', unit: 'V' }), '1.6'],
  ['meter-readings', collected({ value: '5', measurand: 'RPM', unit: 'W' }), '1.6'],
  ['meter-readings', collected({ value: '5', measurand: 'Voltage' }), '1.6'],
  ['meter-rises', alter('StopTransaction', { meterStop: -5 }), '1.6'],
  ['meter-rises', alter('StopTransaction', { timestamp: '2025-12-31T00:00:00Z' }), '1.6'],
  ['transaction-once', duplicate('StopTransaction'), '1.6'],
  ['transaction-once', duplicate('StartTransaction'), '1.6'],
  ['status-words', alter('StatusNotification', { connectorId: 0 }), '1.6'],
  ['status-words', alter('StatusNotification', { errorCode: 'EVCommunicationError' }), '1.6'],
  [
    'idle-when-asked',
    insteadOf('Heartbeat', 'idle', ({ id }) => `[2,"${id}","FirmwareStatusNotification",{"status":"Idle"}]`, {
      kind: 'call',
    }),
    '1.6',
  ],
  ['serves-calls', refuses('UnlockConnector', 'InternalError')],
  ['keeps-connection', behaviour('hangs-up', 'closes when it is called')],
];

describe('invariants', () => {
  for (const version of ['1.6', '2.0.1'] as const) {
    it(`all hold on the right reference in ${version}`, async () =>
      expect(await broken([], version)).to.deep.equal([]));
  }

  for (const [invariant, fault, version] of table) {
    it(`${invariant} is broken by ${fault.name}`, async () => {
      const seen = await broken([fault], version);
      expect(seen.filter((line) => line.startsWith(`${invariant} sut`))).to.not.deep.equal([]);
    });
  }

  for (const version of ['1.6', '2.0.1'] as const) {
    it(`all hold on the right reference station in ${version}`, async () =>
      expect(await brokenByStation([], version)).to.deep.equal([]));
  }

  for (const [invariant, fault, version] of stationTable) {
    it(`${invariant} is broken by a station with ${fault.name}`, async () => {
      const seen = await brokenByStation([fault], version);
      expect(seen.filter((line) => line.startsWith(`${invariant} sut`))).to.not.deep.equal([]);
    });
  }

  it('each has a fault that breaks it', () => {
    const shown = new Set([...table, ...stationTable].map(([id]) => id));
    expect(invariants.map(({ id }) => id).filter((id) => !shown.has(id))).to.deep.equal([]);
  });

  it('that are broken excuse a case that stumbles over it', async () => {
    const [frail] = suite('test', 'test', [
      testCase({
        id: 'test/frail',
        title: 'frail',
        sut: 'csms',
        versions: ['1.6'],
        checks: { beats: { ref: 'HeartbeatResponse.currentTime', level: 'SHALL', says: 'it beats' } },
        catches: { beats: drop('Heartbeat') },
        async run({ station, words, sut, check }) {
          await station.connect();
          await station.call('BootNotification', words.boot(sut.station));
          const beat = await station.call('Heartbeat', {});
          check('beats', () => word(beat).to.be.callResult());
          (beat.payload['currentTime'] as string).toLowerCase();
        },
      }),
    ]).cases;
    if (frail === undefined) throw new Error('no case');
    const { clock, environment } = csmsInMemory('1.6', schemas, [alter('Heartbeat', { currentTime: null })]);
    const outcome = await clock.run(runCase(frail, '1.6', 'CP01', environment));
    expect(outcome.verdict).to.equal('fail');
    expect(outcome.cause).to.equal(undefined);
    expect(outcome.reason).to.not.match(/at |undefined/);
  });

  it('that are broken by what the SUT said blame nobody who repeats it', async () => {
    const fault = changed('SetVariableMonitoring', 'a severity', /"severity":9/, '"severity":10');
    const seen = await brokenByStation([fault]);
    expect(seen.filter((line) => line.includes('harness'))).to.deep.equal([]);
  });

  it('blame the harness for what the harness sends, and call it an error', async () => {
    const [bad] = suite('test', 'test', [
      testCase({
        ...life,
        id: 'test/bad-harness',
        checks: { beats: { ref: 'HeartbeatResponse.currentTime', level: 'SHALL', says: 'it beats' } },
        catches: { beats: drop('Heartbeat') },
        title: 'bad harness',
        sut: 'csms',
        versions: ['1.6'],
        async run({ station, check }) {
          await station.connect();
          const reply = await station.call('BootNotification', { chargePointVendor: 5 });
          check('beats', () => word(reply).to.be.callError());
        },
      }),
    ]).cases;
    if (bad === undefined) throw new Error('no case');
    const { clock, environment } = csmsInMemory('1.6', schemas);
    const outcome = await clock.run(runCase(bad, '1.6', 'CP01', environment));
    expect(outcome.verdict).to.equal('error');
    expect(outcome.cause).to.equal('defect');
    expect(outcome.invariants.map(({ blame }) => blame)).to.include('harness');
  });
});
