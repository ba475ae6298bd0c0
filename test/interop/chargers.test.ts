/** plugproof as a process against chargers that it did not grow up with: what each does is known and explained. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { freePort } from '../../src/cli/free-port.ts';
import type { Report } from '../../src/report.ts';
import { type Ended, inFolder, run } from '../e2e/cli.ts';
import { startCharger } from './charger.ts';
import type { LibraryName } from './libraries.ts';

const BASELINES = join(dirname(fileURLToPath(import.meta.url)), 'baselines');

type Version = '1.6' | '2.0.1';

/** What none of the small chargers has, as its owner would declare it; of 2.0.1 by PICS id. */
const WITHOUT: Record<Version, string> = {
  '1.6':
    'AuthorizationCache FirmwareManagement LocalAuthListManagement MaxEnergyOnInvalidId MinimumStatusDuration Reservation ReserveConnectorZero Security SmartCharging',
  '2.0.1':
    'ADM C-01 C-02 C-03 C-06.2 C-08 C-13 C-15 C-28 C-35 C-38 C-42 C-47 C-49 C-53 C-57 C-58 C-59 DM-0 DM-3 HFS-1 LA-0 R-0 UI-0 iso15118 smart-charging',
};

interface Expected {
  name: LibraryName;
  ocpp: Version;
  /** What this one does not have either. */
  without?: string;
  /** Cases that can't be judged at it. */
  skip: readonly string[];
}

/** What becomes of two CALLs with one id is left open, and depends on whether they share a TCP segment. */
const OPEN = ['ocppj/ids/twice-at-once'];

/** Locks of air, that no bench can make stick, and readers that know nobody without a back office. */
const BEYOND_16 = [
  'station/transactions/lock-fails',
  'station/transactions/unlock-fails',
  'station/transactions/unlock-fixed',
  'station/transactions/started-offline*',
  'station/transactions/whole-offline',
  'station/provisioning/asked-on-hold',
];

/** Parts without a name of their own that a small charger lacks, and settings that it has only one value for. */
const BEYOND_201 = [
  'station/certificates/*',
  'station/renewal/*',
  'station/network/migrate',
  'station/network/fall-back',
  'station/triggers/log-uploading',
  'station/authorization/master-pass*',
  'station/transactions/remote-nobody-comes-v2',
  'station/transactions/start-by-signed-data',
  'station/transactions/unplugged-*',
  'station/transactions/fault-v2',
  // When a line counts as lost, and an event as answered, is each library's to say, some milliseconds apart.
  'station/transactions/status-while-queued',
  'station/transactions/connection-lost-v2',
  // The libraries keep what is not answered to themselves, for as long as they please.
  'station/transactions/unanswered*',
  'station/transactions/refused-v2',
  'station/transactions/refused-once-v2',
];

const there: readonly Expected[] = [
  { name: 'ocpp-rpc', ocpp: '1.6', skip: BEYOND_16 },
  {
    name: 'ocpp-rpc',
    ocpp: '2.0.1',
    without: 'HFS-8 C-09.1 C-09.2 C-09.5 C-09.6 C-10.1 C-10.2 C-10.3 C-10.4 C-10.5',
    skip: [...BEYOND_201, 'station/transactions/energy-by-*'],
  },
  { name: 'python-ocpp', ocpp: '1.6', skip: [...BEYOND_16, 'station/transactions/unplugged-goes-on'] },
  {
    name: 'python-ocpp',
    ocpp: '2.0.1',
    without: 'C-09.2 C-09.4 C-09.5 C-09.6 C-10.2 C-10.3 C-10.4 C-10.5',
    skip: [
      ...BEYOND_201,
      'station/transactions/remote-authorized-v2',
      'station/transactions/remote-refused-v2',
      // The library holds on to a call of a lost line for as long as an answer may take.
      'station/offline/*',
    ],
  },
  {
    name: 'java-oca',
    ocpp: '1.6',
    skip: [...BEYOND_16, 'station/transactions/no-stop-data', 'station/transactions/stop-data'],
  },
];

/** Hands that pass each gesture on to the charger's bench. */
const HAND = `fetch(process.argv[1], { method: 'POST', body: require('node:fs').readFileSync(0) }).then(({ status }) => process.exit(status === 501 ? 3 : status < 300 ? 0 : 1))`;

interface Judged {
  ended: Ended;
  report: Report;
}

/** @param selection which cases; all but what is beyond the charger, unless told */
async function judge({ name, ocpp, without, skip }: Expected, selection?: readonly string[]): Promise<Judged> {
  const port = await freePort();
  const charger = await startCharger(name, { ocpp, url: `ws://127.0.0.1:${port}`, id: 'CP01' });
  try {
    return await inFolder(async (out) => {
      const config = {
        sut: { listen: `127.0.0.1:${port}`, ocpp, without: `${WITHOUT[ocpp]} ${without ?? ''}`.trim().split(' ') },
        ids: ['CP01'],
        actuator: { name: 'command', command: [process.execPath, '-e', HAND, charger.control] },
      };
      writeFileSync(join(out, 'plugproof.yaml'), JSON.stringify(config));
      const baseline = join(BASELINES, `charger-${name}-${ocpp}.yaml`);
      const ended = await run([
        ...['test', 'station', '-c', join(out, 'plugproof.yaml'), '--timeout', '3s', '--seed', '1', '--quiet'],
        ...['--out', join(out, 'run'), '--baseline', baseline],
        ...(selection ?? [...OPEN, ...skip]).flatMap((pattern) => [
          selection === undefined ? '--skip' : '--case',
          pattern,
        ]),
      ]);
      const report = JSON.parse(readFileSync(join(out, 'run', 'report.json'), 'utf8')) as Report;
      return { ended, report };
    });
  } finally {
    await charger.stop();
  }
}

/** Red and not in the baseline, or in it and green. */
const odd = ({ cases }: Report) =>
  cases.filter(
    ({ verdict, baseline }) =>
      baseline?.status === 'stale' ||
      (baseline?.status !== 'known' && !['pass', 'warn', 'notApplicable'].includes(verdict)),
  );

describe('chargers on public libraries', function () {
  // Most of it is waiting for what chargers do in their own time, and so they are judged side by side.
  this.timeout(1_800_000);
  const judged = new Map<Expected, Promise<Judged>>();
  before(() => {
    for (const one of there) {
      const running = judge(one);
      running.catch(() => {});
      judged.set(one, running);
    }
  });
  for (const one of there) {
    it(`${one.name} in ${one.ocpp} fails what its baseline explains, and nothing else`, async () => {
      const first = (await judged.get(one)) as Judged;
      expect(first.report.summary.pass, first.ended.stderr).to.be.greaterThan(80);
      // Five chargers share this machine: what is odd has to be so once more, alone.
      const ids = odd(first.report).map(({ id }) => id);
      const { ended, report } = ids.length === 0 ? first : await judge(one, ids);
      expect(odd(report).map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`)).to.deep.equal([]);
      expect(ended.code, ended.stderr).to.equal(0);
    });
  }
});
