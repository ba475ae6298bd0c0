/** CSMS, diagnostics in OCPP 2.x: monitors are cleared in portions that the station takes. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { MONITORING } from './monitors.v2.ts';
import { oddNumber } from './odds.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { allParts, DIVIDES, inParts, tellsLimit, toldCheck, toldFaults } from './portions.v2.ts';
import { booted } from './states.ts';

const LIMIT = 2;
const ITEMS_PER_MESSAGE = {
  component: { name: 'MonitoringCtrlr' },
  variable: { name: 'ItemsPerMessage', instance: 'ClearVariableMonitoring' },
};

const idsOf = ({ id }: Payload): readonly number[] => (Array.isArray(id) ? id : []);

export default suite('csms/diagnostics', 'Monitors in portions (2.x)', [
  testCase({
    id: 'csms/diagnostics/monitors-cleared-in-portions',
    title: 'CSMS clears no more monitors at once than the station takes',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_18_CSMS' },
    feature: MONITORING,
    needs: ['GetBaseReport', 'GetVariables', 'ClearVariableMonitoring'],
    onlyFor: DIVIDES,
    checks: {
      told: toldCheck,
      limit: {
        ref: 'N06.FR.04',
        level: 'SHALL',
        says: 'no message names more monitors than the station said that it takes',
      },
      asked: {
        ref: 'ClearVariableMonitoringRequest.id',
        level: 'SHALL',
        says: 'together the messages name each monitor that the operator wants cleared, and no other, once',
      },
      servedOn: servedOnCheck,
    },
    catches: {
      told: toldFaults,
      limit: behaviour('ignores-item-limits', 'everything is asked for at once, however little the station takes'),
      asked: [
        alter('ClearVariableMonitoring', (payload) => ({ id: idsOf(payload as Payload).map((id) => id + 1) }), {
          kind: 'call',
          name: 'others',
        }),
        alter('ClearVariableMonitoring', (payload) => ({ id: idsOf(payload as Payload).slice(0, 1) }), {
          kind: 'call',
          name: 'the first of each',
        }),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      const { check } = context;
      await booted(context);
      await tellsLimit(context, ITEMS_PER_MESSAGE, LIMIT);
      const ids = [1, 2, 3, 4, 5].map((i) => oddNumber(context, i * 10_000));
      const { parts } = await allParts(context, 'ClearVariableMonitoring', { id: ids }, idsOf, (call) => {
        const clearMonitoringResult = idsOf(call.payload).map((id) => ({ id, status: 'Accepted' }));
        if (clearMonitoringResult.length > 0) call.respond({ clearMonitoringResult });
        else call.refuse('OccurrenceConstraintViolation', 'no monitor is named');
      });
      check('limit', () => inParts(parts, idsOf, LIMIT));
      const named = parts.flatMap(({ payload }) => idsOf(payload)).toSorted((a, b) => a - b);
      check('asked', () => expect(named).to.deep.equal(ids));
      await servedOn(context);
    },
  }),
]);
