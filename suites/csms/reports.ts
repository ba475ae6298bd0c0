/** A small device model, as the station that a case plays reports it (2.x). */
import type { Ordered } from '../../src/judge/context.ts';
import type { Payload } from '../../src/session.ts';

interface Entry {
  readonly component: string;
  readonly variable: string;
  readonly instance?: string;
  readonly value: string;
  readonly dataType: string;
  readonly mutability: 'ReadOnly' | 'ReadWrite';
}

/** How many variables this station takes in one GetVariables. */
export const ITEMS_PER_MESSAGE = 4;

const model: readonly Entry[] = [
  {
    component: 'OCPPCommCtrlr',
    variable: 'HeartbeatInterval',
    value: '300',
    dataType: 'integer',
    mutability: 'ReadWrite',
  },
  {
    component: 'OCPPCommCtrlr',
    variable: 'OfflineThreshold',
    value: '60',
    dataType: 'integer',
    mutability: 'ReadWrite',
  },
  {
    component: 'AuthCtrlr',
    variable: 'AuthorizeRemoteStart',
    value: 'false',
    dataType: 'boolean',
    mutability: 'ReadWrite',
  },
  ...['GetVariables', 'GetReport', 'SetVariables'].map(
    (instance): Entry => ({
      component: 'DeviceDataCtrlr',
      variable: 'ItemsPerMessage',
      instance,
      value: String(ITEMS_PER_MESSAGE),
      dataType: 'integer',
      mutability: 'ReadOnly',
    }),
  ),
];

const entry = ({ component, variable, instance, value, dataType, mutability }: Entry): Payload => ({
  component: { name: component },
  variable: { name: variable, ...(instance !== undefined && { instance }) },
  variableAttribute: [{ type: 'Actual', value, mutability }],
  variableCharacteristics: { dataType, supportsMonitoring: false },
});

/** The report in two NotifyReport: seqNo counts from 0, tbc tells that there is more. @param generatedAt RFC 3339 */
export function reportOf(requestId: unknown, generatedAt: string): readonly Payload[] {
  const parts = [model.slice(0, 2), model.slice(2)];
  return parts.map((entries, seqNo) => ({
    requestId,
    generatedAt,
    seqNo,
    tbc: seqNo < parts.length - 1,
    reportData: entries.map(entry),
  }));
}

/** Value of a variable of this station; undefined where it has none. */
export const modelValue = (component: unknown, variable: unknown, instance: unknown): string | undefined =>
  model.find((e) => e.component === component && e.variable === variable && e.instance === instance)?.value;

/** A request id that nobody else has picked. */
export const anyRequestId = (random: () => number): number => 1_000 + Math.floor(random() * 1e9);

/** The id that a report has to carry: the one of the CALL, or the operator's where it has none that can be sent. */
export const requestIdOf = ({ call, asked }: Ordered): unknown =>
  Number.isInteger(call.payload['requestId']) ? call.payload['requestId'] : asked['requestId'];
