/** Charger, 1.6 firmware: an update is told step by step, and one that fails is told to have failed. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { besides } from './faults.v16.ts';
import { countOf, fileOf } from './states.ts';
import { settled } from './states.v16.ts';
import { free } from './updates.v16.ts';

const versions = ['1.6'] as const;
const feature = 'FirmwareManagement';

/** Nothing listens there; the last word is for stations that only play at it. */
const NOWHERE = 'http://127.0.0.1:9/unreachable/firmware.bin';

const word = (status: string) => ({ when: (payload: unknown) => (payload as { status?: unknown }).status === status });

/** Orders an update, now. @returns the `mark` from before */
async function order(context: Context<'answered'>, location: string, more: object = {}): Promise<number> {
  const { check, clock, csms } = context;
  await settled(context);
  const since = csms.mark;
  const retrieveDate = new Date(clock.now()).toISOString();
  const reply = await csms.call('UpdateFirmware', { location, retrieveDate, ...more });
  check('answered', () => expect(reply).to.be.callResult({}));
  if (reply.kind !== 'callresult') throw new Unmet('the station does not take the order of an update');
  return since;
}

/** Waits for one step of the update; downloads and installations take their time. */
const step = ({ csms }: Context, since: number, ...statuses: readonly string[]): Promise<IncomingCall | undefined> =>
  csms.awaitCall('FirmwareStatusNotification', {
    since,
    timeoutMs: csms.patienceMs,
    where: ({ status }) => statuses.includes(String(status)),
  });

/** Each of these steps is told, in this order. @returns the last one */
async function steps(
  context: Context<'told'>,
  since: number,
  statuses: readonly string[],
): Promise<IncomingCall | undefined> {
  const told: IncomingCall[] = [];
  for (const status of statuses) {
    const call = await step(context, since, status);
    context.check('told', () => expect(call, `FirmwareStatusNotification ${status}`).to.not.equal(undefined));
    if (call === undefined) return undefined;
    told.push(call);
  }
  context.check('told', () => expect(told).to.be.inOrder());
  return told.at(-1);
}

const answered = { ref: '5.19', level: 'SHALL', says: 'the order is answered' } as const;
const toldCheck = { ref: '4.5', level: 'SHALL', says: 'each step of the update is told, in order' } as const;
const emptied = refuses('UpdateFirmware', 'InternalError');

/** An update of a file that the owner of the station names. */
const update = (id: string, title: string, octt: string, file: FileKind, last: 'Installed' | 'InstallationFailed') =>
  testCase({
    id: `station/firmware/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    feature,
    file,
    checks: {
      answered,
      told: toldCheck,
      once: { ref: '4.5', level: 'SHALL', says: 'no other end is told than the one that it comes to' },
      free: free.check,
    },
    catches: {
      answered: emptied,
      told: [
        drop('FirmwareStatusNotification', word('Downloading')),
        drop('FirmwareStatusNotification', word('Downloaded')),
        drop('FirmwareStatusNotification', word('Installing')),
        alter('FirmwareStatusNotification', { status: 'DownloadFailed' }, word(last)),
      ],
      once: besides(
        'fails-in-the-end',
        'an update is told to have failed when it is done',
        ({ text }) => new RegExp(`"${last}"`).test(text),
        'FirmwareStatusNotification',
        () => ({ status: 'DownloadFailed' }),
      ),
      free: free.fault,
    },
    async run(context) {
      const { check, csms } = context;
      const since = await order(context, fileOf(context, file));
      const end = await steps(context, since, ['Downloading', 'Downloaded', 'Installing', last]);
      if (end === undefined) return;
      await countOf(context, 'FirmwareStatusNotification', csms.mark);
      check('once', () => {
        const ends = csms
          .calls(since, 'FirmwareStatusNotification')
          .map(({ payload }) => String(payload['status']))
          .filter((status) => /Failed|Installed/.test(status));
        expect([...new Set(ends)]).to.deep.equal([last]);
      });
      check('free', await free.judge(context, { since }));
    },
  });

export default suite('station/firmware', 'Firmware', [
  update(
    'installed',
    'Firmware is downloaded and installed, and each step is told',
    'TC_044_1_CS',
    'firmware',
    'Installed',
  ),
  update(
    'not-installed',
    'Firmware that can not be installed is told to have failed',
    'TC_044_3_CS',
    'brokenFirmware',
    'InstallationFailed',
  ),

  testCase({
    id: 'station/firmware/not-downloaded',
    title: 'Firmware that is not there is told to have failed, and the station charges on as it is',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_044_2_CS' },
    feature,
    checks: {
      answered,
      told: toldCheck,
      once: { ref: '4.5', level: 'SHALL', says: 'nothing is told to be downloaded or installed' },
    },
    catches: {
      answered: emptied,
      told: [
        drop('FirmwareStatusNotification', word('DownloadFailed')),
        drop('FirmwareStatusNotification', word('Downloading')),
        alter('FirmwareStatusNotification', { status: 'InstallationFailed' }, word('DownloadFailed')),
      ],
      once: besides(
        'downloads-nothing',
        'a download that fails is told to be done first',
        ({ text }) => /"Downloading"/.test(text),
        'FirmwareStatusNotification',
        () => ({ status: 'Downloaded' }),
      ),
    },
    async run(context) {
      const { check, csms } = context;
      const since = await order(context, NOWHERE, { retries: 0, retryInterval: 1 });
      const end = await steps(context, since, ['Downloading', 'DownloadFailed']);
      if (end === undefined) return;
      check('once', () => {
        const others = csms
          .calls(since, 'FirmwareStatusNotification')
          .map(({ payload }) => String(payload['status']))
          .filter((status) => !['Downloading', 'DownloadFailed'].includes(status));
        expect(others).to.deep.equal([]);
      });
    },
  }),

  testCase({
    id: 'station/firmware/later',
    title: 'An update waits for its time',
    sut: 'station',
    versions,
    feature,
    checks: {
      answered,
      waits: { ref: '5.19', level: 'SHALL', says: 'nothing is downloaded before the date of the order' },
      told: toldCheck,
    },
    catches: {
      answered: emptied,
      waits: besides(
        'downloads-at-once',
        'an update begins when it is ordered',
        ({ kind, action }) => kind === 'callresult' && action === 'UpdateFirmware',
        'FirmwareStatusNotification',
        () => ({ status: 'Downloading' }),
      ),
      told: drop('FirmwareStatusNotification', word('Downloading')),
    },
    async run(context) {
      const { check, clock, csms } = context;
      const beganAt = clock.monotonic();
      const since = await order(context, NOWHERE, {
        retries: 0,
        retrieveDate: new Date(clock.now() + LATER_S * 1000).toISOString(),
      });
      const end = await steps(context, since, ['Downloading', 'DownloadFailed']);
      const [first] = csms.calls(since, 'FirmwareStatusNotification');
      check('waits', () => {
        if (first === undefined || end === undefined) return;
        expect((first.at - beganAt) / 1000, 'seconds until it begins').to.be.at.least(LATER_S - SLACK_S);
      });
    },
  }),
]);

/** Seconds until the update may begin. */
const LATER_S = 12;
/** The clock of the station may be off a little. */
const SLACK_S = 5;
