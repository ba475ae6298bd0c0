/** Addresses that nobody should go to: what a charger is told to fetch and to bring, and where a CSMS is told to ask. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { now } from '../csms/states.ts';
import { bracket } from '../ocppj/control.ts';
import { OddBench, oddChecks } from './asking-odd.ts';
import { diesOfOdd, dropsOdd } from './odd-faults.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const v2 = ['2.0.1', '2.1'] as const;

/** Nothing is there: nothing comes from it, and nothing can be brought. */
const EMPTY: readonly (readonly [what: string, url: string])[] = [
  ['of a file of its own', 'file:///plugproof/none/plugproof.bin'],
  ['of a protocol that none speaks', 'gopher://127.0.0.1:9/plugproof'],
  ['of a script', 'javascript:alert(1)'],
  ['that is a shell command', 'ftp://127.0.0.1:9/$(sleep 3)'],
  ['with a user and a password', 'ftp://plugproof:p%40ss@127.0.0.1:9/none'],
  ['with a host in its user', 'http://example.com:80@127.0.0.1:9/none'],
  ['that climbs', '../../plugproof/none'],
  ['without a host', 'http://'],
  ['that is empty', ''],
];

/** Somebody may be there: what comes of it is for the operator to know. */
const elsewhere = (most: number): readonly (readonly [what: string, url: string])[] => [
  ['of a cloud that tells its secrets', 'http://169.254.169.254/latest/meta-data/plugproof'],
  [`of ${most} characters`, `ftp://127.0.0.1:9/${'x'.repeat(most - 18)}`],
  ['of 10,000 characters', `ftp://127.0.0.1:9/${'x'.repeat(10_000 - 18)}`],
];

interface Order {
  readonly action: string;
  readonly payload: (url: string, at: string) => object;
  readonly tells: string;
}

/** Statuses with which a charger says that something was fetched or brought. */
const DONE: ReadonlySet<string> = new Set(['Uploaded', 'Downloaded', 'Installing', 'Installed', 'SignatureVerified']);
const UNDER_WAY: ReadonlySet<string> = new Set(['Uploading', 'Downloading', 'DownloadScheduled', 'AcceptedCanceled']);
/** How long a charger may take to find out that there is nothing; who takes longer is believed. */
const FINDS_OUT_MS = 3_000;

const getLog: Order = {
  action: 'GetLog',
  payload: (remoteLocation) => ({ logType: 'DiagnosticsLog', requestId: 4_711, retries: 0, log: { remoteLocation } }),
  tells: 'LogStatusNotification',
};

const orders2: readonly Order[] = [
  getLog,
  {
    action: 'UpdateFirmware',
    payload: (location, retrieveDateTime) => ({
      requestId: 4_711,
      retries: 0,
      firmware: { location, retrieveDateTime },
    }),
    tells: 'FirmwareStatusNotification',
  },
];

/** What is asked of a charger with an address in it. */
const ordersTo: Readonly<Record<OcppVersion, readonly Order[]>> = {
  '1.6': [
    {
      action: 'GetDiagnostics',
      payload: (location) => ({ location, retries: 0 }),
      tells: 'DiagnosticsStatusNotification',
    },
    {
      action: 'UpdateFirmware',
      payload: (location, retrieveDate) => ({ location, retrieveDate, retries: 0 }),
      tells: 'FirmwareStatusNotification',
    },
    getLog,
  ],
  '2.0.1': orders2,
  '2.1': orders2,
};

/** Longest address in a 2.0.1 message; 1.6 sets no limit. */
const MOST = 512;

type Judged = Context<'told' | 'alive' | 'honest'>;

