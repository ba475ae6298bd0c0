/** Charger, 2.x customer information: what it knows of a token is told, and forgotten, for the asking. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, duplicate } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { remoteStart } from './remote-words.ts';
import { EVSE, quiet, ready } from './states.ts';
import { configured, preferred, transactionOf } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Authorization cache. */
const CACHE = 'C-49';

interface Told {
  readonly reply: Reply;
  readonly parts: readonly IncomingCall[];
  readonly data: string;
}

/** Asks, and gathers what is told under the number of the request. */
async function ask(context: Context, asked: Payload, wrong = false): Promise<Told> {
  const { csms, random } = context;
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const own = (payload: Payload) => payload['requestId'] === requestId;
  const payload = { requestId, ...asked };
  // A right CSMS names one customer; what names none, or two, is sent on purpose.
  const reply = await (wrong ? csms.provoke : csms.call).call(csms, 'CustomerInformation', payload);
  const action = 'NotifyCustomerInformation';
  let part = reply.payload['status'] === 'Accepted' ? await csms.awaitCall(action, { since, where: own }) : undefined;
  while (part?.payload['tbc'] === true)
    part = await csms.awaitCall(action, { since: csms.calls(0).indexOf(part) + 1, where: own });
  await quiet(context);
  const parts = csms.calls(since, action).filter(({ payload }) => own(payload));
  return { reply, parts, data: parts.map(({ payload }) => String(payload['data'])).join('') };
}

const of = ({ idToken, type }: Token) => ({ idToken: { idToken, type } });

const form = {
  accepted: { ref: 'N09.FR.02', level: 'SHALL', says: 'the request is accepted' },
  numbered: {
    ref: 'NotifyCustomerInformationRequest.seqNo',
    level: 'SHALL',
    says: 'what is told is numbered from 0, and only the last part says that it is the last',
  },
} as const;

const formFaults = {
  accepted: alter('CustomerInformation', { status: 'Rejected' }),
  numbered: [
    alter('NotifyCustomerInformation', { seqNo: 1 }),
    alter('NotifyCustomerInformation', { tbc: true }),
    duplicate('NotifyCustomerInformation'),
    alter('NotifyCustomerInformation', { requestId: 7 }),
    alter('NotifyCustomerInformation', { generatedAt: '2020-01-01T00:00:00Z' }),
    drop('NotifyCustomerInformation'),
  ],
} as const;

function judgeForm({ check }: Context<keyof typeof form>, { reply, parts }: Told): void {
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  check('numbered', () => {
    expect(parts.length, 'messages').to.be.at.least(1);
    for (const { payload } of parts) expect(payload['generatedAt']).to.be.recentInstant();
    expect(parts.map(({ payload }) => payload['seqNo'])).to.deep.equal(parts.map((_, i) => i));
    expect(parts.map(({ payload }) => payload['tbc'] ?? false)).to.deep.equal(
      parts.map((_, i) => i < parts.length - 1),
    );
  });
}

/** The station has asked about the token, and remembers the answer. @throws Unmet */
async function remembered(context: Context, token: Token): Promise<void> {
  const { after, csms } = context;
  await preferred(context, 'AuthCacheCtrlr', 'Enabled', 'true');
  await configured(context, 'AuthCtrlr', 'AuthorizeRemoteStart', 'true');
  await preferred(context, 'AuthCtrlr', 'LocalPreAuthorize', 'false');
  await quiet(context);
  const since = csms.mark;
  const { action, payload } = remoteStart(context, token, EVSE);
  const stop = async () => {
    const started = csms.calls(since, 'TransactionEvent').at(-1);
    if (started !== undefined && started.payload['eventType'] !== 'Ended')
      await csms.call('RequestStopTransaction', { transactionId: transactionOf(started.payload) });
  };
  after(stop);
  await csms.need(action, payload, ['Accepted']);
  if ((await csms.awaitCall('Authorize', { since })) === undefined)
    throw new Unmet('the station did not ask about the token');
  await quiet(context);
  await stop();
  await quiet(context);
}

