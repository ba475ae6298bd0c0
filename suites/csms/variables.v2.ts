/** CSMS, provisioning in OCPP 2.x: variables are read and set. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { orderedReport, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { answerSettings, inAnyOrder, nameOf, orderedRead, readsAll, readsAtMost, settingsOf } from './reads.ts';
import { anyRequestId, ITEMS_PER_MESSAGE, reportOf, requestIdOf } from './reports.ts';
import { booted, now } from './states.ts';

/** Variables that every station has (2.x Part 2, "Referenced Components and Variables"). */
const OFFLINE_THRESHOLD = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'OfflineThreshold' } };
const AUTHORIZE_REMOTE_START = { component: { name: 'AuthCtrlr' }, variable: { name: 'AuthorizeRemoteStart' } };
const itemsPerMessage = (instance: string) => ({
  component: { name: 'DeviceDataCtrlr' },
  variable: { name: 'ItemsPerMessage', instance },
});
const bytesPerMessage = (instance: string) => ({
  component: { name: 'DeviceDataCtrlr' },
  variable: { name: 'BytesPerMessage', instance },
});

const readCheck = {
  ref: 'GetVariablesRequest.getVariableData',
  level: 'SHALL',
  says: 'the CALL asks for the variables that the operator wants to read',
} as const;

/** The items of a message, rewritten. */
const items = (action: string, field: string, name: string, change: (items: Payload[]) => readonly Payload[]) =>
  alter(
    action,
    (payload) => {
      const message = payload as Payload;
      return { ...message, [field]: change(message[field] as Payload[]) };
    },
    { kind: 'call', name },
  );
const reads = (name: string, change: (items: Payload[]) => readonly Payload[]) =>
  items('GetVariables', 'getVariableData', name, change);
const writes = (name: string, change: (items: Payload[]) => readonly Payload[]) =>
  items('SetVariables', 'setVariableData', name, change);

const each = (patch: Payload) => (all: Payload[]) => all.map((item) => ({ ...item, ...patch }));

const readFaults = [
  reads('another variable', each({ variable: { name: 'HeartbeatInterval' } })),
  reads('another component', each({ component: { name: 'ClockCtrlr' } })),
  reads('another attribute', each({ attributeType: 'MaxSet' })),
];

const writeFaults = [
  writes('another variable', each({ variable: { name: 'HeartbeatInterval' } })),
  writes('another component', each({ component: { name: 'ClockCtrlr' } })),
  writes('another value', each({ attributeValue: '7' })),
  writes('another attribute', each({ attributeType: 'Target' })),
];

interface Read {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly wanted: readonly Payload[];
}

const readCases: readonly Read[] = [
  {
    id: 'get-variable',
    title: 'CSMS reads one variable',
    octt: 'TC_B_06_CSMS',
    wanted: [OFFLINE_THRESHOLD],
  },
  {
    id: 'get-variables',
    title: 'CSMS reads two variables at once',
    octt: 'TC_B_07_CSMS',
    wanted: [OFFLINE_THRESHOLD, AUTHORIZE_REMOTE_START],
  },
];

const writeCheck = {
  ref: 'SetVariablesRequest.setVariableData',
  level: 'SHALL',
  says: 'the CALL sets the variables that the operator wants to set, to his values',
} as const;
const onceEach = {
  ref: 'B05.FR.13',
  level: 'SHALL',
  says: 'no variable is set twice in one message',
} as const;

/** What a station may say of a variable that it was to set. */
const writeAnswers = [
  { id: 'set-variable', word: 'one variable', octt: 'TC_B_09_CSMS', two: false, status: 'Accepted' },
  { id: 'set-variables', word: 'two variables at once', octt: 'TC_B_10_CSMS', two: true, status: 'Accepted' },
  {
    id: 'set-variable-refused',
    word: 'a variable that the station does not let be set',
    two: false,
    status: 'Rejected',
  },
  { id: 'set-variable-reboot', word: 'a variable that needs a reboot', two: false, status: 'RebootRequired' },
];

