/** CSMS, firmware in OCPP 2.x: UpdateFirmware, and the station that installs it. */
import type { Context } from '../../src/judge/context.ts';
import { drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { ahead, oddNumber } from './odds.ts';
import { ofStatus, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { booted, bootedWithTwo, CONNECTOR, EVSE, now, OTHER_EVSE } from './states.ts';
import {
  energyTransferStarted,
  evDisconnected,
  evStillConnected,
  flowChecks,
  flowFaults,
  stopAuthorized,
  stranger,
} from './states.v2.ts';
import {
  alarms,
  askedCheck,
  askedFaults,
  backCheck,
  backFault,
  FETCHED,
  followedCheck,
  goes,
  installLater,
  installNow,
  reboots,
  signedCheck,
  signedFault,
  updates,
  wish,
} from './updates.v2.ts';

/** PICS id: updates at a time that is set. */
const SCHEDULED = 'C-15';

/** How an update goes for which the station reboots. */
interface Course {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly feature?: string;
  /** More of what the operator asks for. */
  more?(context: Context): Payload;
  readonly faults: readonly Fault[];
  /** Told before the reboot, and after it. */
  readonly before: readonly string[];
  readonly after: string;
}

const courses: readonly Course[] = [
  {
    id: 'update-installed',
    title: 'CSMS updates the firmware of a 2.x station',
    octt: 'TC_L_01_CSMS',
    faults: [...askedFaults, installLater],
    before: [...FETCHED, 'Installing', 'InstallRebooting'],
    after: 'Installed',
  },
  {
    id: 'update-installed-later',
    title: 'CSMS has firmware installed at a time to come',
    octt: 'TC_L_02_CSMS',
    feature: SCHEDULED,
    more: (context) => ({ installDateTime: ahead(context, oddNumber(context, 3_600)) }),
    faults: [...askedFaults, installNow, installLater],
    before: [...FETCHED, 'InstallScheduled', 'Installing', 'InstallRebooting'],
    after: 'Installed',
  },
  {
    id: 'update-fetched-later',
    title: 'CSMS has firmware fetched at a time to come',
    octt: 'TC_L_03_CSMS',
    feature: SCHEDULED,
    more: (context) => ({ retrieveDateTime: ahead(context, oddNumber(context, 3_600)) }),
    faults: [...askedFaults, installLater],
    before: ['DownloadScheduled', ...FETCHED, 'Installing', 'InstallRebooting'],
    after: 'Installed',
  },
  {
    id: 'update-paused',
    title: 'CSMS follows an update that pauses, and is tried again',
    faults: [...askedFaults, installLater],
    before: ['Downloading', 'DownloadPaused', 'Downloading', ...FETCHED, 'Installing', 'InstallRebooting'],
    after: 'Installed',
  },
  {
    id: 'update-not-installed',
    title: 'CSMS follows an update of a 2.x station that can not be installed',
    octt: 'TC_L_09_CSMS',
    faults: [...askedFaults, installLater],
    before: [...FETCHED, 'Installing', 'InstallRebooting'],
    after: 'InstallationFailed',
  },
];

/** What a station answers to a second update while the first is under way. */
const seconds = [
  {
    id: 'update-replaced',
    title: 'CSMS replaces an update that is under way',
    octt: 'TC_L_10_CSMS',
    answer: 'AcceptedCanceled',
  },
  {
    id: 'update-not-replaced',
    title: 'CSMS goes on with an update that can not be replaced',
    octt: 'TC_L_11_CSMS',
    answer: 'Rejected',
  },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/firmware', 'Firmware (2.x)', [
  ...courses.map(({ id, title, octt, feature, more, faults, before, after }) =>
    testCase({
      id: `csms/firmware/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      ...(feature !== undefined && { feature }),
      needs: ['UpdateFirmware'],
      checks: {
        asked: askedCheck,
        signed: signedCheck,
        followed: followedCheck,
        back: backCheck,
        taken: takenCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: faults,
        signed: signedFault,
        followed: [...new Set([...before, after])].map((status) =>
          drop('FirmwareStatusNotification', ofStatus(status)),
        ),
        back: backFault,
        taken: drop('StatusNotification', ofStatus('Unavailable')),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const order = await updates(context, wish(context, more?.(context)), 'Accepted');
        await reports(context, context.words.status(EVSE, CONNECTOR, 'Unavailable', now(context)));
        await goes(context, order, ...before);
        await reboots(context);
        await goes(context, order, after);
        // L01.FR.31: news for the security log.
        if (after === 'Installed') await alarms(context, 'FirmwareUpdated');
        await servedOn(context);
      },
    }),
  ),

  ...seconds.map(({ id, title, octt, answer }) =>
    testCase({
      id: `csms/firmware/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      needs: ['UpdateFirmware'],
      checks: {
        asked: askedCheck,
        again: askedCheck,
        signed: signedCheck,
        followed: followedCheck,
        back: backCheck,
        taken: takenCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: [...askedFaults, installLater],
        again: [...askedFaults, installLater],
        signed: signedFault,
        followed: ['Downloading', 'Installed'].map((status) => drop('FirmwareStatusNotification', ofStatus(status))),
        back: backFault,
        taken: drop('StatusNotification', ofStatus('Unavailable')),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const first = await updates(context, wish(context), 'Accepted');
        await goes(context, first, 'Downloading');
        const second = await updates(context, wish(context), answer, 'again');
        const order = answer === 'Rejected' ? first : second;
        await reports(context, context.words.status(EVSE, CONNECTOR, 'Unavailable', now(context)));
        // L01.FR.24: the update that was given up may be told as a failure.
        if (order === second) await goes(context, first, 'DownloadFailed');
        await goes(context, order, ...FETCHED, 'Installing', 'InstallRebooting');
        await reboots(context);
        await goes(context, order, 'Installed');
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/firmware/update-waits-for-transaction',
    title: 'CSMS updates the firmware of a station that lets a transaction end first',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_L_13_CSMS' },
    needs: ['UpdateFirmware'],
    checks: { asked: askedCheck, signed: signedCheck, followed: followedCheck, back: backCheck, ...flowChecks },
    catches: {
      ...flowFaults,
      asked: [...askedFaults, installLater],
      signed: signedFault,
      followed: ['DownloadScheduled', 'Installed'].map((status) =>
        drop('FirmwareStatusNotification', ofStatus(status)),
      ),
      back: backFault,
    },
    async run(context) {
      const { words } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      const order = await updates(context, wish(context), 'Accepted');
      await goes(context, order, 'DownloadScheduled');
      await reports(context, words.status(OTHER_EVSE, CONNECTOR, 'Unavailable', now(context)));
      await stopAuthorized(context, transaction, token);
      await evStillConnected(context, transaction);
      await evDisconnected(context, transaction);
      await goes(context, order, ...FETCHED, 'Installing', 'InstallRebooting');
      await reboots(context);
      await reports(context, words.status(OTHER_EVSE, CONNECTOR, 'Available', now(context)));
      await goes(context, order, 'Installed');
      await stranger(context);
    },
  }),
]);
