/** CSMS, provisioning in OCPP 2.x: reports of the device model. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { orderedReport, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { anyRequestId, reportOf, requestIdOf } from './reports.ts';
import { booted, now, OTHER_EVSE } from './states.ts';

const reportBases = [
  { base: 'ConfigurationInventory', octt: 'TC_B_12_CSMS' },
  { base: 'FullInventory', octt: 'TC_B_13_CSMS' },
  { base: 'SummaryInventory', octt: 'TC_B_14_CSMS' },
];

const partsCheck = {
  ref: 'NotifyReportRequest.seqNo',
  level: 'SHALL',
  says: 'each part of the report is taken',
} as const;
const partsFault = [
  refuses('NotifyReport', 'InternalError', { name: 'second', when: (_payload, request) => seqNo(request) === 1 }),
  drop('NotifyReport', { name: 'first', when: (_payload, request) => seqNo(request) === 0 }),
];
const seqNo = (request: unknown) => (request as Payload)['seqNo'];

async function sendsReport(context: Context<'taken'>, order: Ordered): Promise<void> {
  for (const part of reportOf(requestIdOf(order), now(context))) {
    const answer = await context.station.call('NotifyReport', part);
    context.check('taken', () => expect(answer).to.be.callResult());
  }
}

const baseCheck = {
  ref: 'GetBaseReportRequest.reportBase',
  level: 'SHALL',
  says: 'the CALL asks for the report that the operator wants, with a request id',
} as const;

const customCheck = {
  ref: 'GetReportRequest.componentVariable',
  level: 'SHALL',
  says: 'the CALL asks for the components, variables and criteria that the operator wants',
} as const;

/** A report of a single variable of the other EVSE. */
const wanted = [
  {
    component: { name: 'EVSE', evse: { id: OTHER_EVSE } },
    variable: { name: 'AvailabilityState' },
  },
];
const customFaults = [
  alter('GetReport', { componentCriteria: ['Active'] }),
  alter('GetReport', { componentCriteria: null }),
  alter('GetReport', { componentVariable: null }),
  alter('GetReport', {
    componentVariable: [{ component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'AvailabilityState' } }],
  }),
  alter('GetReport', {
    componentVariable: [{ component: { name: 'EVSE', evse: { id: OTHER_EVSE } }, variable: { name: 'Power' } }],
  }),
  alter('GetReport', { componentVariable: [{ component: { name: 'EVSE', evse: { id: OTHER_EVSE } } }] }),
];

export default suite('csms/provisioning', 'Reports in OCPP 2.x', [
  ...reportBases.map(({ base, octt }, i) =>
    testCase({
      id: `csms/provisioning/report-${i === 0 ? 'configuration' : i === 1 ? 'full' : 'summary'}`,
      title: `CSMS asks for a ${base}, and takes it in parts`,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      needs: ['GetBaseReport'],
      checks: { asked: baseCheck, taken: partsCheck, servedOn: servedOnCheck },
      catches: {
        asked: [
          alter('GetBaseReport', { reportBase: reportBases[(i + 1) % reportBases.length]?.base }),
          alter('GetBaseReport', { requestId: 1 }),
        ],
        taken: partsFault,
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const wish = { requestId: anyRequestId(context.random), reportBase: base };
        const order = await orderedReport(context, 'GetBaseReport', wish, { status: 'Accepted' });
        await sendsReport(context, order);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/provisioning/report-not-supported',
    title: 'CSMS goes on with a station that has no such report',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['GetBaseReport'],
    checks: { asked: baseCheck, servedOn: servedOnCheck },
    catches: { asked: alter('GetBaseReport', { reportBase: 'FullInventory' }), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const wish = { requestId: anyRequestId(context.random), reportBase: 'SummaryInventory' };
      await orderedReport(context, 'GetBaseReport', wish, { status: 'NotSupported' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/provisioning/report-of-components',
    title: 'CSMS asks for a report of some components, and takes an empty one as well',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_18_CSMS' },
    needs: ['GetReport'],
    checks: { asked: customCheck, again: customCheck, taken: partsCheck, servedOn: servedOnCheck },
    catches: { asked: customFaults, again: customFaults, taken: drop('NotifyReport'), servedOn: servedOnFault },
    async run(context) {
      const { station, random, check } = context;
      await booted(context);
      const ask = (criterion: string) => ({
        requestId: anyRequestId(random),
        componentCriteria: [criterion],
        componentVariable: wanted,
      });
      await orderedReport(context, 'GetReport', ask('Problem'), { status: 'EmptyResultSet' });
      await servedOn(context);
      const order = await orderedReport(context, 'GetReport', ask('Available'), { status: 'Accepted' }, 'again');
      const report = {
        requestId: requestIdOf(order),
        generatedAt: now(context),
        seqNo: 0,
        reportData: wanted.map((item) => ({
          ...item,
          variableAttribute: [{ type: 'Actual', value: 'Available', mutability: 'ReadOnly' }],
          variableCharacteristics: {
            dataType: 'OptionList',
            supportsMonitoring: true,
            valuesList: 'Available,Occupied',
          },
        })),
      };
      const answer = await station.call('NotifyReport', report);
      check('taken', () => expect(answer).to.be.callResult());
      await servedOn(context);
    },
  }),
]);