/** The certification case, where there is one. */
const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/provisioning', 'Variables in OCPP 2.x', [
  ...readCases.map(({ id, title, octt, wanted }) =>
    testCase({
      id: `csms/provisioning/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      needs: ['GetVariables'],
      checks: { asked: readCheck, servedOn: servedOnCheck },
      catches: {
        asked: [...readFaults, ...(wanted.length > 1 ? [reads('one only', (all) => all.slice(0, 1))] : [])],
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const calls = await orderedRead(context, wanted);
        context.check('asked', () => readsAll(calls, wanted));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/provisioning/get-variables-in-portions',
    title: 'CSMS reads no more variables at once than the station can answer',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_08_CSMS' },
    needs: ['GetBaseReport', 'GetVariables'],
    // A control API that passes a CALL on as it is can't divide it.
    onlyFor: 'divides-requests',
    checks: {
      limit: {
        ref: 'B06.FR.05',
        level: 'SHALL',
        says: 'no message asks for more variables than the station said that it takes',
      },
      told: {
        ref: 'GetVariablesRequest.getVariableData',
        level: 'SHALL',
        says: 'the report and the variable that tell the limit are what the operator asks for',
      },
      asked: readCheck,
    },
    catches: {
      told: [readFaults[0], alter('GetBaseReport', { reportBase: 'SummaryInventory' })].flatMap((fault) => fault ?? []),
      limit: behaviour('ignores-item-limits', 'everything is asked for at once, however little the station takes'),
      asked: [readFaults[0], reads('the first only', (all) => all.slice(0, 1))].flatMap((fault) => fault ?? []),
    },
    async run(context) {
      const { station, random, check } = context;
      await booted(context);
      // The limit is told in both of the ways in which a CSMS may learn of it: in a report, and when it is read.
      const wish = { requestId: anyRequestId(random), reportBase: 'FullInventory' };
      const report = await orderedReport(context, 'GetBaseReport', wish, { status: 'Accepted' }, 'told');
      for (const part of reportOf(requestIdOf(report), now(context))) await station.need('NotifyReport', part);
      const limit = [itemsPerMessage('GetVariables')];
      const first = await orderedRead(context, limit);
      check('told', () => readsAll(first, limit));
      // The CSMS has the answer once it has answered what came after it.
      await station.need('Heartbeat', {});

      const wanted = [
        itemsPerMessage('GetReport'),
        itemsPerMessage('GetVariables'),
        bytesPerMessage('GetReport'),
        bytesPerMessage('GetVariables'),
        AUTHORIZE_REMOTE_START,
      ];
      const calls = await orderedRead(context, wanted);
      check('limit', () => readsAtMost(calls, ITEMS_PER_MESSAGE));
      check('asked', () => readsAll(calls, wanted));
    },
  }),

  ...writeAnswers.map(({ id, word, octt, two, status }) =>
    testCase({
      id: `csms/provisioning/${id}`,
      title: `CSMS sets ${word}`,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      needs: ['SetVariables'],
      checks: { asked: writeCheck, onceEach, servedOn: servedOnCheck },
      catches: {
        asked: [...writeFaults, ...(two ? [writes('one only', (all) => all.slice(0, 1))] : [])],
        onceEach: writes('each twice', (all) => [...all, ...all]),
        servedOn: servedOnFault,
      },
      async run(context) {
        const { random, operator, check } = context;
        await booted(context);
        const threshold = String(100 + Math.floor(random() * 900));
        const wanted = [
          { ...OFFLINE_THRESHOLD, attributeValue: threshold },
          ...(two ? [{ ...AUTHORIZE_REMOTE_START, attributeValue: 'false' }] : []),
        ];
        const order = await operator.order('SetVariables', { setVariableData: wanted });
        check('asked', () => expect(inAnyOrder(order)).to.carryWhatWasAsked());
        check('onceEach', () => {
          const names = settingsOf(order.call).map(nameOf);
          expect(new Set(names).size, 'variables').to.equal(names.length);
        });
        answerSettings(order.call, status);
        await servedOn(context);
      },
    }),
  ),
]);
