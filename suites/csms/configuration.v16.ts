/** CSMS, provisioning in 1.6: GetConfiguration and ChangeConfiguration. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';
import { oddNumber } from './states.v16.ts';

/** What the station of these cases has set: the keys that Core asks of every station (9.1), and one that is too long for a word. */
const SETTINGS: readonly Payload[] = [
  ['AuthorizeRemoteTxRequests', false, 'true'],
  ['ClockAlignedDataInterval', false, '900'],
  ['ConnectionTimeOut', false, '61'],
  ['ConnectorPhaseRotation', false, '0.RST,1.RST'],
  ['GetConfigurationMaxKeys', true, '50'],
  ['HeartbeatInterval', false, '300'],
  ['LocalAuthorizeOffline', false, 'true'],
  ['LocalPreAuthorize', false, 'false'],
  ['MeterValueSampleInterval', false, '300'],
  ['MeterValuesAlignedData', false, 'Energy.Active.Import.Register'],
  ['MeterValuesSampledData', false, 'Energy.Active.Import.Register,Current.Import'],
  ['NumberOfConnectors', true, '2'],
  ['ResetRetries', false, '1'],
  ['StopTransactionOnEVSideDisconnect', true, 'true'],
  ['StopTransactionOnInvalidId', false, 'true'],
  ['StopTxnAlignedData', false, ''],
  ['StopTxnSampledData', false, ''],
  ['SupportedFeatureProfiles', true, 'Core,RemoteTrigger,Reservation'],
  ['TransactionMessageAttempts', false, '3'],
  ['TransactionMessageRetryInterval', false, '60'],
  ['UnlockConnectorOnEVSideDisconnect', false, 'true'],
].map(([key, readonly, value]) => ({ key, readonly, value }));

const readAsked = {
  ref: '5.8',
  level: 'SHALL',
  says: 'the CALL asks for the keys that the operator named, and no others',
} as const;

/** The order of the keys means nothing. */
const sorted = (order: Ordered): Ordered => {
  const inOrder = (payload: Payload): Payload => {
    const { key } = payload;
    return Array.isArray(key) ? { ...payload, key: key.map(String).sort() } : payload;
  };
  return { ...order, asked: inOrder(order.asked), call: { ...order.call, payload: inOrder(order.call.payload) } };
};

/** A way in which a station may take ChangeConfiguration. */
interface Change {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly status: 'Accepted' | 'Rejected' | 'NotSupported' | 'RebootRequired';
  wish(context: Context): Payload;
}

const changes: readonly Change[] = [
  {
    id: 'accepted',
    title: 'CSMS changes a setting of a station',
    octt: 'TC_021_CSMS',
    status: 'Accepted',
    wish: (context) => ({ key: 'MeterValueSampleInterval', value: String(oddNumber(context, 61, 800)) }),
  },
  {
    id: 'of-unknown-key',
    title: 'CSMS goes on with a station that does not know a setting',
    octt: 'TC_040_1_CSMS',
    status: 'NotSupported',
    wish: ({ random }) => ({ key: `Plugproof${randomWord(random, 8)}`, value: randomWord(random, 12) }),
  },
  {
    id: 'refused',
    title: 'CSMS goes on with a station that refuses a value',
    octt: 'TC_040_2_CSMS',
    status: 'Rejected',
    wish: (context) => ({ key: 'MeterValueSampleInterval', value: String(oddNumber(context, 100_000)) }),
  },
  {
    id: 'after-reboot',
    title: 'CSMS changes a setting that a station takes over when it boots',
    status: 'RebootRequired',
    wish: ({ random }) => ({ key: 'ConnectorPhaseRotation', value: random() < 0.5 ? '0.RST,1.SRT' : '0.SRT,1.TRS' }),
  },
];

const changeCases = changes.map(({ id, title, octt, status, wish }) =>
  testCase({
    id: `csms/provisioning/change-configuration-${id}`,
    title,
    sut: 'csms',
    versions: ['1.6'],
    ...(octt !== undefined && { octt: { '1.6': octt } }),
    needs: ['ChangeConfiguration'],
    checks: {
      asked: { ref: '5.3', level: 'SHALL', says: 'the CALL carries the key and the value that the operator gave' },
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [
        alter('ChangeConfiguration', { key: 'HeartbeatInterval' }),
        alter('ChangeConfiguration', { value: '60' }),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      await ordered(context, 'ChangeConfiguration', wish(context), { status });
      await servedOn(context);
    },
  }),
);

export default suite('csms/provisioning', 'Configuration (1.6)', [
  testCase({
    id: 'csms/provisioning/get-configuration',
    title: 'CSMS reads the whole configuration of a station',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_019_1_CSMS' },
    needs: ['GetConfiguration'],
    checks: {
      asked: { ref: '5.8', level: 'SHALL', says: 'the CALL names no key: that asks for all of them' },
      servedOn: servedOnCheck,
    },
    catches: { asked: alter('GetConfiguration', { key: ['HeartbeatInterval'] }), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const { call } = await context.operator.order('GetConfiguration', {});
      // 5.8: an empty list and none are the same question.
      context.check('asked', () => expect(call.payload['key'] ?? []).to.deep.equal([]));
      call.respond({ configurationKey: SETTINGS, unknownKey: [] });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/provisioning/get-configuration-of-one-key',
    title: 'CSMS reads one setting of a station',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_019_2_CSMS' },
    needs: ['GetConfiguration'],
    checks: { asked: readAsked, servedOn: servedOnCheck },
    catches: {
      asked: [alter('GetConfiguration', { key: null }), alter('GetConfiguration', { key: ['HeartbeatInterval'] })],
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const answer = SETTINGS.filter(({ key }) => key === 'SupportedFeatureProfiles');
      const wish = { key: ['SupportedFeatureProfiles'] };
      await ordered(context, 'GetConfiguration', wish, { configurationKey: answer });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/provisioning/get-configuration-of-unknown-key',
    title: 'CSMS reads settings of which a station knows one',
    sut: 'csms',
    versions: ['1.6'],
    needs: ['GetConfiguration'],
    checks: { asked: readAsked, servedOn: servedOnCheck },
    catches: {
      asked: [
        alter('GetConfiguration', { key: null }),
        alter('GetConfiguration', { key: ['NumberOfConnectors'] }),
        alter('GetConfiguration', () => ({ key: ['NumberOfConnectors', 'Other'] }), { name: 'another key' }),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check, random } = context;
      await booted(context);
      const unknown = `Plugproof${randomWord(random, 8)}`;
      const order = await operator.order('GetConfiguration', { key: [unknown, 'NumberOfConnectors'] });
      check('asked', () => expect(sorted(order)).to.carryWhatWasAsked());
      const known = SETTINGS.filter(({ key }) => key === 'NumberOfConnectors');
      order.call.respond({ configurationKey: known, unknownKey: [unknown] });
      await servedOn(context);
    },
  }),

  ...changeCases,
]);
