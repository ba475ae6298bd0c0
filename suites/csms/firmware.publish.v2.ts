/** CSMS, firmware in OCPP 2.x: a local controller publishes it, and takes it back. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { oddHex, oddNumber, oddUrl } from './odds.ts';
import { ofStatus, ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { tells } from './orders.v2.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { booted } from './states.ts';

/** No certification profile asks for it: a CSMS without local controllers has none of this. */
const LOCAL_CONTROLLER = 'LocalController';

const publishCheck = {
  ref: 'PublishFirmwareRequest.location',
  level: 'SHALL',
  says: 'the CALL carries where the firmware is, its checksum, and how often to try',
} as const;
const publishFaults = [
  alter('PublishFirmware', { location: 'https://example.org/other.bin' }),
  alter('PublishFirmware', { checksum: 'd41d8cd98f00b204e9800998ecf8427e' }),
  alter('PublishFirmware', { requestId: 1 }),
  alter('PublishFirmware', { retries: 9 }),
  alter('PublishFirmware', { retryInterval: null }),
];

const unpublishCheck = {
  ref: 'UnpublishFirmwareRequest.checksum',
  level: 'SHALL',
  says: 'the CALL names the firmware by its checksum',
} as const;
const unpublishFault = alter('UnpublishFirmware', { checksum: 'd41d8cd98f00b204e9800998ecf8427e' });

const followedCheck = {
  ref: 'PublishFirmwareStatusNotificationRequest.status',
  level: 'SHALL',
  says: 'whatever the local controller tells of the firmware is answered',
} as const;

const wish = (context: Context): Payload => ({
  location: oddUrl(context, 'firmware', 'station.bin'),
  checksum: oddHex(context, 32),
  requestId: anyRequestId(context.random),
  retries: oddNumber(context, 2, 5),
  retryInterval: oddNumber(context, 61, 300),
});

/** PublishFirmwareStatusNotifications one after the other; where it is published, the last one tells. */
const goes = (context: Context<'followed'>, order: Ordered, ...statuses: readonly string[]) =>
  tells(
    context,
    'PublishFirmwareStatusNotification',
    ...statuses.map((status) => ({
      status,
      requestId: requestIdOf(order),
      // L03.FR.04: an address for each protocol.
      ...(status === 'Published' && {
        location: ['https', 'http', 'ftp'].map((protocol) => `${protocol}://controller.example.org/station.bin`),
      }),
    })),
  );

/** How publishing goes. */
const courses = [
  {
    id: 'published',
    title: 'CSMS has a local controller publish firmware',
    octt: 'TC_L_17_CSMS',
    told: ['Downloading', 'Downloaded', 'ChecksumVerified', 'Published'],
  },
  {
    id: 'publish-checksum-invalid',
    title: 'CSMS follows a local controller to which the checksum of firmware is wrong',
    octt: 'TC_L_19_CSMS',
    told: ['Downloading', 'Downloaded', 'InvalidChecksum'],
  },
  {
    id: 'publish-failed',
    title: 'CSMS follows a local controller that can not publish firmware',
    octt: 'TC_L_20_CSMS',
    told: ['Downloading', 'Downloaded', 'ChecksumVerified', 'PublishFailed'],
  },
  {
    id: 'publish-not-fetched',
    title: 'CSMS follows a local controller that can not download firmware',
    octt: 'TC_L_24_CSMS',
    told: ['Downloading', 'DownloadFailed'],
  },
];

/** What a local controller says that is to take firmware back. */
const unpublished = [
  {
    id: 'unpublished',
    title: 'CSMS has a local controller take firmware back',
    octt: 'TC_L_21_CSMS',
    status: 'Unpublished',
  },
  {
    id: 'unpublish-none',
    title: 'CSMS goes on with a local controller that has no such firmware',
    octt: 'TC_L_22_CSMS',
    status: 'NoFirmware',
  },
  {
    id: 'unpublish-while-fetched',
    title: 'CSMS goes on with a local controller whose firmware is being downloaded',
    octt: 'TC_L_23_CSMS',
    status: 'DownloadOngoing',
  },
];

export default suite('csms/firmware', 'Firmware on a local controller (2.x)', [
  ...courses.map(({ id, title, octt, told }) =>
    testCase({
      id: `csms/firmware/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: LOCAL_CONTROLLER,
      needs: ['PublishFirmware'],
      checks: { asked: publishCheck, followed: followedCheck, servedOn: servedOnCheck },
      catches: {
        asked: publishFaults,
        followed: told.map((status) => drop('PublishFirmwareStatusNotification', ofStatus(status))),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const order = await ordered(context, 'PublishFirmware', wish(context), { status: 'Accepted' });
        await goes(context, order, ...told);
        await servedOn(context);
      },
    }),
  ),

  ...unpublished.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/firmware/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: LOCAL_CONTROLLER,
      needs: ['UnpublishFirmware'],
      checks: { asked: unpublishCheck, servedOn: servedOnCheck },
      catches: { asked: unpublishFault, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        await ordered(context, 'UnpublishFirmware', { checksum: oddHex(context, 32) }, { status });
        await servedOn(context);
      },
    }),
  ),
]);