export default suite('station/customers', 'Customer information', [
  testCase({
    id: 'station/customers/unknown',
    title: 'Of a customer whom nobody knows one message is told, whatever is asked for',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_28_CS', 'TC_N_31_CS', 'TC_N_32_CS'] },
    checks: {
      ...form,
      one: { ref: 'N09.FR.06', level: 'SHALL', says: 'one message says that there is nothing, or that it is cleared' },
    },
    catches: { ...formFaults, one: [drop('NotifyCustomerInformation'), duplicate('NotifyCustomerInformation')] },
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const token = await context.token('unknown');
      for (const [report, clear] of [
        [true, false],
        [true, true],
        [false, true],
      ]) {
        const told = await ask(context, { report, clear, ...of(token) });
        judgeForm(context, told);
        check('one', () => expect(told.parts.length, `messages, report ${report}, clear ${clear}`).to.equal(1));
      }
    },
  }),

  testCase({
    id: 'station/customers/of-nobody',
    title: 'A question about no customer, or about two, is told to be invalid',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_29_CS', 'TC_N_33_CS'] },
    checks: {
      none: { ref: 'N09.FR.09', level: 'SHALL', says: 'where no customer is named, the answer is Invalid' },
      two: { ref: 'N09.FR.09', level: 'SHALL', says: 'where a customer is named in two ways, the answer is Invalid' },
      neither: {
        ref: 'N09.FR.07',
        level: 'SHOULD',
        says: 'where neither a report is asked for nor to clear, it is Rejected',
      },
      silent: { ref: 'N09.FR.05', level: 'SHALL', says: 'nothing is told of any of these' },
    },
    catches: {
      none: alter('CustomerInformation', { status: 'Accepted' }),
      two: alter('CustomerInformation', { status: 'Rejected' }),
      neither: alter('CustomerInformation', { status: 'Accepted' }),
      silent: {
        name: 'tells-of-nobody',
        says: 'something is told though the question was refused',
        rewrite: (out) =>
          out.action === 'CustomerInformation'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","NotifyCustomerInformation",{"requestId":${(out.request as Payload)['requestId']},"generatedAt":"2026-01-01T00:00:00Z","seqNo":0,"data":"x"}]`,
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const token = await context.token('unknown');
      const none = await ask(context, { report: true, clear: false }, true);
      check('none', () => expect(none.reply).to.be.callResult({ status: 'Invalid' }));
      const two = await ask(
        context,
        { report: true, clear: false, ...of(token), customerIdentifier: 'plugproof' },
        true,
      );
      check('two', () => expect(two.reply).to.be.callResult({ status: 'Invalid' }));
      const neither = await ask(context, { report: false, clear: false, ...of(token) });
      check('neither', () => expect(neither.reply).to.be.callResult({ status: 'Rejected' }));
      check('silent', () => expect([...none.parts, ...two.parts].length, 'messages').to.equal(0));
    },
  }),

  testCase({
    id: 'station/customers/cleared',
    title: 'What the station remembers of a token is told, and forgotten when it is told to',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_N_27_CS', 'TC_N_30_CS'] },
    feature: CACHE,
    checks: {
      ...form,
      data: {
        ref: 'N09.FR.05',
        level: 'SHALL',
        says: 'what is told is more than nothing, and other than of a stranger',
      },
      told: {
        ref: 'N10.FR.03',
        level: 'SHALL',
        says: 'when it is to be cleared and reported, it is reported once more',
      },
      cleared: {
        ref: 'N10.FR.03',
        level: 'SHALL',
        says: 'after that the station knows as much of it as of a stranger',
      },
    },
    catches: {
      ...formFaults,
      data: [
        alter('NotifyCustomerInformation', { data: '' }),
        alter('NotifyCustomerInformation', { data: 'nothing is known' }),
      ],
      told: alter('NotifyCustomerInformation', { data: 'nothing is known' }),
      cleared: behaviour('clears-no-customers', 'what is to be cleared is only reported'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const token = await context.token('valid');
      await remembered(context, token);
      const stranger = await ask(context, { report: true, clear: false, ...of(await context.token('unknown')) });
      const asked = { report: true, clear: false, ...of(token) };
      const first = await ask(context, asked);
      judgeForm(context, first);
      check('data', () => {
        expect(first.data.trim()).to.not.equal('');
        expect(first.data).to.not.equal(stranger.data);
      });
      const clear = await ask(context, { ...asked, clear: true });
      judgeForm(context, clear);
      check('told', () => expect(clear.data).to.not.equal(stranger.data));
      const after = await ask(context, asked);
      judgeForm(context, after);
      check('cleared', () => expect(after.data).to.not.equal(first.data));
    },
  }),
]);