/** Asks for something from an address, and judges what the charger says came of it, if it says anything soon. */
async function goes(context: Judged, bench: OddBench, order: Order, what: string, url: string): Promise<void> {
  const { check, csms } = context;
  const { mark } = csms;
  const where = `${order.action} with an address ${what}`;
  const answer = await bench.odd(where, order.action, order.payload(url, now(context)));
  if (answer.kind !== 'callresult' || !csms.connected) return;
  await csms.awaitCall(order.tells, {
    since: mark,
    timeoutMs: FINDS_OUT_MS,
    where: ({ status }) => !UNDER_WAY.has(String(status)),
  });
  const told = csms.calls(mark, order.tells).map(({ payload }) => String(payload['status']));
  check('honest', () =>
    expect(
      told.filter((status) => DONE.has(status)),
      `${where}: statuses in ${order.tells}`,
    ).to.deep.equal([]),
  );
}

export default suite('security/payloads', 'Addresses that nobody should go to', [
  testCase({
    id: 'security/payloads/addresses',
    title: 'A charger takes no harm from addresses for its files, and says nothing of files that there are not',
    sut: 'station',
    versions: all,
    offensive: true,
    onRequest: true,
    checks: {
      ...oddChecks,
      honest: {
        ref: { '1.6': '4.4', '2.0.1': 'N01.FR.02', '2.1': 'N01.FR.02' },
        level: 'SHOULD',
        says: 'from where nothing is nothing is fetched, and nothing is said to have been brought there',
      },
    },
    catches: {
      told: dropsOdd,
      alive: diesOfOdd,
      honest: {
        '1.6': alter('DiagnosticsStatusNotification', { status: 'Uploaded' }),
        '2.0.1': alter('LogStatusNotification', { status: 'Uploaded' }),
        '2.1': alter('LogStatusNotification', { status: 'Uploaded' }),
      },
    },
    async run(context) {
      const { check, dialect, note } = context;
      const served: string[] = [];
      await bracket(context, async (session) => {
        const bench = new OddBench(context, session);
        for (const order of ordersTo[dialect.version]) {
          const [[what, nothing] = ['', '']] = EMPTY;
          // The same order with an address of the usual kind, at which nobody is.
          const usual = order.payload('ftp://127.0.0.1:9/unreachable', now(context));
          if (!(await bench.serves(order.action, usual))) continue;
          served.push(order.action);
          await goes(context, bench, order, what, nothing);
          for (const [what, url] of EMPTY.slice(1)) await goes(context, bench, order, what, url);
          for (const [what, url] of elsewhere(MOST))
            await bench.odd(`${order.action} with an address ${what}`, order.action, order.payload(url, now(context)));
        }
        // Who refuses them all has fetched nothing.
        if (served.length > 0) check('honest', () => {});
      });
      note(`addresses were sent in ${served.join(' and ') || 'nothing'}`);
      if (served.length === 0) throw new Unmet('the charger serves no order with an address in it');
    },
  }),

  testCase({
    id: 'security/payloads/responder-addresses',
    title: 'CSMS takes no harm from the address of an OCSP responder',
    sut: 'csms',
    versions: v2,
    offensive: true,
    onRequest: true,
    // It may know the certificate itself and ask nobody; that it asks at such an address is for its operator to see.
    checks: oddChecks,
    catches: { told: dropsOdd, alive: diesOfOdd },
    async run(context) {
      let served = false;
      await bracket(context, async (session) => {
        const bench = new OddBench(context, session);
        const asking = (responderURL: string) => ({
          ocspRequestData: {
            hashAlgorithm: 'SHA256',
            issuerNameHash: 'a1'.repeat(32),
            issuerKeyHash: 'b2'.repeat(32),
            serialNumber: '4711',
            responderURL,
          },
        });
        const action = 'GetCertificateStatus';
        served = await bench.serves(action, asking('http://127.0.0.1:9/ocsp'));
        if (!served) return;
        for (const [what, url] of [...EMPTY, ...elsewhere(MOST)]) {
          await bench.odd(`a responder with an address ${what}`, action, asking(url));
        }
      });
      if (!served) throw new Unmet('the CSMS serves no GetCertificateStatus');
    },
  }),
]);
