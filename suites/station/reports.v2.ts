/** Charger, 2.x base reports: what is promised comes, whole and in order, and agrees with what can be read. */

import type { Context } from '../../src/judge/context.ts';
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { quiet, ready } from './states.ts';

type Item = Payload;

const itemsOf = (parts: readonly IncomingCall[]): readonly Item[] =>
  parts.flatMap(({ payload }) => (payload['reportData'] ?? []) as readonly Item[]);

/** Parts of a report until the last one, or until none comes any more. */
async function partsOf({ csms }: Pick<Context, 'csms'>, requestId: number, since: number): Promise<IncomingCall[]> {
  const parts: IncomingCall[] = [];
  let from = since;
  for (;;) {
    const part = await csms.awaitCall('NotifyReport', {
      since: from,
      where: (payload) => payload['requestId'] === requestId,
    });
    if (part === undefined) return parts;
    parts.push(part);
    if (part.payload['tbc'] !== true) return parts;
    from = csms.calls(0).indexOf(part) + 1;
  }
}

const named = (one: Item): string =>
  [
    at(one, 'component.name'),
    at(one, 'component.instance'),
    at(one, 'component.evse.id'),
    at(one, 'component.evse.connectorId'),
    at(one, 'variable.name'),
    at(one, 'variable.instance'),
  ].join('/');

const part = (name: string, change: (payload: Payload) => Payload): Fault =>
  alter('NotifyReport', (payload) => change(payload as Payload), { name, kind: 'call' });

const whole = {
  accepted: { ref: 'B07.FR.01', level: 'SHALL', says: 'the request is accepted' },
  comes: { ref: 'B07.FR.03', level: 'SHALL', says: 'the report comes, under the number of the request' },
  numbered: {
    ref: 'B07.FR.10',
    level: 'SHALL',
    says: 'its parts are numbered from 0, and only the last says that it is the last',
  },
  once: { ref: 'NotifyReportRequest.reportData', level: 'SHALL', says: 'no variable is reported twice' },
} as const;

const wholeFaults = {
  accepted: alter('GetBaseReport', { status: 'Rejected' }),
  comes: [drop('NotifyReport'), alter('NotifyReport', { requestId: 7 })],
  numbered: [
    part('numbered from 1', (payload) => ({ ...payload, seqNo: Number(payload['seqNo']) + 1 })),
    part('never the last', (payload) => ({ ...payload, tbc: true })),
  ],
  once: part('each item twice', (payload) => ({
    ...payload,
    reportData: [...((payload['reportData'] ?? []) as Item[]), ...((payload['reportData'] ?? []) as Item[])],
  })),
} as const;

/** Asks for a report and judges its form. */
async function reported(context: Context<keyof typeof whole>, reportBase: string): Promise<readonly Item[]> {
  const { check, csms, random } = context;
  await ready(context);
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const reply = await csms.call('GetBaseReport', { requestId, reportBase });
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  const parts = reply.payload['status'] === 'Accepted' ? await partsOf(context, requestId, since) : [];
  check('comes', () => expect(itemsOf(parts).length, 'items of the report').to.be.at.least(1));
  check('numbered', () => {
    expect(parts.map(({ payload }) => payload['seqNo'])).to.deep.equal(parts.map((_, i) => i));
    expect(parts.at(-1)?.payload['tbc'] ?? false, 'the last part says that another follows').to.equal(false);
  });
  const names = itemsOf(parts).map(named);
  check('once', () => expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]));
  return itemsOf(parts);
}

const mutability = (one: Item): unknown[] =>
  ((one['variableAttribute'] ?? []) as readonly Payload[]).map((attribute) => attribute['mutability'] ?? 'ReadWrite');

