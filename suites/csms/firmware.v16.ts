/** CSMS, firmware in 1.6: UpdateFirmware, and what the station tells of it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { boot, booted } from './states.ts';
import { ahead, oddNumber, status16 } from './states.v16.ts';

/** Feature profile of 1.6 (3.3). */
const FIRMWARE = 'FirmwareManagement';

const askedCheck = {
  ref: '5.19',
  level: 'SHALL',
  says: 'the CALL carries where the firmware is, from when on it may be fetched, and how often to try',
} as const;
const askedFaults = [
  alter('UpdateFirmware', { location: 'https://example.org/other.bin' }),
  alter('UpdateFirmware', { retrieveDate: '2031-01-01T00:00:00Z' }),
  alter('UpdateFirmware', { retries: 9 }),
  alter('UpdateFirmware', { retryInterval: null }),
];

const followedCheck = {
  ref: '4.5',
  level: 'SHALL',
  says: 'each FirmwareStatusNotification is answered',
} as const;

const wish = (context: Context): Payload => ({
  location: `https://firmware.example.org/${randomWord(context.random, 10)}/station.bin`,
  retries: oddNumber(context, 2, 5),
  retrieveDate: ahead(context, oddNumber(context, 60, 600)),
  retryInterval: oddNumber(context, 61, 300),
});

/** FirmwareStatusNotifications one after the other, judged by the check `followed`. */
async function tells({ station, check }: Context<'followed'>, ...statuses: readonly string[]): Promise<void> {
  for (const status of statuses) {
    const reply = await station.call('FirmwareStatusNotification', { status });
    check('followed', () => expect(reply).to.be.callResult());
  }
}

/** The update reboots the station; the check `back` judges how it is received. */
async function reboots(context: Context<'back' | 'taken'>): Promise<void> {
  await context.station.reconnect();
  const again = await boot(context, 'FirmwareUpdate');
  context.check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
  await reports(context, status16(context, 'Available'));
}

const backCheck = {
  ref: '4.2',
  level: 'SHALL',
  says: 'the station is accepted when it boots after the update',
} as const;
const backFault = behaviour('accepts-one-boot', 'a station that boots again is put on hold');

/** How an update goes that the station gets to install. */
const installs = [
  { id: 'installed', title: 'CSMS updates the firmware of a station', octt: 'TC_044_1_CSMS', last: 'Installed' },
  {
    id: 'installation-failed',
    title: 'CSMS follows an update that can not be installed',
    octt: 'TC_044_3_CSMS',
    last: 'InstallationFailed',
  },
];

export default suite('csms/firmware', 'Firmware (1.6)', [
  ...installs.map(({ id, title, octt, last }) =>
    testCase({
      id: `csms/firmware/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      octt: { '1.6': octt },
      feature: FIRMWARE,
      needs: ['UpdateFirmware'],
      checks: { asked: askedCheck, followed: followedCheck, back: backCheck, taken: takenCheck },
      catches: {
        asked: askedFaults,
        followed: [
          drop('FirmwareStatusNotification', ofStatus('Downloading')),
          drop('FirmwareStatusNotification', ofStatus(last)),
        ],
        back: backFault,
        taken: drop('StatusNotification', ofStatus('Unavailable')),
      },
      async run(context) {
        await booted(context);
        await ordered(context, 'UpdateFirmware', wish(context), {});
        await tells(context, 'Downloading', 'Downloaded');
        await reports(context, status16(context, 'Unavailable'));
        await tells(context, 'Installing');
        await reboots(context);
        await tells(context, last);
      },
    }),
  ),

  testCase({
    id: 'csms/firmware/download-failed',
    title: 'CSMS follows an update that can not be downloaded',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_044_2_CSMS' },
    feature: FIRMWARE,
    needs: ['UpdateFirmware'],
    checks: { asked: askedCheck, followed: followedCheck, servedOn: servedOnCheck },
    catches: {
      asked: askedFaults,
      followed: drop('FirmwareStatusNotification', ofStatus('DownloadFailed')),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      await ordered(context, 'UpdateFirmware', wish(context), {});
      await tells(context, 'Downloading', 'DownloadFailed');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/firmware/without-retries',
    title: 'CSMS updates the firmware and leaves the number of tries to the station',
    sut: 'csms',
    versions: ['1.6'],
    feature: FIRMWARE,
    needs: ['UpdateFirmware'],
    checks: { asked: askedCheck, followed: followedCheck },
    catches: {
      asked: [askedFaults[0], askedFaults[1]].flatMap((fault) => fault ?? []),
      followed: drop('FirmwareStatusNotification', ofStatus('Installed')),
    },
    async run(context) {
      await booted(context);
      const { location, retrieveDate } = wish(context);
      await ordered(context, 'UpdateFirmware', { location, retrieveDate }, {});
      await tells(context, 'Downloading', 'Downloaded', 'Installing', 'Installed');
    },
  }),
]);