export default suite('station/reports', 'Base reports', [
  testCase({
    id: 'station/reports/full',
    title: 'The full inventory comes whole, and agrees with what can be read',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_13_CS' },
    checks: {
      ...whole,
      required: { ref: 'B07.FR.08', level: 'SHALL', says: 'variables that every station has are in it' },
      true: {
        ref: 'B06.FR.04',
        level: 'SHALL',
        says: 'a value in it is the value that the variable has when it is read',
      },
    },
    catches: {
      ...wholeFaults,
      required: part('without OCPPCommCtrlr', (payload) => ({
        ...payload,
        reportData: ((payload['reportData'] ?? []) as Item[]).filter(
          (one) => at(one, 'component.name') !== 'OCPPCommCtrlr',
        ),
      })),
      true: part('other values', (payload) => ({
        ...payload,
        reportData: ((payload['reportData'] ?? []) as Item[]).map((one) => ({
          ...one,
          variableAttribute: [{ value: '898' }],
        })),
      })),
    },
    async run(context) {
      const { check, csms } = context;
      const items = await reported(context, 'FullInventory');
      const threshold = items.find((one) => named(one) === 'OCPPCommCtrlr////OfflineThreshold/');
      check('required', () => {
        const names = new Set(items.map((one) => `${at(one, 'component.name')}.${at(one, 'variable.name')}`));
        const required = [
          'OCPPCommCtrlr.OfflineThreshold',
          'OCPPCommCtrlr.ResetRetries',
          'AuthCtrlr.AuthorizeRemoteStart',
          'TxCtrlr.TxStopPoint',
          'SecurityCtrlr.SecurityProfile',
        ];
        expect(
          required.filter((name) => !names.has(name)),
          'missing',
        ).to.deep.equal([]);
      });
      const { component, variable } = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'OfflineThreshold' } };
      const read = await csms.call('GetVariables', { getVariableData: [{ component, variable }] });
      check('true', () =>
        expect(at(threshold, 'variableAttribute[0].value')).to.equal(
          at(read.payload, 'getVariableResult[0].attributeValue'),
        ),
      );
    },
  }),

  testCase({
    id: 'station/reports/configuration',
    title: 'The inventory of the configuration holds what an operator can set',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_12_CS' },
    checks: {
      ...whole,
      settable: {
        ref: 'B07.FR.07',
        level: 'SHALL',
        says: 'a variable that every station lets be set is in it, with its characteristics',
      },
    },
    catches: {
      ...wholeFaults,
      settable: [
        part('read only', (payload) => ({
          ...payload,
          reportData: ((payload['reportData'] ?? []) as Item[]).map((one) => ({
            ...one,
            variableAttribute: [{ mutability: 'ReadOnly', value: '1' }],
          })),
        })),
        part('no characteristics', (payload) => ({
          ...payload,
          reportData: ((payload['reportData'] ?? []) as Item[]).map(({ variableCharacteristics: _, ...one }) => one),
        })),
      ],
    },
    async run(context) {
      const { check } = context;
      const items = await reported(context, 'ConfigurationInventory');
      const threshold = items.find((one) => named(one) === 'OCPPCommCtrlr////OfflineThreshold/');
      check('settable', () => {
        expect(threshold, 'OCPPCommCtrlr.OfflineThreshold').to.not.equal(undefined);
        expect(mutability(threshold ?? {})).to.not.include('ReadOnly');
        expect(threshold).to.have.property('variableCharacteristics');
      });
    },
  }),

  testCase({
    id: 'station/reports/summary',
    title: 'The summary is reported, or not supported',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': ['TC_B_14_CS', 'TC_B_15_CS'] },
    checks: {
      word: { ref: 'B07.FR.02', level: 'SHALL', says: 'the request is accepted, or answered with NotSupported' },
      follows: {
        ref: 'B07.FR.05',
        level: 'SHALL',
        says: 'a report comes where it was accepted, and none where it was not',
      },
    },
    catches: {
      word: alter('GetBaseReport', { status: 'Rejected' }),
      follows: [drop('NotifyReport'), alter('GetBaseReport', { status: 'NotSupported' })],
    },
    async run(context) {
      const { check, csms, random } = context;
      await ready(context);
      const requestId = 1000 + Math.floor(random() * 1_000_000);
      const since = csms.mark;
      const reply = await csms.call('GetBaseReport', { requestId, reportBase: 'SummaryInventory' });
      check('word', () => expect(reply.payload['status']).to.be.oneOf(['Accepted', 'NotSupported']));
      const accepted = reply.payload['status'] === 'Accepted';
      if (!accepted) await quiet(context);
      const parts = accepted ? await partsOf(context, requestId, since) : csms.calls(since, 'NotifyReport');
      check('follows', () => expect(parts.length > 0, 'a report came').to.equal(accepted));
    },
  }),
]);
